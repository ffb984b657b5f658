"""A claim's events, written by hand, as the fold reads them."""

from typing import Any

from factcheck.domain.projections import Change
from factcheck.domain.vocabulary import Subject

CLAIM: dict[str, Any] = {
    "text": "The moon is made of rock",
    "quote": None,
    "kind": "factual",
    "speaker": None,
    "speaker_role": None,
    "speaker_affiliation": None,
    "relayed_by": None,
    "claim_date": None,
    "event_date": None,
    "place": None,
    "language": "en",
    "topics": [],
    "context": None,
    "source": None,
    "taken_by": None,
    "merged_into": None,
    "absorbed": [],
}
SOURCE = {
    "url": None,
    "canonical_url": None,
    "title": "A report",
    "kind": "article",
    "publisher": None,
    "published_at": None,
    "language": None,
    "access": None,
    "is_origin": None,
    "link_state": "unchecked",
    "checked_at": None,
}
EVIDENCE = {
    "claim": "claim",
    "source": "source",
    "stance": "supports",
    "quote": None,
    "note": None,
    "quote_state": None,
    "retracted": False,
}
VERDICT: dict[str, Any] = {
    "claim": "claim",
    "reviewer": "reviewer",
    "rating": "supported",
    "label": None,
    "scale": None,
    "scale_version": None,
    "value": None,
    "justification": None,
    "evidence": [],
    "review_url": None,
    "valid_from": None,
    "valid_until": None,
    "final": False,
    "state": "published",
    "approvals": [],
    "supersedes": None,
    "published_at": "2024-10-24T00:00:00.000000Z",
}


class Ledger:
    """Numbers events as they come; each is recorded in a second of its own."""

    def __init__(self) -> None:
        self.changes: list[Change] = []

    def add(self, subject: Subject, subject_id: str, actor: str = "reviewer", **values: Any) -> Change:
        seq = len(self.changes) + 1
        change = Change(seq, f"2024-10-24T00:00:{seq:02}.000000Z", actor, subject, subject_id, values)
        self.changes.append(change)
        return change

    def claim(self, claim_id: str = "claim", **values: Any) -> Change:
        return self.add(Subject.CLAIM, claim_id, **{**CLAIM, **values})

    def source(self, source_id: str = "source", **values: Any) -> Change:
        return self.add(Subject.SOURCE, source_id, **{**SOURCE, **values})

    def evidence(self, evidence_id: str = "evidence", **values: Any) -> Change:
        return self.add(Subject.EVIDENCE, evidence_id, **{**EVIDENCE, **values})

    def verdict(self, verdict_id: str = "verdict", **values: Any) -> Change:
        return self.add(Subject.VERDICT, verdict_id, **{**VERDICT, **values})

    def account(self, account_id: str = "reviewer", name: str = "A reviewer") -> Change:
        return self.add(Subject.ACCOUNT, account_id, "system", name=name, role="reviewer", active=True)
