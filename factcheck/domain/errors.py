"""What can go wrong, in the domain's words. `web.problems` turns these into HTTP, in one table."""


class DomainError(Exception):
    """The root of all; `detail` is for people, `pointer` is the JSON pointer of the field at fault."""

    def __init__(self, detail: str, *, pointer: str | None = None, **extra: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.pointer = pointer
        self.extra = extra


class Invalid(DomainError):
    """A value that cannot be: what the schema alone could not see."""


class UnknownReference(Invalid):
    """A field names something that the record does not hold."""


class NotFound(DomainError):
    """The thing in the path does not exist."""


class Gone(DomainError):
    """It was there once, or is known of, and is not kept (any more)."""


class NotPermitted(DomainError):
    """The account may not do this."""


class OwnVerdict(NotPermitted):
    """A reviewer never approves their own verdict."""


class Conflict(DomainError):
    """The record's state does not allow it."""


class AlreadyThere(Conflict):
    """The same thing is in the record already."""


class AlreadyTaken(Conflict):
    """Another reviewer works on this claim."""


class ClaimMerged(Conflict):
    """The claim was merged into another one, which takes its writes."""


class LoopInCitations(Conflict):
    """A source would rely on itself."""


class LoopInOwners(Conflict):
    """A publisher would own itself."""


class VerdictNotOpen(Conflict):
    """The verdict's state does not allow this step."""


class TooFewOrigins(Conflict):
    """The rating asks for more independent origins than the evidence has."""


class AlreadyRedacted(Conflict):
    """The event's payload was erased before."""


class NotRedactable(Conflict):
    """The event holds what the record cannot do without."""


class PreconditionFailed(DomainError):
    """`If-Match` names a version that is not the present one."""


class NotYet(DomainError):
    """A moment that has not come."""
