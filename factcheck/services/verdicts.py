"""Verdicts: what reviewers concluded, how they are approved, and how they are corrected in the open."""

from dataclasses import dataclass
from typing import Any

from factcheck.domain import dates
from factcheck.domain.actors import Actor
from factcheck.domain.documents import (
    corroboration,
    is_public,
    standing_evidence,
    verdict_document,
    verdict_of_view,
)
from factcheck.domain.errors import (
    Invalid,
    NotFound,
    NotPermitted,
    OwnVerdict,
    TooFewOrigins,
    UnknownReference,
    VerdictNotOpen,
)
from factcheck.domain.groups import group_documents
from factcheck.domain.scales import label_of
from factcheck.domain.views import ClaimView
from factcheck.domain.vocabulary import CorrectionType, Rating, Role, Stance, Subject, VerdictState
from factcheck.storage import db, history, journal, rows, views
from factcheck.storage.journal import Transaction
from factcheck.storage.models import Account, Claim, Correction, Scale, Verdict
from factcheck.storage.open_claims import open_claim

Values = dict[str, Any]

_STANCE_OF = {Rating.SUPPORTED: Stance.SUPPORTS, Rating.REFUTED: Stance.REFUTES}
_CORRECTIONS_OF = {
    "type": "type = ?",
    "claim": "claim = ?",
    "reviewer": "verdict IN (SELECT id FROM verdicts WHERE reviewer = ?)",
}
_RATED = ("rating", "label", "scale")
_CHECKED = {"rating", "evidence", "valid_from", "valid_until", "override_reason"}


@dataclass(frozen=True, slots=True)
class Rules:
    """How strict the house is: approvals by others before a verdict is public, and independent origins
    that a supported or refuted needs."""

    approvals: int = 0
    min_origins: int = 0


def post(actor: Actor, claim_id: str, data: Values, rules: Rules) -> Values:
    """Publish a verdict, or propose it where approvals are asked for.

    Raises NotPermitted (a ruling or an override by less than an editor), Invalid, UnknownReference, TooFewOrigins.
    """
    with journal.write(actor.id) as tx:
        open_claim(claim_id)
        if data.get("final"):
            actor.require(Role.EDITOR, "a final ruling")
        values = {**_given(data), **_scaled(data), "claim": claim_id, "reviewer": actor.id, "approvals": []}
        _check(claim_id, values, rules, overriding=_overriding(actor, data))
        values["final"] = bool(data.get("final"))
        if rules.approvals > 0:
            verdict_id = _propose(tx, claim_id, values)
        else:
            values |= _published_now(tx, claim_id, actor.id)
            verdict_id = tx.create("verdict.published", Subject.VERDICT, values, claim=claim_id)
    return verdict_document(rows.require(Verdict, verdict_id), {"id": actor.id, "name": actor.name}, [])


def approve(actor: Actor, verdict_id: str, rules: Rules) -> Values:
    """One more has read it and stands by it; it is published at the approval that the rules ask for last."""
    with journal.write(actor.id) as tx:
        verdict = _proposal(actor, verdict_id)
        approvals = [*verdict["approvals"], actor.id]
        claim = verdict["claim"]
        tx.change("verdict.approved", Subject.VERDICT, verdict, {"approvals": approvals}, claim=claim, withheld=True)
        if len(approvals) >= rules.approvals:
            _check(claim, verdict, rules)
            values = _published_now(tx, claim, verdict["reviewer"])
            tx.change("verdict.published", Subject.VERDICT, {**verdict, "approvals": approvals}, values, claim=claim)
            tx.disclose(verdict_id)
    return get(verdict_id, see_withheld=True)


def reject(actor: Actor, verdict_id: str, reason: str) -> Values:
    """Turn a proposal down; it is never published."""
    with journal.write(actor.id) as tx:
        verdict = _proposal(actor, verdict_id)
        tx.change(
            "verdict.rejected",
            Subject.VERDICT,
            verdict,
            {"state": VerdictState.REJECTED},
            claim=verdict["claim"],
            withheld=True,
            reason=reason,
        )
    return get(verdict_id, see_withheld=True)


def correct(actor: Actor, verdict_id: str, data: Values, rules: Rules) -> Values:
    """Change a published verdict, openly: the correction keeps what stood before. Gives the correction."""
    with journal.write(actor.id) as tx:
        verdict = rows.require(Verdict, verdict_id)
        open_claim(verdict["claim"])
        kind = CorrectionType(data["type"])
        _require_may_correct(actor, verdict, kind, rules)
        if verdict["state"] != VerdictState.PUBLISHED:
            raise VerdictNotOpen(f"only a published verdict can be corrected; this one is {verdict['state']}")
        given = data.get("changes") or {}
        values = _corrected(verdict, kind, given)
        if kind != CorrectionType.VOID:
            overriding = _overriding(actor, given)
            _check(verdict["claim"], {**verdict, **values}, rules, changed=values, overriding=overriding, at="/changes")
        changes = {name: {"before": verdict[name], "after": after} for name, after in values.items()}
        entity = {
            "claim": verdict["claim"],
            "verdict": verdict_id,
            "type": kind,
            "reason": data["reason"],
            "changes": changes,
        }
        correction_id = tx.create("correction.published", Subject.CORRECTION, entity, claim=verdict["claim"])
        type_ = "verdict.voided" if kind == CorrectionType.VOID else "verdict.corrected"
        tx.change(type_, Subject.VERDICT, verdict, values, claim=verdict["claim"], reason=data["reason"])
        return _corrections([rows.require(Correction, correction_id)])[0]


def get(verdict_id: str, *, see_withheld: bool) -> Values:
    """Raises NotFound, also for one that this reader may not see yet."""
    verdict = rows.require(Verdict, verdict_id)
    if not see_withheld and not is_public(verdict):
        raise NotFound(f"there is no verdict {verdict_id}")
    return _documents([verdict])[0]


def of_claim(claim_id: str, after: str | None, limit: int, *, see_withheld: bool) -> list[Values]:
    """The claim's verdicts, newest first; proposals only for those who may see them. Raises NotFound."""
    rows.require(Claim, claim_id)
    condition = "claim = ?" if see_withheld else "claim = ? AND published_at IS NOT NULL"
    return _documents(rows.newest_first(Verdict, after, limit, condition, [claim_id]))


def as_of(verdict_id: str, seq: int, *, see_withheld: bool) -> Values:
    """The verdict as it stood after event `seq`; raises NotFound, also for one that this reader could not see then."""
    claim_id = history.claim_as_of(Subject.VERDICT, verdict_id, seq)
    found = _as_of(claim_id, seq, see_withheld=see_withheld) if claim_id else []
    verdict = next((one for one in found if one["id"] == verdict_id), None)
    if verdict is None:
        raise NotFound(f"there was no verdict {verdict_id} then")
    return verdict


def of_claim_as_of(claim_id: str, seq: int, after: str | None, limit: int, *, see_withheld: bool) -> list[Values]:
    """As `of_claim`, of then; raises NotFound."""
    found = _as_of(claim_id, seq, see_withheld=see_withheld)
    return [verdict for verdict in found if after is None or verdict["id"] < after][:limit]


def corrections(after: str | None, limit: int, given: Values) -> list[Values]:
    """Corrections, newest first; `given` are those of a `type`, a `claim`, or of the verdicts of a `reviewer`."""
    conditions, params = ["1 = 1"], []
    for name, condition in _CORRECTIONS_OF.items():
        if name in given:
            conditions.append(condition)
            params.append(given[name])
    return _corrections(rows.newest_first(Correction, after, limit, " AND ".join(conditions), params))


def _as_of(claim_id: str, seq: int, *, see_withheld: bool) -> list[Values]:
    """A claim's verdicts after an event, newest first."""
    view = history.view_as_of(claim_id, seq)
    if view is None:
        raise NotFound(f"there was no claim {claim_id} then")
    verdicts = sorted(view.parts[Subject.VERDICT], key=lambda verdict: str(verdict["id"]), reverse=True)
    return [verdict_of_view(view, verdict) for verdict in verdicts if see_withheld or is_public(verdict)]


def _given(data: Values) -> Values:
    names = ("justification", "review_url", "valid_from", "valid_until", "override_reason")
    return {"evidence": data.get("evidence") or [], **{name: data.get(name) for name in names}}


def _scaled(data: Values, at: str = "") -> Values:
    """Rating, label, and the scale that the label stands on, with the label's number there.

    `at` is the JSON pointer of the object that names them.
    """
    rating, label, slug = data["rating"], data.get("label"), data.get("scale")
    if slug is None:
        return {"rating": rating, "label": label, "scale": None, "scale_version": None, "value": None}
    found = rows.where(Scale, "slug = ? ORDER BY version DESC LIMIT 1", [slug])
    if not found:
        raise UnknownReference(f"there is no scale {slug}", pointer=f"{at}/scale")
    chosen = label_of(found[0]["labels"], rating, label, f"{at}/label")
    return {
        "rating": rating,
        "label": chosen["label"],
        "scale": slug,
        "scale_version": found[0]["version"],
        "value": chosen["value"],
    }


def _overriding(actor: Actor, given: Values) -> bool:
    """Whether a client asks to pass over the number of origins; raises NotPermitted."""
    if given.get("override_reason") is None:
        return False
    actor.require(Role.EDITOR, "overriding how many origins are needed")
    return True


def _check(
    claim_id: str,
    values: Values,
    rules: Rules,
    *,
    changed: Values | None = None,
    overriding: bool = False,
    at: str = "",
) -> None:
    """What a verdict rests on is the claim's own standing evidence, from enough independent origins or in spite of it.

    With `changed` only what follows from these fields; `at` is the JSON pointer of the object that has them. Raises
    Invalid, also where one is `overriding` what does not stand in the way, UnknownReference, TooFewOrigins.
    """
    if changed is not None and not overriding and not changed.keys() & _CHECKED:
        return
    first, last = values["valid_from"], values["valid_until"]
    if first and last and dates.bounds(first).low > dates.bounds(last).high:
        raise Invalid("it would end before it begins", pointer=f"{at}/valid_until")
    stance = _STANCE_OF.get(values["rating"]) if rules.min_origins > 0 else None
    too_few = False
    if values["evidence"] or stance is not None:
        view = views.gather([claim_id])[claim_id]
        _check_evidence(view, values["evidence"], at)
        too_few = stance is not None and _too_few(view, stance, values, rules.min_origins)
    if overriding and not too_few:
        # So that whoever reads such a reason knows that it was needed.
        raise Invalid("there is nothing to override", pointer=f"{at}/override_reason")


def _check_evidence(view: ClaimView, evidence: list[str], at: str) -> None:
    standing = {link["id"] for link in standing_evidence(view)}
    for position, evidence_id in enumerate(evidence):
        if evidence_id not in standing:
            raise UnknownReference("this is no evidence of the claim", pointer=f"{at}/evidence/{position}")


def _too_few(view: ClaimView, stance: Stance, values: Values, needed: int) -> bool:
    """Whether there are fewer origins than needed; raises TooFewOrigins where the verdict does not override that."""
    counted = corroboration(view, stance)
    found = counted.independent_origins
    if found < needed and values["override_reason"] is None:
        raise TooFewOrigins(
            f"{values['rating']} asks for {needed} independent origins; "
            f"the evidence that {stance} has {found}, so {needed - found} missing",
            corroboration=counted.counts(),
            groups=group_documents(view, counted),
        )
    return found < needed


def _propose(tx: Transaction, claim_id: str, values: Values) -> str:
    waiting = _others(claim_id, values["reviewer"], VerdictState.PROPOSED)
    for older in waiting:
        superseded = {"state": VerdictState.SUPERSEDED}
        tx.change("verdict.superseded", Subject.VERDICT, older, superseded, claim=claim_id, withheld=True)
    proposed = {"state": VerdictState.PROPOSED, "supersedes": None, "published_at": None}
    return tx.create("verdict.proposed", Subject.VERDICT, values | proposed, claim=claim_id, withheld=True)


def _published_now(tx: Transaction, claim_id: str, reviewer: str) -> Values:
    """Supersede the reviewer's earlier verdict, if there is one; gives what publishing sets."""
    supersedes = None
    for older in _others(claim_id, reviewer, VerdictState.PUBLISHED):
        tx.change("verdict.superseded", Subject.VERDICT, older, {"state": VerdictState.SUPERSEDED}, claim=claim_id)
        supersedes = older["id"]
    return {"state": VerdictState.PUBLISHED, "supersedes": supersedes, "published_at": tx.now}


def _others(claim_id: str, reviewer: str, state: VerdictState) -> list[Values]:
    return rows.where(Verdict, "reviewer = ? AND claim = ? AND state = ? ORDER BY id", [reviewer, claim_id, state])


def _proposal(actor: Actor, verdict_id: str) -> Values:
    """The proposal that the actor may decide on; raises OwnVerdict, VerdictNotOpen, ClaimMerged."""
    verdict = rows.require(Verdict, verdict_id)
    open_claim(verdict["claim"])
    if verdict["state"] != VerdictState.PROPOSED:
        raise VerdictNotOpen(f"this verdict is {verdict['state']}, not proposed")
    if verdict["reviewer"] == actor.id:
        raise OwnVerdict("a reviewer never decides on their own verdict")
    if actor.id in verdict["approvals"]:
        raise VerdictNotOpen("you have approved this verdict already")
    return verdict


def _require_may_correct(actor: Actor, verdict: Values, kind: CorrectionType, rules: Rules) -> None:
    if kind == CorrectionType.VOID:
        actor.require(Role.EDITOR, "voiding a verdict")
    elif verdict["reviewer"] != actor.id:
        actor.require(Role.EDITOR, "correcting another reviewer's verdict")
    elif kind == CorrectionType.RATING_CHANGE and rules.approvals > 0:
        # Else a reviewer could have one rating approved and publish another.
        raise NotPermitted("where verdicts are approved, an author cannot change a rating alone: post a new verdict")


def _corrected(verdict: Values, kind: CorrectionType, changes: Values) -> Values:
    """The fields that a correction sets; raises Invalid where they do not fit its type."""
    if kind == CorrectionType.VOID:
        if changes:
            raise Invalid("a void correction changes nothing else", pointer="/changes")
        return {"state": VerdictState.VOID}
    values = {name: value for name, value in changes.items() if name not in _RATED}
    if any(name in changes for name in _RATED):
        # A new rating leaves the old one's label behind unless the correction names one.
        same_rating = changes.get("rating", verdict["rating"]) == verdict["rating"]
        kept = verdict if same_rating else {**verdict, "label": None}
        if not same_rating:
            # Why another rating stood on too few origins says nothing for this one.
            values.setdefault("override_reason", None)
        values |= _scaled({name: changes.get(name, kept[name]) for name in _RATED}, "/changes")
    values = {name: value for name, value in values.items() if value != verdict[name]}
    if not values:
        raise Invalid("the correction changes nothing", pointer="/changes")
    if ("rating" in values) != (kind == CorrectionType.RATING_CHANGE):
        raise Invalid("a new rating is a rating_change, and a rating_change needs one", pointer="/changes/rating")
    return values


def _documents(verdicts: list[Values]) -> list[Values]:
    accounts = rows.by_ids(Account, (verdict["reviewer"] for verdict in verdicts))
    corrected = _by_verdict([verdict["id"] for verdict in verdicts])
    found = []
    for verdict in verdicts:
        account = accounts[verdict["reviewer"]]
        reviewer = {"id": account["id"], "name": account["name"]}
        found.append(verdict_document(verdict, reviewer, corrected[verdict["id"]]))
    return found


def _corrections(wanted: list[Values]) -> list[Values]:
    """These corrections as readers get them, for which each verdict's other ones are needed too."""
    verdicts = rows.by_ids(Verdict, (correction["verdict"] for correction in wanted))
    shown = [one for verdict in _documents(list(verdicts.values())) for one in verdict["corrections"]]
    by_id = {correction["id"]: correction for correction in shown}
    return [by_id[correction["id"]] for correction in wanted]


def _by_verdict(verdict_ids: list[str]) -> dict[str, list[Values]]:
    found: dict[str, list[Values]] = {verdict_id: [] for verdict_id in verdict_ids}
    if verdict_ids:
        for correction in rows.where(Correction, f"verdict IN ({db.marks(verdict_ids)})", verdict_ids):
            found[correction["verdict"]].append(correction)
    return found
