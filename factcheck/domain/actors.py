"""Who acts: an account with its role, as every service gets it."""

from dataclasses import dataclass

from factcheck.domain.errors import NotPermitted
from factcheck.domain.vocabulary import Role
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
