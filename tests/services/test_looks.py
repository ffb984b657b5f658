"""What a look at a page changes: snapshots, quotes, and claims to be looked at again."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from factcheck.domain.actors import SERVICE
from factcheck.domain.errors import Gone
from factcheck.domain.links import Look
from factcheck.domain.vocabulary import Role
from factcheck.services import claims, evidence, flags, links, looks, snapshots, sources, verdicts
from factcheck.services.verdicts import Rules
from factcheck.storage import db, journal
from factcheck.storage import snapshots as snapshot_rows
from factcheck.storage.snapshot_files import Missing, Store, archive_name, text_name
from tests.callers import actor
from tests.captures import claimed, page, see

pytestmark = pytest.mark.usefixtures("database")

URL = "https://paper.net/report"
TEXT = "Kirby said that at least 3,000 soldiers were sent.\nThey went by ship, he told reporters."
OTHER = "Kirby said that at least 11,000 soldiers were sent.\nThey went by ship, he told reporters."
QUOTE = {"exact": "at least 3,000 soldiers"}

Json = dict[str, Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "snapshots"


def attach(claim: str | None = None, url: str = URL, **fields: Any) -> Json:
    made = claim or claims.submit(SERVICE, {"text": "Soldiers were sent"})
    return evidence.attach(SERVICE, made, {"url": url, "stance": "supports", **fields})


def taken(link: Json) -> list[Json]:
    """The snapshots of a link's source, oldest first."""
    return snapshots.of_source(link["source"]["id"], None, 100)[::-1]


def review(link: Json, **fields: Any) -> None:
    verdicts.post(actor(name="a reviewer"), link["claim"], {"rating": "supported", **fields}, Rules())


def flagged(link: Json) -> list[tuple[str, str]]:
    return [(flag["reason"], flag["evidence"]) for flag in claim_of(link)["needs_review"]]


def claim_of(link: Json) -> Json:
    found: Json = orjson.loads(claims.document(link["claim"]).body)
    return found


def names() -> set[str]:
    """The files that count as kept."""
    return {name for (name,) in db.query("SELECT name FROM kept_files")}


def events(type_: str) -> int:
    [(count,)] = db.query("SELECT COUNT(*) FROM events WHERE type = ?", (type_,))
    return int(count)


def test_a_page_that_is_there_is_kept_as_it_was_read(folder: Path) -> None:
    link = attach()
    see(folder, link["source"]["id"], TEXT, author="Jane Doe", published_at="2024-10-23")
    [found] = taken(link)
    assert (found["title"], found["author"], found["published_at"]) == ("A page", "Jane Doe", "2024-10-23")
    assert (found["size"], found["http_status"], found["final_url"]) == (len(TEXT), 200, URL)
    assert snapshots.text(Store(folder), found["id"])["text"] == TEXT
    assert snapshots.archive(Store(folder), found["id"]) == b"archive of " + TEXT.encode()


def test_what_a_page_says_of_itself_is_offered_and_changes_nothing(folder: Path) -> None:
    made = sources.add(SERVICE, {"url": URL, "title": "What the reviewer typed"})
    see(folder, made["id"], TEXT, title="What the page says")
    shown = sources.get(made["id"])
    assert (shown["title"], shown["says"]["title"]) == ("What the reviewer typed", "What the page says")


def test_a_link_is_pinned_to_what_was_read_first(folder: Path) -> None:
    link = attach()
    for text in (TEXT, OTHER):
        see(folder, link["source"]["id"], text)
    first, second = taken(link)
    assert first["id"] != second["id"]
    assert evidence.get(link["id"])["snapshot"] == first["id"]


def test_a_page_that_says_the_same_is_no_event(folder: Path) -> None:
    link = attach()
    see(folder, link["source"]["id"], TEXT)
    before = db.query("SELECT seq FROM ledger_head")
    see(folder, link["source"]["id"], TEXT)
    see(folder, link["source"]["id"], TEXT, body=b"other bytes, and the same text")
    assert db.query("SELECT seq FROM ledger_head") == before
    assert len(taken(link)) == 1


def test_a_link_attached_while_a_known_page_is_looked_at_has_a_look_of_its_own(folder: Path) -> None:
    link = attach()
    see(folder, link["source"]["id"], TEXT)
    mine, known = claimed(link["source"]["id"]), page(folder, URL, TEXT)
    attach(link["claim"], stance="refutes", quote=QUOTE)
    links.follow_ledger()
    looks.record(mine, Look(URL, URL, status=200), replace(known, reading=None, archive=None, text=None))
    assert links.backlog().due == 1
    see(folder, link["source"]["id"], TEXT)
    assert links.backlog().due == 0


def test_bytes_without_text_are_told_apart_by_the_bytes(folder: Path) -> None:
    link = attach()
    for body in (b"\x89PNG one", b"\x89PNG one", b"\x89PNG two"):
        see(folder, link["source"]["id"], None, body=body)
    assert [found["text_sha256"] for found in taken(link)] == [None, None]
    with pytest.raises(Gone):
        snapshots.text(Store(folder), taken(link)[0]["id"])


def test_the_same_bytes_at_two_addresses_are_stored_once(folder: Path) -> None:
    links = [attach(), attach(url="https://other.net/copy")]
    for link in links:
        see(folder, link["source"]["id"], TEXT)
    one, other = (taken(link)[0] for link in links)
    assert names() == {archive_name(one["sha256"]), archive_name(other["id"]), text_name(one["text_sha256"])}
    kept = snapshots.archive(Store(folder), other["id"])
    assert kept == b"archive of " + TEXT.encode() + b"the same again"


def test_bytes_that_are_seen_at_another_address_are_no_older_than_that(folder: Path) -> None:
    links = [attach(url=f"https://paper.net/{place}") for place in range(3)]
    for link, text in zip(links, (TEXT, OTHER, TEXT), strict=True):
        see(folder, link["source"]["id"], text)
    before = names()
    snapshots.make_room(Store(folder), snapshot_rows.space().size - 1)
    assert before > names() >= before - snapshot_rows.files_of(taken(links[1])[0])


def test_what_was_staged_and_not_kept_leaves_no_file(folder: Path) -> None:
    link = attach()
    source = link["source"]["id"]
    see(folder, source, TEXT)
    before = sorted(folder.rglob("*.gz"))
    capture = page(folder, URL, TEXT)
    for staged in (capture.archive, capture.text):
        assert staged is not None
        capture.store.discard(staged)
    assert sorted(folder.rglob("*.gz")) == before
    assert list((folder / "incoming").iterdir()) == []


@pytest.mark.parametrize(
    ("quote", "text", "expected"),
    [
        (QUOTE, TEXT, "present"),
        ({"exact": "At least 12,000 soldiers"}, TEXT, "missing"),
        ({**QUOTE, "prefix": "He denied that "}, TEXT, "moved"),
        (QUOTE, None, "unchecked"),
        (None, TEXT, None),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_quote_is_looked_for_on_the_page(
    folder: Path, quote: Json | None, text: str | None, expected: str | None
) -> None:
    link = attach(quote=quote)
    see(folder, link["source"]["id"], text)
    assert evidence.get(link["id"])["quote_state"] == expected
    assert events("evidence.pinned") == 1
    assert flagged(link) == []


def test_a_quote_may_stand_outside_of_the_main_text(folder: Path) -> None:
    link = attach(quote={"exact": "Photo: Jane Doe"})
    see(folder, link["source"]["id"], TEXT, everything=f"{TEXT}\nPhoto: Jane Doe")
    assert evidence.get(link["id"])["quote_state"] == "present"


def test_a_quote_that_vanishes_flags_the_claim_with_the_difference(folder: Path) -> None:
    link = attach(quote=QUOTE)
    for text in (TEXT, OTHER):
        see(folder, link["source"]["id"], text)
    assert evidence.get(link["id"])["quote_state"] == "missing"
    [flag] = claim_of(link)["needs_review"]
    before, after = (found["id"] for found in taken(link))
    assert (flag["reason"], flag["before"], flag["after"]) == ("quote_missing", before, after)
    assert flag["diff"] == f"/v1/snapshots/{before}/diff?with={after}"
    shown = snapshots.diff(Store(folder), before, after)
    assert shown["substantive"]
    assert "3,000" in str(shown["hunks"][0]["removed"])
    assert "11,000" in str(shown["hunks"][0]["added"])


def test_a_difference_is_shown_from_the_older_to_the_newer(folder: Path) -> None:
    link = attach()
    for text in (TEXT, OTHER):
        see(folder, link["source"]["id"], text)
    before, after = (found["id"] for found in taken(link))
    store = Store(folder)
    assert snapshots.diff(store, after, before) == snapshots.diff(store, before, after)


def test_a_quote_that_vanishes_from_a_caption_alone_is_told_too(folder: Path) -> None:
    link = attach(quote={"exact": "Photo: Jane Doe"})
    see(folder, link["source"]["id"], TEXT, everything=f"{TEXT}\nPhoto: Jane Doe", body=b"with it")
    see(folder, link["source"]["id"], TEXT, body=b"without it")
    assert flagged(link) == [("quote_missing", link["id"])]
    assert len(taken(link)) == 2


def test_a_quote_that_was_never_there_flags_nothing(folder: Path) -> None:
    link = attach(quote={"exact": "not a word of this"})
    for text in (TEXT, OTHER):
        see(folder, link["source"]["id"], text)
    assert flagged(link) == []


def test_a_page_that_could_not_be_read_makes_no_quote_vanish(folder: Path) -> None:
    link = attach(quote=QUOTE)
    see(folder, link["source"]["id"], TEXT)
    see(folder, link["source"]["id"], None, body=b"\x00\x01")
    assert evidence.get(link["id"])["quote_state"] == "present"
    assert flagged(link) == []


@pytest.mark.parametrize("between", ["unread", "evicted"])
def test_what_changed_meanwhile_is_told_against_the_last_text_that_is_kept(folder: Path, between: str) -> None:
    link, quoting = attach(), attach(quote=QUOTE)
    see(folder, link["source"]["id"], TEXT)
    review(link)
    if between == "unread":
        see(folder, link["source"]["id"], None, body=b"\x00\x01")
    else:
        see(folder, link["source"]["id"], f"{TEXT}\n3 comments")
        snapshots.make_room(Store(folder), 0)
    see(folder, link["source"]["id"], OTHER)
    assert flagged(link) == [("page_changed", link["id"])]
    [flag] = claim_of(quoting)["needs_review"]
    first, _, last = (found["id"] for found in taken(link))
    assert (flag["reason"], flag["before"], flag["after"]) == ("quote_missing", first, last)
    assert snapshots.diff(Store(folder), flag["before"], flag["after"])["substantive"]


def test_a_page_that_a_verdict_rests_on_flags_the_claim_when_it_changes(folder: Path) -> None:
    link = attach()
    see(folder, link["source"]["id"], TEXT)
    review(link, evidence=[link["id"]])
    see(folder, link["source"]["id"], OTHER)
    assert flagged(link) == [("page_changed", link["id"])]


def test_a_verdict_that_names_no_evidence_rests_on_all_of_it(folder: Path) -> None:
    link = attach()
    see(folder, link["source"]["id"], TEXT)
    review(link)
    see(folder, link["source"]["id"], OTHER)
    assert flagged(link) == [("page_changed", link["id"])]


@pytest.mark.parametrize("verdict", [None, "on another link", "voided"])
def test_a_page_that_no_published_verdict_rests_on_may_change(folder: Path, verdict: str | None) -> None:
    link = attach()
    see(folder, link["source"]["id"], TEXT)
    if verdict == "on another link":
        review(link, evidence=[attach(link["claim"], url="https://other.net/")["id"]])
    if verdict == "voided":
        review(link)
        [found] = verdicts.of_claim(link["claim"], None, 1, see_withheld=False)
        void = {"type": "void", "reason": "Wrong"}
        verdicts.correct(actor(Role.EDITOR, "an editor"), found["id"], void, Rules())
    see(folder, link["source"]["id"], OTHER)
    assert flagged(link) == []
    assert len(taken(link)) == 2


def test_what_changes_by_itself_is_no_change_of_substance(folder: Path) -> None:
    link = attach()
    see(folder, link["source"]["id"], f"Wednesday, 25 November 2026\n{TEXT}\n3 comments")
    review(link)
    see(folder, link["source"]["id"], f"Thursday, 26 November 2026\n{TEXT}\n14 comments")
    assert flagged(link) == []


def test_while_a_flag_stands_it_shows_what_the_page_says_by_now(folder: Path) -> None:
    link = attach()
    see(folder, link["source"]["id"], TEXT)
    review(link)
    for text in (OTHER, OTHER.replace("11,000", "12,000")):
        see(folder, link["source"]["id"], text)
    [flag] = claim_of(link)["needs_review"]
    first, _, last = taken(link)
    assert (flag["before"], flag["after"]) == (first["id"], last["id"])
    assert (events("flag.raised"), events("flag.renewed")) == (1, 1)


def test_somebody_looks_and_says_what_came_of_it(folder: Path) -> None:
    link = attach()
    see(folder, link["source"]["id"], TEXT)
    review(link)
    see(folder, link["source"]["id"], OTHER)
    [flag] = claim_of(link)["needs_review"]
    shown = flags.resolve(actor(name="somebody"), flag["id"], "The figure was updated, the verdict stands")
    assert (shown["resolved"], shown["note"]) == (True, "The figure was updated, the verdict stands")
    assert flagged(link) == []
    see(folder, link["source"]["id"], TEXT)
    assert flagged(link) == [("page_changed", link["id"])]


def test_a_flag_goes_along_where_its_claim_is_merged(folder: Path) -> None:
    link = attach()
    see(folder, link["source"]["id"], TEXT)
    review(link)
    see(folder, link["source"]["id"], OTHER)
    other = claims.submit(SERVICE, {"text": "The same"})
    claims.merge(actor(Role.EDITOR, "an editor"), link["claim"], other)
    assert flagged(link) == []
    assert flagged({"claim": other}) == [("page_changed", link["id"])]


def test_a_look_that_comes_back_late_keeps_nothing(folder: Path) -> None:
    link = attach()
    mine = claimed(link["source"]["id"])
    claimed(link["source"]["id"])
    assert looks.record(mine, Look(URL, URL, status=200), page(folder, URL, TEXT)) is None
    assert taken(link) == []


def test_a_look_whose_write_was_taken_back_is_recorded_the_second_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: Any) -> None:
        raise db.Unavailable

    link = attach()
    mine, capture = claimed(link["source"]["id"]), page(folder, URL, TEXT)
    with monkeypatch.context() as broken:
        broken.setattr(journal.Transaction, "_flush", unavailable)
        with pytest.raises(db.Unavailable):
            looks.record(mine, Look(URL, URL, status=200), capture)
    assert taken(link) == []
    assert looks.record(mine, Look(URL, URL, status=200), capture) is not None
    assert snapshots.text(Store(folder), taken(link)[0]["id"])["text"] == TEXT


@pytest.mark.parametrize("found", ["evicted", "lost"])
def test_what_is_not_kept_any_more_is_gone(folder: Path, found: str) -> None:
    link = attach()
    store = Store(folder)
    see(folder, link["source"]["id"], TEXT)
    [shown] = taken(link)
    if found == "evicted":
        snapshots.make_room(store, 0)
        assert taken(link)[0]["warc"] is None
    else:
        store.remove([archive_name(shown["sha256"]), text_name(shown["text_sha256"])])
    for read in (snapshots.text, snapshots.archive):
        with pytest.raises(Gone):
            read(store, shown["id"])
    assert evidence.get(link["id"])["snapshot"] == shown["id"]


def test_the_oldest_go_first_and_what_a_verdict_rests_on_stays(folder: Path) -> None:
    links = [attach(url=f"https://paper.net/{place}") for place in range(4)]
    for place, link in enumerate(links):
        see(folder, link["source"]["id"], f"{TEXT} {place} " + "words of it " * place)
    review(links[0])
    store = Store(folder)
    oldest = snapshot_rows.files_of(taken(links[1])[0])
    snapshots.make_room(store, snapshot_rows.space().size - 1)
    gone = {name for link in links for name in snapshot_rows.files_of(taken(link)[0])} - names()
    assert gone & oldest
    assert gone <= oldest | {archive_name(taken(link)[0]["id"]) for link in links}
    snapshots.make_room(store, 0)
    assert [taken(link)[0]["warc"] is not None for link in links] == [True, False, False, False]
    assert taken(links[0])[0]["pinned"]
    assert snapshots.text(store, taken(links[0])[0]["id"])["text"].startswith(TEXT)
    assert len(list(folder.rglob("*.gz"))) == 2


def test_a_verdict_keeps_what_its_reviewer_could_read(folder: Path) -> None:
    link = attach()
    for text in ("At first it said this, and nothing more was said.", TEXT):
        see(folder, link["source"]["id"], text)
    review(link)
    see(folder, link["source"]["id"], "And a third thing altogether came to stand there.")
    snapshots.make_room(Store(folder), 0)
    # The first is what the link was pinned to, the second what stood when the verdict came, the third in the flag.
    assert [found["pinned"] for found in taken(link)] == [True, True, True]


def test_what_a_process_left_behind_is_swept_and_what_counts_stays(folder: Path) -> None:
    link = attach()
    see(folder, link["source"]["id"], TEXT)
    store = Store(folder)
    left = store.stage("left.warc.gz", b"left")
    lost = store.stage("lost.warc.gz", b"lost")
    store.place(lost)
    fresh = store.stage("fresh.warc.gz", b"fresh")
    for path in folder.rglob("*"):
        if path.is_file() and path != fresh.path:
            os.utime(path, (0, 0))
    snapshots.sweep(store)
    assert not left.path.exists()
    with pytest.raises(Missing):
        store.read("lost.warc.gz")
    assert fresh.path.exists()
    assert snapshots.text(store, taken(link)[0]["id"])["text"] == TEXT


def test_what_comes_back_while_it_is_being_removed_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link, other = attach(), attach(url="https://other.net/copy")
    see(folder, link["source"]["id"], TEXT)
    remove = snapshot_rows.remove

    def removed_late(*given: Any) -> None:
        # Another worker, after the rows have gone and before the files do.
        see(folder, other["source"]["id"], TEXT)
        remove(*given)

    monkeypatch.setattr(snapshot_rows, "remove", removed_late)
    snapshots.make_room(Store(folder), snapshot_rows.space().size - 1)
    shown = taken(other)[0]
    assert snapshots.archive(Store(folder), shown["id"]).startswith(b"archive of")
    assert {path.name for path in folder.rglob("*.gz")} == names()


def test_what_a_verdict_rests_on_stays_whenever_the_verdict_comes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = attach()
    see(folder, link["source"]["id"], TEXT)
    space = snapshot_rows.space

    def measured_slowly() -> snapshot_rows.Space:
        if not verdicts.of_claim(link["claim"], None, 1, see_withheld=False):
            review(link)
        return space()

    monkeypatch.setattr(snapshot_rows, "space", measured_slowly)
    snapshots.make_room(Store(folder), 0)
    assert snapshots.text(Store(folder), taken(link)[0]["id"])["text"] == TEXT
