"""The claim as readers get it: pure rendering of a gathered view, the same for a row and for a fold.

What is not public (a proposed verdict, a retracted link) is left out here, so that a stored document can
be sent to anyone. The public page's address is added when it is sent: it depends on the installation.
"""

from collections.abc import Collection, Iterable
from typing import Any

from factcheck.domain.corrections import correction_documents
from factcheck.domain.corroboration import Corroboration, corroborate
from factcheck.domain.entities import Entity
from factcheck.domain.groups import group_documents
from factcheck.domain.status import Standing, standing
from factcheck.domain.views import ClaimView
from factcheck.domain.vocabulary import Stance, Status, Subject

FORMAT = 3
"""Raised whenever rendering changes, so that an upgrade renders stored documents again."""

Json = dict[str, Any]

_WEIGHED = (Stance.SUPPORTS, Stance.REFUTES)
_EDGE = ("source", "origin", "kind", "reason", "created_at", "created_by")


def claim_document(view: ClaimView) -> Json:
    """The whole claim, as `GET /v1/claims/{id}` answers it, but for `url`."""
    claim = view.claim
    now = claim_standing(view)
    newest = newest_part(view)
    public = [verdict for verdict in _by_id(view.parts[Subject.VERDICT]) if is_public(verdict)]
    verdicts = {verdict["id"]: verdict_of_view(view, verdict) for verdict in public}
    return {
        "id": claim["id"],
        "text": claim["text"],
        "quote": claim["quote"],
        "kind": claim["kind"],
        "speaker": _speaker(view, claim["speaker"]),
        "speaker_role": claim["speaker_role"],
        "speaker_affiliation": claim["speaker_affiliation"],
        "relayed_by": _speaker(view, claim["relayed_by"]),
        "claim_date": claim["claim_date"],
        "event_date": claim["event_date"],
        "place": claim["place"],
        "language": claim["language"],
        "topics": claim["topics"],
        "context": claim["context"],
        "source": _source(view, claim["source"]),
        "appearances": [
            {
                "id": appearance["id"],
                "source": _source(view, appearance["source"]),
                "first": appearance["source"] == claim["source"],
            }
            for appearance in _by_id(view.parts[Subject.APPEARANCE])
        ],
        "status": now.status,
        "workflow": now.workflow,
        "needs_review": [flag_document(flag) for flag in open_flags(view)],
        "taken_by": _account(view, claim["taken_by"]),
        "verdict": verdicts[now.deciding["id"]] if now.deciding else None,
        "verdicts": list(verdicts.values()),
        "evidence": [evidence_document(view, link) for link in standing_evidence(view)],
        "corroboration": {stance.value: corroboration(view, stance).counts() for stance in _WEIGHED},
        "relations": [_relation(claim["id"], relation) for relation in _by_id(view.parts[Subject.RELATION])],
        "replies": [
            {
                "id": reply["id"],
                "text": reply["text"],
                "source": _source(view, reply["source"]),
                "created_at": reply["created_at"],
            }
            for reply in _by_id(view.parts[Subject.REPLY])
        ],
        "merged_into": claim["merged_into"],
        "merged_from": claim["absorbed"],
        "correction_count": len(view.parts[Subject.CORRECTION]),
        "created_at": claim["created_at"],
        "created_by": claim["created_by"],
        "updated_at": newest["updated_at"],
        "seq": newest["seq"],
    }


def status_document(view: ClaimView) -> Json:
    """The small one for dashboards; `verdicts` counts those that are published."""
    now = claim_standing(view)
    newest = newest_part(view)
    return {
        "id": view.claim["id"],
        "status": now.status,
        "rating": now.deciding["rating"] if now.deciding else None,
        "label": now.deciding["label"] if now.deciding else None,
        "verdicts": now.published,
        "disputed": now.status == Status.DISPUTED,
        "merged_into": view.claim["merged_into"],
        "updated_at": newest["updated_at"],
        "seq": newest["seq"],
    }


def claim_standing(view: ClaimView) -> Standing:
    return standing(view.parts[Subject.VERDICT], taken=view.claim["taken_by"] is not None)


def newest_part(view: ClaimView) -> Entity:
    """The part of a claim's picture that changed last: its `seq` is the document's version."""
    return max(view.all_but_accounts(), key=lambda part: int(part["seq"]))


def corroboration(view: ClaimView, stance: str) -> Corroboration:
    """How many independent origins the standing evidence of one stance has."""
    return corroborate(
        (link for link in standing_evidence(view) if link["stance"] == stance),
        sources=view.sources,
        citations=view.citations,
        publishers=view.publishers,
        claim_sources=[appearance["source"] for appearance in view.parts[Subject.APPEARANCE]],
    )


def corroboration_document(view: ClaimView) -> Json:
    """The counts with their groups, and the graph: an edge goes from a source to what it relies on."""
    counted = {stance: corroboration(view, stance) for stance in _WEIGHED}
    return {
        **{
            stance.value: {**found.counts(), "groups": group_documents(view, found)}
            for stance, found in counted.items()
        },
        "graph": {
            "nodes": [
                {**(_source(view, source["id"]) or {}), **_marked(view, source)}
                for source in _by_id(view.sources.values())
            ],
            "edges": [{name: citation[name] for name in _EDGE} for citation in _by_id(view.citations)],
        },
    }


def standing_evidence(view: ClaimView) -> list[Entity]:
    """The evidence that nobody has retracted, oldest first."""
    return [link for link in _by_id(view.parts[Subject.EVIDENCE]) if not link["retracted"]]


def open_flags(view: ClaimView) -> list[Entity]:
    """Why somebody should look at the claim again, oldest first."""
    return [flag for flag in _by_id(view.parts[Subject.FLAG]) if not flag["resolved"]]


def is_public(verdict: Entity) -> bool:
    """Whether it was ever published; a proposal that was turned down or replaced was not."""
    return verdict["published_at"] is not None


def flag_document(flag: Entity) -> Json:
    fields = ("id", "claim", "reason", "source", "evidence", "before", "after", "resolved", "note", "created_at", "seq")
    diff = f"/v1/snapshots/{flag['before']}/diff?with={flag['after']}"
    return {**{name: flag[name] for name in fields}, "diff": diff}


def evidence_document(view: ClaimView, link: Entity) -> Json:
    source = view.sources[link["source"]]
    return {
        "id": link["id"],
        "claim": link["claim"],
        "source": _source(view, link["source"]),
        "stance": link["stance"],
        "quote": link["quote"],
        "note": link["note"],
        "link_state": source["link_state"],
        "archive_url": source.get("archive_url"),
        "quote_state": link["quote_state"],
        # Links of before there were snapshots have none.
        "snapshot": link.get("snapshot"),
        "attached_by": _account(view, link["created_by"]),
        "attached_at": link["created_at"],
    }


def verdict_of_view(view: ClaimView, verdict: Entity) -> Json:
    corrections = [c for c in view.parts[Subject.CORRECTION] if c["verdict"] == verdict["id"]]
    return verdict_document(verdict, _account(view, verdict["reviewer"]), corrections)


def verdict_document(verdict: Entity, reviewer: Json | None, corrections: Collection[Entity]) -> Json:
    fields = ("id", "claim", "rating", "label", "scale", "scale_version", "value", "justification", "evidence")
    more = ("review_url", "valid_from", "valid_until", "final", "state", "supersedes", "published_at")
    return {
        **{name: verdict[name] for name in fields + more},
        # Verdicts of older events do not say it.
        "override_reason": verdict.get("override_reason"),
        "reviewer": reviewer,
        "approvals": len(verdict["approvals"]),
        "corrections": correction_documents(verdict, reviewer, corrections),
        "created_at": verdict["created_at"],
        "updated_at": verdict["updated_at"],
        "seq": verdict["seq"],
    }


def _speaker(view: ClaimView, speaker_id: str | None) -> Json | None:
    if speaker_id is None:
        return None
    speaker = view.speakers[speaker_id]
    return {"id": speaker_id, "name": speaker["name"], "kind": speaker["kind"]}


def _source(view: ClaimView, source_id: str | None) -> Json | None:
    if source_id is None:
        return None
    source = view.sources[source_id]
    publisher = view.publishers[source["publisher"]] if source["publisher"] else None
    return {
        "id": source_id,
        "title": source["title"],
        "url": source["url"],
        "kind": source["kind"],
        "publisher": {"id": publisher["id"], "name": publisher["name"]} if publisher else None,
        "published_at": source["published_at"],
    }


def _marked(view: ClaimView, source: Entity) -> Json:
    """Whether it is an origin, and who said so, when; sources of older events do not have the latter two."""
    return {
        "is_origin": source["is_origin"],
        "origin_marked_by": _account(view, source.get("origin_marked_by")),
        "origin_marked_at": source.get("origin_marked_at"),
    }


def _account(view: ClaimView, account_id: str | None) -> Json | None:
    if account_id is None:
        return None
    account = view.accounts.get(account_id)
    return {"id": account_id, "name": account["name"] if account else account_id}


def _relation(claim_id: str, relation: Entity) -> Json:
    outgoing = relation["claim"] == claim_id
    return {
        "id": relation["id"],
        "kind": relation["kind"],
        "direction": "outgoing" if outgoing else "incoming",
        "claim": relation["other"] if outgoing else relation["claim"],
        "note": relation["note"],
    }


def _by_id(entities: Iterable[Entity]) -> list[Entity]:
    """Oldest first: ids are UUIDv7 and sort by time."""
    return sorted(entities, key=lambda entity: str(entity["id"]))
