"""What a line of the seeds can do: the schema that its data must meet, and the service that does it.

Knows nothing of files, keys or of what was loaded before.
"""

from collections.abc import Callable
from typing import Any

from factcheck.domain.actors import Actor
from factcheck.domain.vocabulary import LinkState
from factcheck.services import accounts, claims, evidence, looks, publishers, sources, verdicts
from schemas.accounts import AccountIn
from schemas.claims import AppearanceIn, ClaimIn, RelationIn, ReplyIn
from schemas.evidence import EvidenceIn, Reason
from schemas.publishers import PublisherIn
from schemas.sources import CitationIn, SourceIn
from schemas.verdicts import CorrectionIn, VerdictIn

Json = dict[str, Any]
Run = Callable[[Actor, str, Json], str]

# Seeds show what they show whatever an installation asks of its own reviewers.
_RULES = verdicts.Rules()


def _dead_link(actor: Actor, source_id: str, data: Json) -> str:
    looks.record_check(actor, source_id, LinkState.DEAD, data["reason"])
    return source_id


def _take(actor: Actor, claim_id: str, _: Json) -> str:
    claims.take(actor, claim_id)
    return claim_id


SCHEMAS = {
    "account": AccountIn(),
    "publisher": PublisherIn(),
    "source": SourceIn(),
    "citation": CitationIn(),
    "claim": ClaimIn(),
    "appearance": AppearanceIn(),
    "relation": RelationIn(),
    "evidence": EvidenceIn(),
    "dead_link": Reason(),
    "take": None,
    "verdict": VerdictIn(),
    "correction": CorrectionIn(),
    "reply": ReplyIn(),
}
"""The schema of each kind of step: that of the same call over HTTP. None: the step takes no data."""

RUN: dict[str, Run] = {
    "account": lambda actor, on, data: str(accounts.add(actor, data)["id"]),
    "publisher": lambda actor, on, data: str(publishers.add(actor, data)["id"]),
    "source": lambda actor, on, data: str(sources.add(actor, data)["id"]),
    "citation": lambda actor, on, data: str(sources.cite(actor, on, data)["id"]),
    "claim": lambda actor, on, data: claims.submit(actor, data),
    "appearance": claims.add_appearance,
    "relation": claims.relate,
    "evidence": lambda actor, on, data: str(evidence.attach(actor, on, data)["id"]),
    "dead_link": _dead_link,
    "take": _take,
    "verdict": lambda actor, on, data: str(verdicts.post(actor, on, data, _RULES)["id"]),
    "correction": lambda actor, on, data: str(verdicts.correct(actor, on, data, _RULES)["id"]),
    "reply": claims.reply,
}
"""Does a step: takes who does it, the id of what it is done to ("" where nothing), and its data; gives an id."""

ALONE = {"account", "publisher", "source", "claim"}
"""Steps that are done to nothing that is there already."""
