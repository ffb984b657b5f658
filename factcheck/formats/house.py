"""Who puts it out, and under which addresses."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class House:
    """The organisation's name, and what public addresses begin with (no slash at its end)."""

    name: str
    url: str

    def claim(self, claim_id: str) -> str:
        """The address of a claim's public page."""
        return f"{self.url}/claims/{claim_id}"
