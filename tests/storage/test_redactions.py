"""An erased event in the tables: proofs hold, the past has forgotten too, and nothing else can be erased so."""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import peewee
import pytest

from factcheck.domain import words
from factcheck.domain.errors import AlreadyRedacted, Conflict, DomainError, Invalid, NotFound, NotRedactable
from factcheck.domain.redaction import INSTEAD, KEPT, REFUSED
from factcheck.domain.versions import Precondition
from factcheck.domain.vocabulary import Role, Subject
from factcheck.ledger.merkle import verify_consistency, verify_inclusion
from factcheck.services import (
    claims,
    evidence,
    flags,
    links,
    publishers,
    redactions,
    sources,
    speakers,
    suggestions,
    verdicts,
)
from factcheck.services.verdicts import Rules
from factcheck.storage import check, db, documents, history, journal, tree
from factcheck.storage.models import ENTITIES, EntityModel
from factcheck.storage.snapshot_files import Store
from tests import databases
from tests.callers import actor
from tests.captures import see

ANY = Precondition(None)
SECRET = "The neighbour of number 12"
PAGE = f"https://192.0.2.7/{SECRET.replace(' ', '-')}"
"""At an address for documentation, and no name: links to reserved names are not looked at."""

NOWHERE = Store(Path("nothing-is-here"))

ERASED = {
    Subject.PUBLISHER: {"name", "url"},
    Subject.SPEAKER: {"name", "role", "affiliation", "wikidata_id", "aliases"},
    Subject.SOURCE: {"url", "canonical_url", "title", "archive_url"},
    Subject.CITATION: {"reason"},
    Subject.CLAIM: {"text", "quote", "speaker_role", "speaker_affiliation", "place", "topics", "context"},
    Subject.APPEARANCE: set[str](),
    Subject.EVIDENCE: {"quote", "note"},
    Subject.VERDICT: {"label", "justification", "review_url", "override_reason"},
    Subject.CORRECTION: {"reason", "changes"},
    Subject.RELATION: {"note"},
    Subject.REPLY: {"text"},
    Subject.SNAPSHOT: {"final_url", "sha256", "text_sha256", "title", "author", "published_at", "archive_urls"},
    Subject.FLAG: {"note"},
    Subject.SUGGESTION: {"url", "detail", "reason"},
}


def test_every_field_of_every_table_is_kept_or_erased_on_purpose() -> None:
    assert ERASED.keys() | REFUSED == set(Subject)
    for subject, erased in ERASED.items():
        columns = set(ENTITIES[subject]._meta.fields) - set(EntityModel._meta.fields)
        assert KEPT[subject] | erased == columns, subject
        assert not KEPT[subject] & erased, subject


def test_what_may_not_be_null_has_something_in_its_place() -> None:
    tells = {Subject.VERDICT: {"override_reason"}}  # that there was one
    for subject, erased in ERASED.items():
        needed = {name for name in erased if not ENTITIES[subject]._meta.fields[name].null}
        assert needed - {"changes"} | tells.get(subject, set()) == INSTEAD.get(subject, {}).keys(), subject


class Story:
    """A record in which every kind of subject holds the secret; `seq` has the event of each that does."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.one, self.editor = actor(Role.REVIEWER, "one"), actor(Role.EDITOR, "editor")
        self.seq: dict[str, int] = {}
        spoken: dict[str, Any] = {"speaker_role": SECRET, "quote": SECRET, "context": f"({SECRET})", "topics": [SECRET]}
        self.claim = self.told("claim", claims.submit, self.one, {"text": f"{SECRET} lied", **spoken})
        self.other = claims.submit(self.one, {"text": "Another claim"})
        self.told("speaker", speakers.add, self.one, {"name": SECRET, "aliases": [SECRET]})
        self.told("publisher", publishers.add, self.one, {"name": SECRET, "url": "https://secret.test/"})
        page = {"url": PAGE, "title": SECRET}
        source = self.told("source", sources.add, self.one, page)["id"]
        appears = {"source": {"id": source}}
        self.told("appearance", claims.add_appearance, self.one, self.claim, appears)
        link = {**appears, "stance": "supports", "note": SECRET, "quote": {"exact": SECRET}}
        self.link = self.told("evidence", evidence.attach, self.one, self.claim, link)["id"]
        cited = {"origin": {"title": "A briefing"}, "kind": "quotes", "reason": SECRET}
        self.told("citation", sources.cite, self.one, source, cited)
        given = {"rating": "supported", "justification": SECRET, "evidence": [self.link]}
        self.verdict = self.told("verdict", verdicts.post, self.one, self.claim, given, Rules())["id"]
        self.told("reply", claims.reply, self.one, self.claim, {"text": SECRET, "source": {"id": source}})
        related = {"claim": self.other, "kind": "confirms", "note": SECRET}
        self.told("relation", claims.relate, self.one, self.claim, related)
        slip = {"type": "minor", "reason": SECRET, "changes": {"justification": "Shorter"}}
        self.told("correction", verdicts.correct, self.one, self.verdict, slip, Rules())
        self.look(source)

    def look(self, source: str) -> None:
        """The page is read, suggests a source, and then has lost its quote."""
        folder = self.store.directory
        copy = f"https://192.0.2.9/{SECRET.replace(' ', '-')}"
        says = {"title": SECRET, "author": SECRET, "published_at": "2024-10-23", "canonical": copy, "links": (copy,)}
        self.told("snapshot", partial(see, folder, source, f"They said that {SECRET} lied", **says))
        self.told("suggestion", suggestions.make_some, self.store, 10)
        see(folder, source, "They say nothing of the kind any more")
        [flag] = document(self.claim)["needs_review"]
        self.told("flag", flags.resolve, self.one, flag["id"], SECRET)

    def told(self, subject: str, write: Callable[..., Any], *given: Any) -> Any:
        """Do it; keep which event made the subject."""
        before = journal.size()
        made = write(*given)
        new = [envelope.seq for envelope, *_ in history.events(before) if envelope.subject_type == subject]
        self.seq[subject] = new[0]
        return made

    def redact(self, what: str) -> dict[str, Any]:
        return redactions.redact(self.editor, self.seq[what], "It names somebody", "Court of X, 1 C 2/24", self.store)


@pytest.fixture
def story(database: str, tmp_path: Path) -> Story:  # noqa: ARG001
    return Story(Store(tmp_path / "snapshots"))


def everything() -> str:
    """Every text of every table."""
    found = []
    for table in db.database.get_tables():
        for row in db.query(f'SELECT * FROM "{table}"'):
            found += [bytes(one).decode("utf-8", "replace") if isinstance(one, (bytes, memoryview)) else str(one)
                      for one in row]  # fmt: skip
    return "\n".join(found)


def contents(path: Path) -> bytes:
    found = path.read_bytes()
    return gzip.decompress(found) if path.name.endswith(".txt.gz") else found


def shown(claim: str, *, see_withheld: bool = False) -> dict[int, dict[str, Any]]:
    page = history.page(claim, 0, 200, see_withheld=see_withheld)
    assert page is not None
    return {seq: orjson.loads(item) for seq, item in page.events}


def document(claim: str) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(claims.document(claim).body)
    return found


@pytest.mark.parametrize("what", ERASED)
def test_any_kind_of_event_can_be_erased_and_tables_still_agree(story: Story, what: Subject) -> None:
    before = document(story.claim)["status"]
    seq = story.seq[what]
    answer = story.redact(what)
    assert (answer["type"], answer["payload"]["redacts"], answer["actor"]) == ("payload.redacted", seq, story.editor.id)
    assert db.query("SELECT salt, payload FROM payloads WHERE seq = ?", (seq,)) == [("", "")]
    assert list(check.differences()) == []
    assert document(story.claim)["status"] == before


def test_once_all_of_them_are_erased_the_words_are_nowhere(story: Story) -> None:
    links.follow_ledger()
    assert db.query("SELECT claims FROM search_terms WHERE term = 'neighbour'") == [(1,)]
    assert PAGE in db.query("SELECT url FROM link_checks")[0]
    for what in ERASED:
        story.redact(what)
    spelled = (SECRET, SECRET.replace(" ", "-"))
    payloads = db.query("SELECT seq, payload FROM payloads ORDER BY seq")
    also = [seq for seq, payload in payloads if any(one in payload for one in spelled)]
    assert len(also) == 2  # verdict.corrected repeats the reason, and the page was read a second time
    for seq in also:
        redactions.redact(story.editor, seq, "It repeats the words", "Court of X, 1 C 2/24", story.store)
    assert SECRET not in everything()
    assert SECRET.replace(" ", "-") not in everything()
    assert " ".join(words.read(SECRET, None).spelled) not in everything()
    assert {term for (term,) in db.query("SELECT term FROM search_terms")}.isdisjoint(
        words.read("neighbour", None).terms
    )
    assert [path for path in story.store.directory.rglob("*.gz") if SECRET.encode() in contents(path)] == []
    read = document(story.claim)
    assert (read["status"], len(read["evidence"]), read["correction_count"]) == ("supported", 1, 1)
    assert read["corroboration"]["supports"]["links"] == 1
    assert list(check.differences()) == []


def test_every_proof_from_before_and_after_holds(story: Story) -> None:
    size = journal.size()
    root = tree.root(size)
    for what in ERASED:
        story.redact(what)
    assert tree.root(size) == root
    now = tree.root(journal.size())
    verify_consistency(size, journal.size(), tree.consistency(size, journal.size()), root, now)
    for envelope, *_ in history.events():
        for count, top in ((size, root), (journal.size(), now)):
            if envelope.seq <= count:
                leaf = bytes.fromhex(envelope.leaf_hash())
                verify_inclusion(leaf, envelope.seq - 1, count, tree.inclusion(envelope.seq, count), top)


def test_the_history_says_that_when_by_whom_and_on_what_authority(story: Story) -> None:
    before = shown(story.claim)
    answer = story.redact("evidence")
    after = shown(story.claim)
    item = after[story.seq["evidence"]]
    assert item["redacted"] == {
        "seq": answer["seq"],
        "recorded_at": answer["recorded_at"],
        "actor": story.editor.id,
        "reason": "It names somebody",
        "authority": "Court of X, 1 C 2/24",
    }
    assert (item["payload"], item["changes"], item["salt"]) == (None, None, None)
    whole = before[story.seq["evidence"]]
    assert all(item[name] == whole[name] for name in whole if name not in ("payload", "changes", "salt"))
    assert after[answer["seq"]]["subject"] == {"type": "evidence", "id": story.link}
    assert "redacted" not in after[answer["seq"]]


def test_the_claim_as_of_any_moment_has_forgotten_too(story: Story) -> None:
    for what in ERASED:
        story.redact(what)
    for seq in range(story.seq["claim"], journal.size() + 1):
        assert SECRET not in str(claims.as_of(story.claim, seq))
    assert claims.as_of(story.claim, journal.size()) == orjson.loads(claims.document(story.claim).body)


def test_lists_by_topic_and_etags_follow(story: Story) -> None:
    old = claims.document(story.claim).seq
    story.redact("claim")
    assert db.query("SELECT * FROM claim_topics WHERE claim = ?", (story.claim,)) == []
    assert claims.document(story.claim).seq == journal.size() > old
    assert document(story.claim)["text"] == f"[redacted {story.seq['claim']}]"


def test_a_source_that_lost_its_address_and_title_can_still_be_amended_and_added_again(story: Story) -> None:
    story.redact("source")
    source = document(story.claim)["evidence"][0]["source"]
    assert (source["url"], source["title"]) == (None, None)
    sources.amend(story.one, source["id"], {"is_origin": True}, ANY)
    with pytest.raises(Invalid):
        sources.amend(story.one, source["id"], {"title": None}, ANY)
    again = sources.add(story.one, {"url": PAGE})
    assert again["id"] != source["id"]


def test_a_later_value_stays_and_its_history_forgets_what_stood_before(story: Story) -> None:
    claims.amend(story.one, story.claim, {"text": "Somebody lied", "reason": "No names"}, ANY)
    amended = journal.size()
    assert SECRET in shown(story.claim)[amended]["changes"]["text"]["before"]
    story.redact("claim")
    assert document(story.claim)["text"] == "Somebody lied"
    assert document(story.claim)["quote"] is None
    place = f"[redacted {story.seq['claim']}]"
    assert shown(story.claim)[amended]["changes"] == {"text": {"before": place, "after": "Somebody lied"}}
    view = history.view_as_of(story.claim, amended - 1)
    assert view is not None
    assert view.claim["text"] == place


def test_an_amendment_can_be_erased_and_what_stood_before_it_stays_in_the_history(story: Story) -> None:
    claims.amend(story.one, story.other, {"text": f"{SECRET} lied again", "place": SECRET}, ANY)
    amended = journal.size()
    redactions.redact(story.editor, amended, "It names somebody", "Court of X", story.store)
    assert document(story.other)["text"] == f"[redacted {amended}]"
    assert shown(story.other)[journal.size()]["changes"] == {}
    view = history.view_as_of(story.other, amended - 1)
    assert view is not None
    assert view.claim["text"] == "Another claim"
    claims.amend(story.one, story.other, {"text": "Another claim"}, ANY)
    assert shown(story.other)[journal.size()]["changes"] == {
        "text": {"before": f"[redacted {amended}]", "after": "Another claim"}
    }
    assert list(check.differences()) == []


def test_events_of_one_subject_can_go_one_after_the_other_in_any_order(story: Story) -> None:
    for number in range(3):
        speakers_id = speakers.page(None, 1, None, None)[0]["id"]
        speakers.amend(story.one, speakers_id, {"name": f"{SECRET} {number}", "role": f"{SECRET} {number}"}, ANY)
    last = journal.size()
    for seq in (last - 1, last, story.seq["speaker"], last - 2):
        redactions.redact(story.editor, seq, "It names somebody", "Court of X", story.store)
        assert list(check.differences()) == []
    names = [found["name"] for found in speakers.page(None, 5, None, None)]
    assert names == [f"[redacted {last}]"]


def test_a_moved_link_is_erased_where_it_is_now(story: Story) -> None:
    claims.merge(story.editor, story.claim, story.other)
    answer = story.redact("evidence")
    assert answer["claim_id"] == story.claim
    [link] = document(story.other)["evidence"]
    assert (link["note"], link["quote"]) == (None, None)
    assert answer["seq"] in shown(story.other)
    assert list(check.differences()) == []
    assert evidence.as_of(story.link, journal.size()) == evidence.get(story.link)


def test_a_proposals_redaction_is_withheld_with_it_and_disclosed_with_it(story: Story) -> None:
    rules = Rules(approvals=1)
    given = {"rating": "refuted", "justification": f"{SECRET} was not there"}
    proposed = verdicts.post(story.editor, story.claim, given, rules)
    seq = journal.size()
    answer = redactions.redact(story.editor, seq, "It names somebody", "Court of X", story.store)
    public, whole = shown(story.claim), shown(story.claim, see_withheld=True)
    for one in (seq, answer["seq"]):
        assert (public[one]["payload"], public[one]["salt"]) == (None, None)
        assert "redacted" not in public[one]
    assert whole[seq]["redacted"]["seq"] == answer["seq"]
    assert whole[answer["seq"]]["payload"]["stands"]["rating"] == "refuted"
    verdicts.approve(actor(Role.EDITOR, "another"), proposed["id"], rules)
    public = shown(story.claim)
    assert public[seq]["redacted"]["reason"] == "It names somebody"
    assert public[answer["seq"]]["payload"]["redacts"] == seq
    assert list(check.differences()) == []


def test_the_answer_names_events_that_still_hold_the_words(story: Story) -> None:
    corrected = story.seq["correction"] + 1
    assert story.redact("verdict")["also_holding"] == sorted(
        [*(story.seq[what] for what in ("claim", "evidence", "reply", "relation", "correction", "flag")), corrected]
    )
    assert story.redact("speaker")["also_holding"] == []
    before = journal.size()
    assert story.redact("correction")["also_holding"] == sorted(
        [*(story.seq[what] for what in ("claim", "evidence", "reply", "relation", "flag")), corrected]
    )
    assert journal.size() == before + 1


def test_the_answer_names_what_else_was_read_of_the_page(story: Story) -> None:
    taken = [seq for (seq,) in db.query("SELECT seq FROM events WHERE type = 'snapshot.taken' ORDER BY seq")]
    assert taken[0] == story.seq["snapshot"]
    assert len(taken) == 2
    # The second one says nothing any more, at the same address.
    assert story.redact("snapshot")["also_holding"] == [story.seq["source"], taken[1]]
    assert story.redact("source")["also_holding"] == [taken[1]]


def refused(kind: type[DomainError], seq: int, **said: str) -> DomainError:
    """What redacting says; nothing is written and nothing is erased."""
    before, editor = journal.size(), actor(Role.EDITOR, f"editor {seq} {journal.size()}")
    payloads = db.query("SELECT seq, payload FROM payloads WHERE seq <= ? ORDER BY seq", (before,))
    at = journal.size()
    with pytest.raises(kind) as caught:
        redactions.redact(editor, seq, **{"reason": "A reason", "authority": "A court", **said}, store=NOWHERE)
    assert journal.size() == at
    assert db.query("SELECT seq, payload FROM payloads WHERE seq <= ? ORDER BY seq", (before,)) == payloads
    return caught.value


def test_an_event_is_erased_once_and_what_says_so_never(story: Story) -> None:
    answer = story.redact("evidence")
    refused(AlreadyRedacted, story.seq["evidence"])
    refused(NotRedactable, answer["seq"])
    refused(NotFound, journal.size() + 100)


@pytest.mark.parametrize("subject", ["account", "scale"])
def test_what_the_record_cannot_do_without_is_not_erased(story: Story, subject: str) -> None:  # noqa: ARG001
    [(seq,)] = db.query("SELECT MIN(seq) FROM events WHERE subject_type = ?", (subject,))
    refused(NotRedactable, seq)


def test_a_redaction_does_not_repeat_what_it_erases(story: Story) -> None:
    assert refused(Invalid, story.seq["reply"], reason=f"He is {SECRET}.").pointer == "/reason"
    assert refused(Invalid, story.seq["reply"], authority=f"{SECRET}'s lawyer").pointer == "/authority"


def test_a_publisher_that_has_the_placeholder_for_a_name_is_in_the_way(story: Story) -> None:
    squatter = publishers.add(story.one, {"name": f"[redacted {story.seq['publisher']}]"})
    refused(Conflict, story.seq["publisher"])
    publishers.amend(story.one, squatter["id"], {"name": "Somebody's joke"}, ANY)
    story.redact("publisher")


def test_a_redaction_that_fails_half_way_takes_all_back(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(claim_ids: object) -> None:  # noqa: ARG001
        raise RuntimeError("the power is gone")

    before = everything()
    monkeypatch.setattr(documents, "refresh", fail)
    with pytest.raises(RuntimeError):
        story.redact("claim")
    assert everything() == before


GUARDED = [
    "UPDATE payloads SET salt = '', payload = '' WHERE seq = {other}",
    "UPDATE payloads SET payload = '{{}}' WHERE seq = {erased}",
    "UPDATE payloads SET salt = '00' WHERE seq = {erased}",
    "UPDATE redactions SET redacted_by = {other}",
    "DELETE FROM redactions",
]


@pytest.mark.parametrize("sql", GUARDED)
def test_the_guards_let_nothing_else_through(story: Story, sql: str) -> None:
    story.redact("reply")
    with pytest.raises(peewee.DatabaseError, match="append-only"), db.database.atomic():
        db.database.execute_sql(sql.format(erased=story.seq["reply"], other=story.seq["claim"]))


@dataclass(frozen=True)
class Tampered:
    """A record with a redaction, to be tampered with."""

    erased: int
    by: int
    other: int


@pytest.fixture
def record(backend: str, tmp_path: Path) -> Iterator[Tampered]:
    url = databases.fresh(backend, tmp_path)
    db.connect(url)
    story = Story(Store(tmp_path / "snapshots"))
    by = story.redact("reply")["seq"]
    for table in ("payloads", "redactions"):
        if db.is_postgresql():
            db.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            for (name,) in db.query("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)):
                db.execute(f"DROP TRIGGER {name}")
    yield Tampered(story.seq["reply"], by, story.seq["claim"])
    databases.drop(url)


def found() -> str:
    return "\n".join(check.differences())


def test_a_payload_erased_without_a_redaction_is_named(record: Tampered) -> None:
    db.execute("UPDATE payloads SET salt = '', payload = '' WHERE seq = ?", (record.other,))
    assert f"event {record.other}: the payload does not give its commitment" in found()


def test_a_redaction_that_no_event_speaks_of_is_named(record: Tampered) -> None:
    db.execute("INSERT INTO redactions (seq, redacted_by) VALUES (?, ?)", (record.other, record.by))
    assert f"event {record.other} counts as redacted by event {record.by}, which does not say so" in found()
    db.execute("UPDATE payloads SET salt = '', payload = '' WHERE seq = ?", (record.other,))
    assert f"event {record.other}: the payload does not give its commitment" in found()


def test_a_redaction_that_was_taken_out_of_the_table_is_named(record: Tampered) -> None:
    db.execute("DELETE FROM redactions")
    assert f"event {record.erased}: the payload does not give its commitment" in found()


def test_a_redacted_payload_that_came_back_is_named(record: Tampered) -> None:
    db.execute("""UPDATE payloads SET salt = '00', payload = '{"set":{}}' WHERE seq = ?""", (record.erased,))
    assert f"event {record.erased}: its payload was redacted and is still there" in found()


def test_a_history_that_hides_a_redaction_is_named(record: Tampered) -> None:
    db.execute("UPDATE payloads SET item = ? WHERE seq = ?", (b"{}", record.erased))
    assert found() == f"event {record.erased}: the history shows something else than the event"


def test_a_redacting_event_that_cannot_be_read_is_named(record: Tampered) -> None:
    db.execute("UPDATE payloads SET payload = 'gone' WHERE seq = ?", (record.by,))
    assert found() == "a redacting event cannot be read, so nothing was compared"
