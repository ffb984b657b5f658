"""What events say happened, and how those who follow name several types at once."""

from collections.abc import Iterable

EVENT_TYPES = (
    "account.added", "account.amended",
    "appearance.added", "appearance.moved",
    "citation.added",
    "claim.absorbed", "claim.amended", "claim.merged", "claim.released", "claim.submitted", "claim.taken",
    "correction.published",
    "evidence.attached", "evidence.checked", "evidence.moved", "evidence.pinned", "evidence.retracted",
    "flag.moved", "flag.raised", "flag.renewed", "flag.resolved",
    "log_key.added",
    "payload.redacted",
    "publisher.added", "publisher.amended",
    "relation.added", "relation.received",
    "reply.added",
    "scale.added", "scale.amended",
    "snapshot.archived", "snapshot.taken",
    "source.added", "source.amended", "source.archived", "source.checked",
    "speaker.added", "speaker.amended",
    "suggestion.accepted", "suggestion.made", "suggestion.rejected",
    "token.added", "token.revoked",
    "verdict.approved", "verdict.corrected", "verdict.proposed", "verdict.published", "verdict.rejected",
    "verdict.superseded", "verdict.voided",
    "webhook.added", "webhook.amended", "webhook.paused", "webhook.removed", "webhook.resumed", "webhook.rotated",
)  # fmt: skip
"""Every type that there is, in the order of their names."""

_ALL_OF = ".*"

SELECTORS = (*EVENT_TYPES, *dict.fromkeys(type_.partition(".")[0] + _ALL_OF for type_ in EVENT_TYPES))
"""What types can be named by: each alone, or all that begin with a word, such as `verdict.*`."""


def selected(selectors: Iterable[str]) -> tuple[str, ...]:
    """The types that these name, without those of a selector that names none (any more)."""
    wanted = set(selectors)
    return tuple(type_ for type_ in EVENT_TYPES if type_ in wanted or type_.partition(".")[0] + _ALL_OF in wanted)
