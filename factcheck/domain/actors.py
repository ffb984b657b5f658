"""Who acts: an account with its role, as every service gets it."""

from dataclasses import dataclass

from factcheck.domain.errors import NotPermitted
from factcheck.domain.vocabulary import ADMINISTRATIVE, Role, Subject
from factcheck.ledger.event import SYSTEM


@dataclass(frozen=True, slots=True)
class Actor:
    """An account at work; `id` is "system" for what the service does by itself."""

    id: str
    name: str
    role: Role

    def require(self, needed: Role, what: str) -> None:
        """Raises NotPermitted where the role is not enough to do `what`."""
        if not self.role.may(needed):
            raise NotPermitted(f"{what} takes the role {needed}; yours is {self.role}")


SERVICE = Actor(SYSTEM, "the service", Role.ADMIN)


def hidden_from(reader: Actor | None) -> tuple[Subject, ...]:
    """The kinds of subject that a reader, None without a token, may not read about."""
    return () if reader is not None and reader.role.may(Role.ADMIN) else ADMINISTRATIVE
