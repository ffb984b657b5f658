"""The search index: in step with the claims, compared with them, filled again, and without erased words."""

from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from playhouse.migrations import Runner

from factcheck.domain import words
from factcheck.domain.search_queries import parse
from factcheck.domain.versions import Precondition
from factcheck.domain.vocabulary import Role
from factcheck.services import claims, redactions, verdicts
from factcheck.services.verdicts import Rules
from factcheck.storage import candidates, check, db, journal, search, search_index, upgrade
from factcheck.storage.claims import Filters
from factcheck.storage.snapshot_files import Store
from tests import databases
from tests.callers import actor
from tests.storage.test_queries import counted
from tests.storage.test_upgrade import STEPS

TABLES = ("search_terms", "search_claims", "search_postings")


def fill(number: int = 5) -> list[str]:
    somebody = actor(name=f"somebody {uuid4()}")
    texts = (f"The moon is made of rock number {one}, it says" for one in range(number))
    return [claims.submit(somebody, {"text": text, "language": "en", "source": {"title": "Almanac"}}) for text in texts]


def found(q: str) -> list[str]:
    return [one.claim for one in search.page(parse(q), Filters(), None, 200)[0]]


def rows() -> dict[str, object]:
    """The index, whatever numbers terms have."""
    terms = {number: str(term) for number, term in db.query("SELECT id, term FROM search_terms")}
    entries = {
        claim: (spelled, {terms[one]: weight for one, weight in search_index.unpacked(packed).items()})
        for claim, spelled, packed in db.query("SELECT claim, words, terms FROM search_claims")
    }
    postings = {(terms[one], weight, doc) for one, weight, doc in db.query("SELECT * FROM search_postings")}
    return {"entries": entries, "postings": postings, "counts": set(db.query("SELECT term, claims FROM search_terms"))}


@pytest.mark.usefixtures("database")
def test_an_index_that_was_filled_is_the_one_that_was_kept() -> None:
    one, other, *_ = fill()
    claims.amend(actor(name=f"{uuid4()}"), one, {"text": "The moon is a disc"}, Precondition(None))
    claims.amend(actor(name=f"{uuid4()}"), one, {"text": "The moon is a ball"}, Precondition(None))
    claims.merge(actor(Role.EDITOR, "another"), other, one)
    kept = rows()
    search_index.fill()
    again = rows()
    assert (again["entries"], again["counts"]) == (kept["entries"], kept["counts"])
    assert list(check.differences()) == []
    assert found("disc") == []
    assert found("ball") == [one]


@pytest.mark.usefixtures("database")
def test_the_step_taken_back_and_again_fills_the_index() -> None:
    ids = fill()
    step = next(path.stem for path in STEPS.glob("*_search.py"))
    Runner(db.database.obj, str(STEPS)).down(step)
    assert upgrade.upgrade()[0] == step
    assert sorted(found("moon")) == ids
    assert list(check.differences()) == []


@pytest.mark.usefixtures("database")
def test_an_older_form_is_filled_again() -> None:
    ids = fill()
    for table in TABLES:
        db.execute(f"DELETE FROM {table}")
    db.execute("UPDATE meta SET value = '0' WHERE name = 'search_format'")
    upgrade.upgrade()
    assert sorted(found("moon")) == ids


TAMPERED = {
    "DELETE FROM search_claims WHERE doc = 1": "claim {0} is not in the search index",
    "UPDATE search_claims SET words = ' x ' WHERE doc = 1": "claim {0}: its words in the search index are not",
    "UPDATE search_claims SET terms = ' 1=5 ' WHERE doc = 1": "claim {0}: its words in the search index are not",
    "DELETE FROM search_postings WHERE doc = 1": "claim {0}: the search index does not find it by all",
    "UPDATE search_postings SET weight = weight + 1 WHERE doc = 1": "claim {0}: the search index does not find it",
    "INSERT INTO search_postings (term, weight, doc) VALUES (1, 1, 77)": "the search index finds number 77",
    "UPDATE search_terms SET claims = 77 WHERE term = 'moon'": "the search index has 'moon' in 77 claims",
    "INSERT INTO search_terms (id, term, claims) VALUES (777, 'cheese', 0)": "the search index has 'cheese' in 0",
    "UPDATE search_terms SET term = 'cheese' WHERE term = 'moon'": "its words in the search index are not",
}


@pytest.mark.parametrize("sql", TAMPERED)
def test_an_index_that_is_not_the_claims_is_named(backend: str, tmp_path: Path, sql: str) -> None:
    url = databases.fresh(backend, tmp_path)
    db.connect(url)
    ids = fill(2)
    assert list(check.differences()) == []
    db.execute(sql)
    assert TAMPERED[sql].format(*ids) in "\n".join(check.differences())
    databases.drop(url)


def test_a_merged_claim_in_the_index_is_named(backend: str, tmp_path: Path) -> None:
    url = databases.fresh(backend, tmp_path)
    db.connect(url)
    one, other = fill(2)
    kept = db.query("SELECT * FROM search_claims WHERE claim = ?", (one,))
    claims.merge(actor(Role.EDITOR, "an editor"), one, other)
    db.execute_many("INSERT INTO search_claims VALUES (?, ?, ?, ?, ?, ?)", kept)
    assert f"claim {one} is in the search index and should not be found" in list(check.differences())
    databases.drop(url)


@pytest.mark.usefixtures("database")
def test_a_write_that_changes_no_words_leaves_the_index_alone() -> None:
    one, *_ = fill()
    before = db.query("SELECT * FROM search_claims ORDER BY doc")
    with counted() as given:
        claims.take(actor(name="a reviewer"), one)
    assert db.query("SELECT * FROM search_claims ORDER BY doc") == before
    assert len([sql for sql in given if "search_" in sql]) == 1


@pytest.mark.usefixtures("database")
def test_a_search_takes_as_many_queries_for_many_claims_as_for_few() -> None:
    costs = []
    for number in (3, 60):
        fill(number)
        with counted() as given:
            search.page(parse("moon rock -cheese"), Filters(), None, 200)
        costs.append(len(given))
    assert costs[0] == costs[1] <= 4


@pytest.mark.usefixtures("database")
def test_common_words_are_read_by_weight_and_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = fill(12)
    queries = ("moon", "moon rock", '"moon is" made', "mo* -cheese", "number 7")
    few = [found(q) for q in queries]
    monkeypatch.setattr("factcheck.storage.search_statements.FEW", 0)
    assert [found(q) for q in queries] == few
    assert sorted(few[0]) == ids
    narrowed = search.page(parse("moon"), Filters(language=["en"]), None, 200)[0]
    assert sorted(one.claim for one in narrowed) == ids
    monkeypatch.setattr(search, "MOST", 4)
    assert found("moon") == few[0][:4]


@pytest.mark.usefixtures("database")
def test_pages_of_what_is_read_by_weight_stay_right_too(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = fill(9)
    monkeypatch.setattr("factcheck.storage.search_statements.FEW", 0)
    monkeypatch.setattr(search, "MOST", 9)
    seen: list[str] = []
    after, more = None, True
    while more:
        page, after = search.page(parse("moon rock"), Filters(), after, 2)
        seen += [one.claim for one in page]
        more = after is not None
        fill(2)
    assert sorted(one for one in seen if one in ids) == ids


@pytest.mark.usefixtures("database")
def test_candidates_have_any_of_the_words_in_text_or_titles_the_likeliest_first() -> None:
    somebody = actor()
    texts = ("Rock is heavy", "The moon is made of rock", "The moon shines", "Cheese is good")
    rock, both, moon, cheese = (claims.submit(somebody, {"text": text, "language": "en"}) for text in texts)
    claims.submit(somebody, {"text": "Nothing", "context": "moon rock made"})
    terms = sorted(set(words.read("Moons made of rocks, they say", "en").terms))
    found = candidates.best(terms, 100)
    assert found[0] == both
    assert set(found) == {rock, both, moon}
    assert candidates.best(terms, 1) == [both]
    assert candidates.best(["nonsuch"], 5) == candidates.best([], 5) == []
    assert candidates.best_among([rock, moon, cheese], terms, 5) == [one for one in found if one != both]
    assert search.frequencies(["moon", "chees", "nonsuch"]) == {"moon": 3, "chees": 1}
    assert search.total() == 5
    assert candidates.best(["chees"], 5) == [cheese]
    many = [*terms, *(f"no{number}" for number in range(2000))]
    assert candidates.best(many, 100) == found


SECRET = "Zanzibarine quokkas"


@pytest.mark.usefixtures("database")
def test_erased_words_and_their_stems_are_gone_from_the_index() -> None:
    somebody, editor = actor(), actor(Role.EDITOR, "an editor")
    claim = claims.submit(somebody, {"text": f"{SECRET} lied", "language": "en"})
    made = journal.size()
    verdicts.post(somebody, claim, {"rating": "refuted", "justification": f"No {SECRET} there"}, Rules())
    terms = set(words.read(SECRET, None).terms)
    published = journal.size()
    for seq in (made, published):
        assert {term for (term,) in db.query("SELECT term FROM search_terms")} >= terms
        redactions.redact(editor, seq, "It names somebody", "Court of X", Store(Path("nothing-is-here")))
    assert {term for (term,) in db.query("SELECT term FROM search_terms")} & terms == set()
    for spelled, packed in db.query("SELECT words, terms FROM search_claims"):
        assert "quokka" not in spelled + packed
    assert found("quokkas") == found("zanzibarine") == []
    assert found("redacted") == [claim]


WHOLE = ("Seq Scan on", "SCAN s", "SCAN d", "SCAN search_", "SCAN documents")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("q", ["moon", "moon rock", '"made of" -cheese', "mo*", "朝鲜士兵"])
@pytest.mark.parametrize("filters", [Filters(), Filters(status=["supported"], topic=["moon"])])
def test_a_search_scans_no_table(backend: str, q: str, filters: Filters, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(3)
    claims.submit(actor(name="another"), {"text": "朝鲜向俄罗斯派遣士兵", "language": "zh"})
    if backend == "postgresql":
        # With so few rows a scan would be right; what matters is whether there is another way.
        db.execute("SET enable_seqscan = off")
    given: list[tuple[str, Sequence[object]]] = []
    usual = db.query

    def noted(sql: str, params: Sequence[object] = ()) -> list[db.Row]:
        given.append((sql, params))
        return usual(sql, params)

    monkeypatch.setattr(db, "query", noted)
    for few in (0, 2000):
        monkeypatch.setattr("factcheck.storage.search_statements.FEW", few)
        search.page(parse(q), filters, None, 50)
    for sql, params in given.copy():
        steps = usual(f"EXPLAIN {'' if backend == 'postgresql' else 'QUERY PLAN '}{sql}", params)
        assert [row for row in steps for start in WHOLE if str(row[-1]).strip().startswith(start)] == []
