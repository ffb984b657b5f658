"""How a claim bears on others, doubles that are merged, flags, and what changed on pages."""

from typing import Any

from flask import Flask, Response, request

from factcheck.desk.reviewing import claim_forms, forms, frame
from factcheck.desk.telling import claim as public
from factcheck.desk.telling import reviewing as telling
from factcheck.domain.errors import Gone, NotFound
from factcheck.domain.vocabulary import RelationKind, Role
from factcheck.services import claims, evidence, flags, snapshots, sources
from factcheck.web.context import actor, snapshot_store
from factcheck.web.parsing import checked, takes
from schemas.claims import MergeIn, RelationIn
from schemas.flags import Resolution
from schemas.snapshots import DiffQuery

Json = dict[str, Any]

_MOST_HUNKS = 60


def register(app: Flask) -> None:
    both = ("GET", "POST")
    frame.add(app, "/desk/claims/<claim_id>/relations", "desk_relate", Role.REVIEWER, relate, *both)
    frame.add(app, "/desk/claims/<claim_id>/merge", "desk_merge", Role.EDITOR, merge, *both)
    frame.add(app, "/desk/flags/<flag_id>", "desk_flag", Role.REVIEWER, resolve, *both)
    shown = takes(DiffQuery, "query", "query")(show_difference)
    frame.add(app, "/desk/snapshots/<snapshot_id>/diff", "desk_difference", Role.READER, shown)


def relate(claim_id: str) -> Response:
    """Say how the claim bears on another one."""
    claim = claim_forms.claim_of(claim_id)
    form = forms.Form({"claim": request.args.get("claim", "")})
    if request.method == "POST":
        form = forms.sent("kind", "claim", "note", forms.SEQ)
        given = {**form.given("kind", "note"), **_claim(form, "claim")}
        if claim_forms.attempt(form, claim_id, lambda: claims.relate(actor(), claim_id, checked(RelationIn, given))):
            return frame.see(f"/desk/claims/{claim_id}", "related")
    kinds = [(kind.value, telling.RELATIONS[kind]) for kind in RelationKind]
    return claim_forms.page("relate.html", claim, form, title="Relate – Desk", kinds=kinds)


def merge(claim_id: str) -> Response:
    """Merge the claim into another one, which stays."""
    claim = claim_forms.claim_of(claim_id)
    form = forms.Form({"into": request.args.get("into", "")})
    if request.method == "POST":
        form = forms.sent("into", forms.SEQ)

        def do() -> str:
            into = str(checked(MergeIn, _claim(form, "into"))["into"])
            claims.merge(actor(), claim_id, into)
            return into

        into = claim_forms.attempt(form, claim_id, do)
        if into:
            return frame.see(f"/desk/claims/{into}", "merged")
    return claim_forms.page("merge.html", claim, form, title="Merge – Desk")


def resolve(flag_id: str) -> Response:
    """What changed on a page that the claim rests on, and what came of looking at it."""
    flag = flags.get(flag_id)
    claim = claim_forms.claim_of(flag["claim"])
    form = forms.Form()
    if request.method == "POST":
        form = forms.sent("note", forms.SEQ)
        do = lambda: flags.resolve(actor(), flag_id, checked(Resolution, form.given("note"))["note"])  # noqa: E731
        if claim_forms.attempt(form, claim["id"], do):
            return frame.see(f"/desk/claims/{claim['id']}", "resolved")
    hunks, more, why = _difference(flag["before"], flag["after"])
    return claim_forms.page(
        "flag.html",
        claim,
        form,
        title="To look at again – Desk",
        flag=telling.flag(flag),
        resolved=flag["resolved"],
        note=flag["note"] or "",
        source=sources.get(flag["source"]),
        link=_link(flag["evidence"]),
        hunks=hunks,
        more=more,
        why=why,
    )


def show_difference(query: Json, snapshot_id: str) -> Response:
    """What changed on a page between two readings of it."""
    found = (snapshots.get(snapshot_id), snapshots.get(query["with_"]))
    snapshot, other = sorted(found, key=lambda one: str(one["id"]))
    if snapshot["source"] != other["source"]:
        raise NotFound("these are readings of two pages")
    hunks, more, why = _difference(snapshot["id"], other["id"])
    return frame.page(
        "difference.html",
        title="What changed – Desk",
        source=sources.get(snapshot["source"]),
        before=snapshot["fetched_at"],
        after=other["fetched_at"],
        hunks=hunks,
        more=more,
        why=why,
    )


def _claim(form: forms.Form, name: str) -> Json:
    """A claim that a field names: by its id, or by the address of one of its pages."""
    given = form.value(name).split("?")[0].split("#")[0].rstrip("/")
    return {name: given.rpartition("/")[2]} if given else {}


def _difference(before: str, after: str) -> tuple[list[Json], bool, str]:
    """The difference between two snapshots, whether there is more of it, or why there is none to show."""
    try:
        found = snapshots.diff(snapshot_store(), before, after)
    except Gone:
        return [], False, "What was read of the page is not kept any more."
    return telling.hunks(found["hunks"][:_MOST_HUNKS]), found["more"] or len(found["hunks"]) > _MOST_HUNKS, ""


def _link(evidence_id: str) -> Json | None:
    try:
        return public.links({"evidence": [evidence.get(evidence_id)]})[0][0]
    except NotFound:
        # It was retracted since.
        return None
