"""Redaction over HTTP: the words are gone for every reader, and from the bytes; that they were there is shown."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from factcheck.domain.words import read
from factcheck.ledger.canonical import canonical
from factcheck.storage import db, journal
from tests.api.answers import everything, problem
from tests.callers import Callers, Json

ROUTE = "/v1/log/redactions"
ORDER = {"reason": "It names a child", "authority": "Court of X, 1 C 2/24"}
WORDS = ("zanzibarine", "quokkaesque", "xylotomous", "vexillology", "gobbledegook")


def private_claim(callers: Callers) -> tuple[str, int]:
    """A claim whose every text is distinctive, sent under an Idempotency-Key; its id and the event that made it."""
    text, quoted, context, topic, place = WORDS
    body = {"text": f"He is {text}", "quote": quoted, "context": context, "topics": [topic], "place": place}
    answer = callers.contributor.post("/v1/claims", body, Idempotency_Key="the-claim")
    assert answer.status_code == 201
    made = answer.get_json()
    return made["id"], made["seq"]


def redact(callers: Callers, seq: int) -> Json:
    return callers.editor.made(ROUTE, {"seq": seq, **ORDER})


def test_the_answer_is_the_event_that_says_so(callers: Callers) -> None:
    claim, seq = private_claim(callers)
    answer = callers.editor.post(ROUTE, {"seq": seq, **ORDER})
    made = answer.get_json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/log/entries?from={journal.size()}&limit=1"
    assert answer.headers["ETag"]
    assert (made["type"], made["seq"], made["claim_id"]) == ("payload.redacted", journal.size(), claim)
    assert (made["actor"], made["subject"]) == (callers.editor.id, {"type": "claim", "id": claim})
    assert made["payload"]["redacts"] == seq
    assert {name: made["payload"][name] for name in ORDER} == ORDER
    assert made["commitment"] == hashlib.sha256(bytes.fromhex(made["salt"]) + canonical(made["payload"])).hexdigest()
    assert made["also_holding"] == []
    [shown] = callers.anyone.read(answer.headers["Location"])["items"]
    assert {**shown, "also_holding": []} == made


def test_the_history_shows_it_to_anyone_and_the_leaf_is_the_same(callers: Callers) -> None:
    claim, seq = private_claim(callers)
    [before] = callers.anyone.read(f"/v1/claims/{claim}/history")["items"]
    made = redact(callers, seq)
    erased, said = callers.anyone.read(f"/v1/claims/{claim}/history")["items"]
    shown = {name: made[name] for name in ("seq", "recorded_at", "actor")}
    assert erased == {**before, "payload": None, "changes": None, "salt": None, "redacted": {**shown, **ORDER}}
    assert said == {name: value for name, value in made.items() if name != "also_holding"}


def test_no_reader_gets_the_words_any_more(callers: Callers) -> None:
    claim, seq = private_claim(callers)
    callers.contributor.patch(f"/v1/claims/{claim}", {"text": "He is somebody"})
    head = journal.size()
    old = callers.anyone.get(f"/v1/claims/{claim}")
    assert [found["claim"]["id"] for found in everything(callers.anyone, f"/v1/search?q={WORDS[1]}")] == [claim]
    redact(callers, seq)
    for caller in (callers.anyone, callers.admin):
        new = caller.get(f"/v1/claims/{claim}", If_None_Match=old.headers["ETag"])
        assert new.status_code == 200
        paths = ["", "/status", "/history?limit=200", *(f"?as_of={at}" for at in range(seq, journal.size() + 1))]
        reads = [caller.get(f"/v1/claims/{claim}{path}").get_data(as_text=True) for path in paths]
        reads += [new.get_data(as_text=True), caller.get("/v1/claims").get_data(as_text=True)]
        assert not [read for read in reads for word in WORDS if word in read]
        assert everything(caller, f"/v1/claims?topic={WORDS[3]}") == []
        assert [word for word in WORDS for star in ("", "*") if everything(caller, f"/v1/search?q={word}{star}")] == []
    assert callers.anyone.read(f"/v1/claims/{claim}")["text"] == "He is somebody"
    assert callers.anyone.read(f"/v1/claims/{claim}?as_of={head - 1}")["text"] == f"[redacted {seq}]"


def test_a_claim_keeps_its_status_without_its_verdicts_words(callers: Callers) -> None:
    claim, _ = private_claim(callers)
    callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "refuted", "justification": "He was in Rome."})
    published = journal.size()
    redact(callers, published)
    read = callers.anyone.read(f"/v1/claims/{claim}")
    assert (read["status"], read["verdict"]["rating"], read["verdict"]["justification"]) == ("refuted", "refuted", None)
    assert callers.anyone.read(f"/v1/claims/{claim}/status")["verdicts"] == 1


def test_why_a_verdict_overrode_goes_and_that_it_did_stands(callers_with: Callable[..., Callers]) -> None:
    callers = callers_with(min_origins=1)
    claim = callers.contributor.claim()
    given = {"rating": "supported", "override_reason": f"Only {WORDS[0]} knows"}
    verdict = callers.editor.made(f"/v1/claims/{claim}/verdicts", given)
    path = f"/v1/verdicts/{verdict['id']}"
    redact(callers, verdict["seq"])
    left = f"[redacted {verdict['seq']}]"
    assert callers.anyone.read(path)["override_reason"] == left
    assert callers.anyone.read(f"{path}?as_of={verdict['seq']}")["override_reason"] == left
    dated = {"type": "factual", "reason": "It ends.", "changes": {"valid_until": "2025"}}
    callers.editor.made(f"{path}/corrections", dated)


def test_a_verdict_that_overrode_nothing_does_not_seem_to_after_a_redaction(callers: Callers) -> None:
    claim = callers.contributor.claim()
    verdict = callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "refuted", "justification": WORDS[0]})
    redact(callers, verdict["seq"])
    assert callers.anyone.read(f"/v1/verdicts/{verdict['id']}")["override_reason"] is None


def test_a_pair_of_correction_and_corrected_verdict_is_found_by_what_also_holds_the_words(callers: Callers) -> None:
    claim, _ = private_claim(callers)
    given = {"rating": "refuted", "justification": "He was in Rome."}
    verdict = callers.reviewer.made(f"/v1/claims/{claim}/verdicts", given)["id"]
    changes = {"justification": "He was in Milan, at his sister's."}
    slip = {"type": "minor", "reason": "Another town", "changes": changes}
    callers.reviewer.made(f"/v1/verdicts/{verdict}/corrections", slip)
    posted, published, corrected = (journal.size() - back for back in (2, 1, 0))
    # The correction keeps what stood before as well.
    assert redact(callers, published)["also_holding"] == [posted, corrected]
    assert redact(callers, corrected)["also_holding"] == []
    [correction] = callers.anyone.read(f"/v1/verdicts/{verdict}")["corrections"]
    assert (correction["reason"], correction["changes"]) == (f"[redacted {published}]", {})
    said = callers.anyone.get(f"/v1/claims/{claim}/history?limit=200").get_data(as_text=True)
    assert "sister" not in said


def test_histories_of_merged_claims_have_a_new_version_after_a_redaction_of_either(callers: Callers) -> None:
    old, _ = private_claim(callers)
    new = callers.contributor.claim("Another")
    callers.reviewer.made(f"/v1/claims/{old}/evidence", {"url": "https://a.test/", "stance": "supports", "note": "x"})
    attached = journal.size()
    callers.reviewer.made(f"/v1/claims/{old}/verdicts", {"rating": "refuted", "justification": "He was in Rome."})
    judged = journal.size()
    callers.editor.post(f"/v1/claims/{old}/merge", {"into": new})
    paths = [f"/v1/claims/{claim}/history" for claim in (old, new)]
    for seq in (attached, judged):
        before = [callers.anyone.get(path).headers["ETag"] for path in paths]
        redact(callers, seq)
        for path, etag in zip(paths, before, strict=True):
            assert callers.anyone.get(path, If_None_Match=etag).status_code == 200
            assert callers.anyone.get(path, If_None_Match=callers.anyone.get(path).headers["ETag"]).status_code == 304


def refused(callers: Callers, body: Json, status: int, kind: str | None = None, pointer: str | None = None) -> None:
    editor, before = callers.editor, journal.size()
    found = problem(editor.post(ROUTE, body), status, pointer)
    assert found["type"] == (f"/problems/{kind}" if kind else "about:blank")
    assert journal.size() == before


def test_refusals_say_what_is_wrong_and_write_nothing(callers: Callers) -> None:
    _, seq = private_claim(callers)
    body: Json = {"seq": seq, **ORDER}
    refused(callers, {**body, "seq": journal.size() + 10}, 404, "not-found")
    refused(callers, {**body, "seq": 2**53 - 1}, 404, "not-found")
    refused(callers, {**body, "reason": f"He is not {WORDS[0]}, he is {WORDS[1]}"}, 422, "invalid", "/reason")
    wrong: tuple[object, ...] = (0, -1, 1.5, True, "7", None, [], 2**53, 2**62)
    for bad in wrong:
        refused(callers, {**body, "seq": bad}, 422, None, "/seq")
    for name in ORDER:
        for blank in ("", " ", "\n", None, 5):
            refused(callers, {**body, name: blank}, 422, None, f"/{name}")
        refused(callers, {key: value for key, value in body.items() if key != name}, 422, None, f"/{name}")
    made = redact(callers, seq)
    refused(callers, body, 409, "already-redacted")
    refused(callers, {**body, "seq": made["seq"]}, 409, "not-redactable")
    [(account,)] = db.query("SELECT MAX(seq) FROM events WHERE subject_type = 'account'")
    refused(callers, {**body, "seq": account}, 409, "not-redactable")


def test_an_integer_may_be_written_as_json_lets_it_be_written(callers: Callers) -> None:
    _, seq = private_claim(callers)
    assert redact(callers, float(seq))["payload"]["redacts"] == seq  # type: ignore[arg-type]


def test_a_kept_answer_with_the_words_is_gone_and_the_request_is_not_done_again(callers: Callers) -> None:
    speaker = {"name": "Somebody before"}
    assert callers.contributor.post("/v1/speakers", speaker, Idempotency_Key="before").status_code == 201
    claim, seq = private_claim(callers)
    body = {"seq": seq, **ORDER}
    first = callers.editor.post(ROUTE, body, Idempotency_Key="redact")
    assert first.status_code == 201
    text, quoted, context, topic, place = WORDS
    again = {"text": f"He is {text}", "quote": quoted, "context": context, "topics": [topic], "place": place}
    before = journal.size()
    found = problem(callers.contributor.post("/v1/claims", again, Idempotency_Key="the-claim"), 409)
    assert found["type"] == "/problems/answer-erased"
    assert problem(callers.contributor.post("/v1/claims", {"text": "x"}, Idempotency_Key="the-claim"), 422)
    assert callers.contributor.post("/v1/speakers", speaker, Idempotency_Key="before").status_code == 201
    replayed = callers.editor.post(ROUTE, body, Idempotency_Key="redact")
    assert (replayed.data, replayed.headers["Idempotent-Replayed"]) == (first.data, "true")
    assert journal.size() == before
    assert callers.anyone.read(f"/v1/claims/{claim}")["text"] == f"[redacted {seq}]"


def with_words_everywhere(callers: Callers) -> None:
    """Every place that takes text has the words, under several versions; then each event with them is redacted."""
    claim, seq = private_claim(callers)
    path, said = f"/v1/claims/{claim}", " ".join(WORDS)
    events = [seq]

    def then(answer: object) -> None:
        assert answer
        events.append(journal.size())

    page = f"https://a.test/{'/'.join(WORDS)}"
    then(callers.contributor.made("/v1/speakers", {"name": said, "role": said, "aliases": list(WORDS)}))
    then(callers.contributor.made("/v1/publishers", {"name": said, "url": page}))
    source = callers.contributor.made("/v1/sources", {"url": page, "title": said})
    then(source)
    link = {
        "source": {"id": source["id"]},
        "stance": "supports",
        "note": said,
        "quote": {"exact": said, "prefix": said},
    }
    then(callers.reviewer.made(f"{path}/evidence", link))
    verdict = callers.reviewer.made(
        f"{path}/verdicts", {"rating": "refuted", "justification": said, "review_url": page}
    )
    then(verdict)
    slip = {"type": "minor", "reason": said, "changes": {"justification": WORDS[0]}}
    then(callers.reviewer.made(f"/v1/verdicts/{verdict['id']}/corrections", slip))
    events.append(journal.size() - 1)
    then(callers.contributor.made(f"{path}/replies", {"text": said}))
    then(callers.contributor.patch(path, {"text": said.upper() + said, "topics": [*WORDS], "reason": said}).get_json())
    for event in events:
        redact(callers, event)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_no_byte_of_the_words_is_left_in_a_vacuumed_file(callers: Callers, database: str) -> None:
    with_words_everywhere(callers)
    db.query("PRAGMA wal_checkpoint(TRUNCATE)")
    db.execute("VACUUM")
    db.query("PRAGMA wal_checkpoint(TRUNCATE)")
    path = Path(unquote(urlsplit(database).path).removeprefix("/"))
    files = [one for one in path.parent.iterdir() if one.name.startswith(path.name)]
    assert path in files
    for file in files:
        content = file.read_bytes().lower()
        assert not [word for word in WORDS if word.encode() in content], file
        assert not [stem for word in WORDS for stem in read(word, None).terms if stem.encode() in content], file


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "redact"}])
def test_the_write_ahead_log_is_emptied_after_the_commit(
    callers: Callers, database: str, headers: dict[str, str]
) -> None:
    _, seq = private_claim(callers)
    path = Path(unquote(urlsplit(database).path).removeprefix("/"))
    editor = callers.editor
    assert WORDS[0].encode() in path.with_name(f"{path.name}-wal").read_bytes()
    assert editor.post(ROUTE, {"seq": seq, **ORDER}, **headers).status_code == 201
    assert path.with_name(f"{path.name}-wal").read_bytes() == b""


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.usefixtures("database")
def test_no_column_of_any_table_has_the_words(callers: Callers) -> None:
    with_words_everywhere(callers)
    columns = db.query("""
        SELECT table_name, column_name, data_type FROM information_schema.columns
        WHERE table_schema = 'public' AND data_type IN ('text', 'character varying', 'bytea')""")
    expected = {"payloads", "documents", "idempotency", "claim_topics", "search_terms", "search_claims"}
    assert expected <= {table for table, *_ in columns}
    for table, column, type_ in columns:
        text = f"encode(\"{column}\", 'escape')" if type_ == "bytea" else f'"{column}"'
        for word in WORDS:
            found = db.query(f'SELECT COUNT(*) FROM "{table}" WHERE {text} ILIKE ?', (f"%{word}%",))
            assert found == [(0,)], (table, column, word)
