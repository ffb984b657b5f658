"""Rows of imports into the record: each is checked as the API checks it, and goes in whole or not at all, once.

Rows share transactions, each in a part of its own, so that a bad one takes nothing with it and the disk is waited for
once for many. Knows nothing of files, HTTP or terminals.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from factcheck.domain.actors import Actor
from factcheck.domain.errors import Conflict, DomainError, TooFewOrigins
from factcheck.domain.labels import Labels
from factcheck.domain.vocabulary import Role
from factcheck.formats.entries import BadRow, Entry, Json, Place, Row
from factcheck.formats.mapping import Given
from factcheck.services import claims, copies, evidence, scales, verdicts
from factcheck.services.verdicts import Rules
from factcheck.storage import db, imports, journal, rows
from factcheck.storage.models import Account, Claim, Verdict
from factcheck.work.checking import MOST_FIELDS, Refused, checked
from factcheck.work.tallies import Problem, Tally
from schemas.claims import RelationIn
from schemas.evidence import LONGEST_NOTE
from schemas.problems import checked as check

MOST_ROWS = 100
"""Rows that share a transaction: the others who write wait for as long as these take, a quarter of a second."""
MOST_BYTES = 2 * 1024 * 1024
"""Bytes of rows that are held at once, but for one longer row."""

_KEYS = "import:"
_MERGED = "merged"
_OWN_VERDICT = re.compile(r"/v1/verdicts/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$")
_LONGEST_SAID = 500
_UNSAYABLE = re.compile("[\x00-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff]")

_RELATION = RelationIn()


@dataclass(frozen=True, slots=True)
class Plan:
    """An import: by whom, of which file and shape, under which rules of the house."""

    actor: Actor
    file: str
    shape: str
    labels: Labels
    rules: Rules
    dry_run: bool = False
    job: str | None = None


class _TakenBack(Exception):
    """Ends a trial: nothing of it stays."""


def labels(given: Given, scale: str | None) -> Labels:
    """What an importer says of labels, with the record's scales, newest versions; raises NotFound for another scale."""
    if scale is not None:
        scales.find(scale)
    newest = {one["slug"]: one for one in scales.every()}
    return Labels(given.everyone, given.publishers, list(newest.values()), scale)


def batches(found: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows by the transactions that they share."""
    batch, size = list[Row](), 0
    for row in found:
        batch.append(row)
        size += row[0].size
        if len(batch) >= MOST_ROWS or size >= MOST_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def together(batch: list[Row], do: Callable[[list[Row]], None]) -> None:
    """Do rows in one transaction, or, where the database cannot hold something of them, each in its own, and the one
    at fault as a bad row: it must not stop those behind it, now and whenever they are tried again."""
    try:
        with db.telling_unfit():
            do(batch)
        return
    except db.Unfit:
        if len(batch) == 1:
            do([(batch[0][0], BadRow("has something that the database cannot hold: is a text too long?"))])
            return
    for row in batch:
        together([row], do)


def take(plan: Plan, batch: Iterable[Row]) -> Tally:
    """Put rows into the record; inside another write they are a part of that. A trial is a write of its own."""
    tally = Tally()
    try:
        with journal.write(plan.actor.id) as tx:
            if plan.dry_run:
                _stand_in(plan.actor, tx.now)
            for row in batch:
                _take(plan, row, tally)
            if plan.dry_run:
                raise _TakenBack
    except _TakenBack:
        pass
    return tally


def _stand_in(actor: Actor, now: str) -> None:
    """A row for the account that is to be made for the import, as long as a trial lasts."""
    if rows.get(Account, actor.id) is None:
        common = {"id": actor.id, "created_at": now, "created_by": actor.id, "updated_at": now, "seq": 0}
        rows.insert(Account, {**common, "name": actor.name, "role": actor.role, "active": True})


def _take(plan: Plan, row: Row, tally: Tally) -> None:
    place, entry = row
    names = entry if isinstance(entry, Entry) else Entry({})
    try:
        if isinstance(entry, BadRow):
            raise entry
        new = _put(plan, place, entry, tally)
    except BadRow as error:
        tally.problems.append(_problem(place, names.name_of(error.field), error.reason))
    except Refused as refused:
        tally.problems += [_problem(place, names.name_of(at), said) for at, said in refused.fields]
    else:
        tally.made, tally.known = tally.made + new, tally.known + (not new)
        if new:
            tally.left.update(name[:_LONGEST_SAID] for name in entry.left)
        return
    tally.bad += 1


def _problem(place: Place, field: str, reason: str) -> Problem:
    """A problem that is short, whatever names a file gives its fields: it is kept, and written anew as others come."""
    return Problem(place, field[:_LONGEST_SAID], reason[:_LONGEST_SAID])


def _put(plan: Plan, place: Place, entry: Entry, tally: Tally) -> bool:
    """Whether the row is new; raises BadRow, Refused."""
    digest = _digest(entry)
    key = _key(entry.identity or digest)
    found = imports.find_row(key)
    if found is None and _is_own(entry.identity):
        return False
    if found is not None:
        if found[1] != digest:
            raise BadRow(f"was imported before, as the claim {found[0]}, and says something else now: amend that one")
        return False
    fit = checked(plan.labels, entry, tally)
    with journal.imported(_imported_from(plan, place, entry)):
        claim = _make(plan, fit, tally)
        imports.keep(key, claim, digest)
        _relate(plan.actor, claim, entry, tally)
    return True


def _make(plan: Plan, entry: Entry, tally: Tally) -> str:
    """Do a checked entry; gives the claim's id. Raises BadRow."""
    actor = plan.actor
    with _named(""):
        claim = claims.submit(actor, entry.claim)
    for number, appearance in enumerate(entry.appearances):
        with _named(f"/appearances/{number}"):
            claims.add_appearance(actor, claim, appearance)
    links = _with_further_copies(entry)
    attached: list[Json] = []
    if links:
        with _named("/evidence", without="/items"):
            attached = evidence.attach_all(actor, claim, links)
    for url, copy in entry.archives:
        copies.adopt(actor, url, copy)
    if entry.judgement is not None:
        chosen = entry.judgement.rests_on
        ids = [link["id"] for number, link in enumerate(attached) if chosen is None or number in chosen]
        with _named("/verdict"):
            _judge(plan, claim, {**entry.judgement.data, "evidence": ids}, tally)
    for number, reply in enumerate(entry.replies):
        with _named(f"/replies/{number}"):
            claims.reply(actor, claim, reply)
    return claim


def _judge(plan: Plan, claim: str, data: Json, tally: Tally) -> None:
    """Post a verdict; what it says of passing over the number of origins holds where there are too few here, too."""
    reason = data.pop("override_reason", None)
    try:
        verdicts.post(plan.actor, claim, data, plan.rules)
    except TooFewOrigins:
        if reason is None:
            raise
        verdicts.post(plan.actor, claim, {**data, "override_reason": reason}, plan.rules)
    else:
        tally.left.update(["verdict.override_reason"] if reason is not None else [])


def _with_further_copies(entry: Entry) -> list[Json]:
    """The links; of a page whose source has another public copy already, the note names this one."""
    links = [dict(link) for link in entry.evidence]
    by_url: dict[str, list[Json]] = {}
    for link in links:
        by_url.setdefault(_address(link), []).append(link)
    named = set[str]()
    for url, copy in entry.archives:
        if url in named or copies.is_another(url, copy):
            for link in by_url.get(url, ()):
                said = f"Archived copy: {copy}"
                link["note"] = f"{link['note']}\n\n{said}" if link.get("note") else said
        named.add(url)
    for number, link in enumerate(links):
        if len(link.get("note") or "") > LONGEST_NOTE:
            said = f"has more than {LONGEST_NOTE} characters with the copies that it names"
            raise BadRow(said, f"/evidence/{number}/note")
    return links


def _address(link: Json) -> str:
    return str(link.get("url") or (link.get("source") or {}).get("url") or "")


@contextmanager
def _named(at: str, *, without: str = "") -> Iterator[None]:
    """What a service refuses is a bad row, with the field under `at`."""
    try:
        yield
    except DomainError as error:
        raise BadRow(error.detail, at + (error.pointer or "").removeprefix(without)) from None


def _relate(actor: Actor, claim: str, entry: Entry, tally: Tally) -> None:
    """Relations with claims that are in the record; those with later rows are made when these come."""
    for relation in entry.relations:
        given = str(relation.get("claim")).lower()
        pair = f"{relation.get('kind')} {' '.join(sorted((given, str(entry.identity))))}"[:_LONGEST_SAID]
        other = _known_as(given)
        if other is None:
            tally.waiting.add(pair)
            continue
        tally.met.add(pair)
        one, two = (other, claim) if relation.get("direction") == "incoming" else (claim, other)
        try:
            if relation.get("kind") == _MERGED:
                actor.require(Role.EDITOR, "merging")
                claims.merge(actor, one, two)
                continue
            data = {name: relation[name] for name in ("kind", "note") if name in relation} | {"claim": two}
            _, wrong = check(_RELATION, data)
            if wrong:
                raise Refused([(f"/relations{pointer}", said) for pointer, said in wrong[:MOST_FIELDS]])
            claims.relate(actor, one, data)
        except Conflict:
            pass  # it is so already, or was with a claim that has been merged
        except DomainError:
            tally.left["relations (that this account may not make)"] += 1


def _known_as(identity: str) -> str | None:
    """The claim here that a row's id names: one imported under it, or one of this record."""
    return imports.find(_key(identity)) or (identity if rows.get(Claim, safe(identity)) else None)


def _key(identity: str) -> str:
    return _KEYS + hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()


def _is_own(identity: str | None) -> bool:
    """Whether a row is a claim, or a review of a verdict, of this very record."""
    if identity is None:
        return False
    verdict = _OWN_VERDICT.search(identity)
    if verdict:
        return rows.get(Verdict, verdict[1]) is not None
    return rows.get(Claim, safe(identity)) is not None


def _digest(entry: Entry) -> str:
    judgement = entry.judgement
    said = judgement and [judgement.data, judgement.label, judgement.rating, judgement.publisher, judgement.numbers]
    row = [entry.claim, entry.appearances, entry.evidence, said, entry.replies]
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()


def _imported_from(plan: Plan, place: Place, entry: Entry) -> Json:
    """What every event of a row says of where it is from.

    No digest of what the row says, with which who guesses words that were erased could tell that they are right.
    """
    said = {
        "file": plan.file,
        "format": plan.shape,
        "row": place.row,
        "line": place.line,
        "key": entry.identity and entry.identity.partition(" ")[0],
        "import": plan.job,
        **entry.said,
    }
    return {
        name: safe(value)[:_LONGEST_SAID] if isinstance(value, str) else value
        for name, value in said.items() if value is not None
    }  # fmt: skip


def safe(text: str) -> str:
    """A text without what neither the ledger nor a terminal should show."""
    return _UNSAYABLE.sub("\ufffd", text)
