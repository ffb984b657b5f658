"""Links of a claim: attached several at once, given their quote, taken back."""

from typing import Any

from flask import Flask, Response, request

from factcheck.desk.reviewing import claim_forms, forms, frame, pasted
from factcheck.desk.telling import claim as public
from factcheck.desk.telling import words
from factcheck.domain.errors import Conflict, Gone
from factcheck.domain.versions import Precondition
from factcheck.domain.vocabulary import Role, Stance, VerdictState
from factcheck.services import evidence, snapshots
from factcheck.web.context import actor, snapshot_store
from factcheck.web.parsing import checked
from schemas.evidence import EvidenceBatch, EvidenceIn, Reason

Json = dict[str, Any]

_PART = 15_000
"""Characters of a page's text that are shown at once."""
_QUOTE = ("quote.exact", "quote.prefix", "quote.suffix")
_ANY = Precondition(None)


def register(app: Flask) -> None:
    both = ("GET", "POST")
    frame.add(app, "/desk/claims/<claim_id>/evidence", "desk_attach", Role.REVIEWER, attach, *both)
    frame.add(app, "/desk/evidence/<evidence_id>/quote", "desk_quote", Role.REVIEWER, quote, *both)
    frame.add(app, "/desk/evidence/<evidence_id>/retract", "desk_retract", Role.REVIEWER, retract, *both)


def attach(claim_id: str) -> Response:
    """Attach links, a line each: all of them, or none and the lines at fault."""
    claim = claim_forms.claim_of(claim_id)
    if request.method != "POST":
        return _attach_page(claim, forms.Form())
    form = forms.sent("links", "stance", "note", forms.SEQ)
    lines = pasted.lines(form.value("links"), form.value("stance"), form.value("note"))
    if not lines:
        form.fault("links", "Paste at least one link.")
        return _attach_page(claim, form)
    items = {"items": [line.item for line in lines]}
    named = {f"/items/{place}": f"line {place}" for place in range(len(lines))}
    form.many |= {name: [] for name in named.values()}
    made = claim_forms.attempt(
        form,
        claim_id,
        lambda: evidence.attach_all(actor(), claim_id, checked(EvidenceBatch, items)["items"]),
        named=named,
    )
    if made:
        return frame.see(f"/desk/claims/{claim_id}", "attached")
    for place, line in enumerate(lines):
        for said in form.faults.pop(f"line {place}", []):
            form.fault("links", f"Line {line.number}, {line.text}: {said}")
    return _attach_page(claim_forms.claim_of(claim_id), form)


def quote(evidence_id: str) -> Response:
    """Say which words of the page a link is for, from what was read of it.

    A link never changes: it is attached again with its quote, and the one without is retracted, in one step.
    """
    link = evidence.get(evidence_id)
    claim = claim_forms.claim_of(link["claim"])
    if request.method != "POST":
        held = link["quote"] or {}
        return _quote_page(claim, link, forms.Form({f"quote.{name}": text or "" for name, text in held.items()}))
    form = forms.sent(*_QUOTE, forms.SEQ)
    given = {"source": {"id": link["source"]["id"]}, "stance": link["stance"], "note": link["note"]}
    if not form.value("quote.exact"):
        form.fault("quote.exact", "Give the words of the page.")
        return _quote_page(claim, link, form)

    def replace() -> Json:
        data = checked(EvidenceIn, {**given, **form.given(*_QUOTE)})
        if _rested_on(claim_forms.claim_of(claim["id"]), evidence_id):
            raise Conflict(
                "a published verdict rests on this link as it is; attach the page with another stance instead"
            )
        evidence.retract(actor(), evidence_id, "Attached again with its quote.", _ANY)
        return evidence.attach(actor(), claim["id"], data)

    if claim_forms.attempt(form, claim["id"], replace):
        return frame.see(f"/desk/claims/{claim['id']}", "quoted")
    return _quote_page(claim_forms.claim_of(claim["id"]), link, form)


def retract(evidence_id: str) -> Response:
    """Take a link back, with a reason."""
    link = evidence.get(evidence_id)
    claim = claim_forms.claim_of(link["claim"])
    form = forms.Form()
    if request.method == "POST":
        form = forms.sent("reason", forms.SEQ)

        def do() -> bool:
            reason = checked(Reason, form.given("reason"))["reason"]
            evidence.retract(actor(), evidence_id, reason, _ANY)
            return True

        if claim_forms.attempt(form, claim["id"], do):
            return frame.see(f"/desk/claims/{claim['id']}", "retracted")
    shown = public.links({"evidence": [link]})[0][0]
    return claim_forms.page("retract.html", claim, form, title="Retract a link – Desk", link=shown)


def _attach_page(claim: Json, form: forms.Form) -> Response:
    return claim_forms.page(
        "attach.html",
        claim,
        form,
        title="Attach links – Desk",
        stances=[(stance.value, words.STANCES[stance]) for stance in Stance],
    )


def _quote_page(claim: Json, link: Json, form: forms.Form) -> Response:
    text, why = _text(link["snapshot"])
    given = request.args.get("part", "")
    parts = max(1, -(-len(text) // _PART))
    part = min(int(given), parts) if given.isascii() and given.isdecimal() and 0 < len(given) < 6 else 1
    part = max(part, 1)
    return claim_forms.page(
        "quote.html",
        claim,
        form,
        title="Quote from a page – Desk",
        link=public.links({"evidence": [link]})[0][0],
        text=text[(part - 1) * _PART : part * _PART],
        why=why,
        part=part,
        parts=parts,
        path=request.path,
    )


def _text(snapshot: str | None) -> tuple[str, str]:
    """What was read of the page, or why there is nothing."""
    if snapshot is None:
        return "", "No worker has read this page yet. Copy the words from the page itself."
    try:
        return str(snapshots.text(snapshot_store(), snapshot)["text"]), ""
    except Gone:
        return "", "What was read of this page is not kept. Copy the words from the page itself."


def _rested_on(claim: Json, evidence_id: str) -> bool:
    standing = (one for one in claim["verdicts"] if one["state"] == VerdictState.PUBLISHED)
    return any(evidence_id in verdict["evidence"] for verdict in standing)
