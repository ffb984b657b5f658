"""flask import: what it says, where, with which exit code, and what it changes."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import Result
from flask import Flask

from factcheck.cli import importing
from factcheck.domain.vocabulary import Role
from factcheck.services import accounts
from factcheck.storage import db, documents, journal
from tests.callers import Callers, actor

Json = dict[str, Any]

AVERITEC = Path(__file__).parents[3] / "shared" / "data" / "averitec" / "dev.json"


@pytest.fixture
def app(callers: Callers) -> Flask:
    return callers.app


def flask(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["import", *map(str, arguments)])


def written(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in rows))
    return path


def every_claim() -> list[Json]:
    return [orjson.loads(body) for page in documents.walk() for _, body in page]


def test_claims_go_in_by_an_account_of_their_own_and_once(app: Flask, tmp_path: Path) -> None:
    file = written(tmp_path / "claims.jsonl", {"text": "a"}, {"text": "b", "mood": "sad"})
    done = flask(app, "claims", file)
    assert (done.exit_code, done.stderr) == (0, "")
    said = ["2 claims imported", "0 there already", "0 rows not taken", "fields that have no place here:", "1 mood"]
    assert [" ".join(line.split()) for line in done.stdout.splitlines()] == said
    importer = accounts.by_name(importing.USUAL_ACCOUNT)
    assert importer is not None
    assert [(claim["text"], claim["created_by"]) for claim in every_claim()] == [("a", importer.id), ("b", importer.id)]
    assert "2  there already" in flask(app, "claims", file).stdout


def test_bad_rows_are_told_on_standard_error_and_by_the_exit_code(app: Flask, tmp_path: Path) -> None:
    file = written(tmp_path / "claims.csv", "text,claim_date,\x1b[2J", "a,,", "b,yesterday,\x1b[31m", "c,2024,")
    done = flask(app, "claims", file)
    assert (done.exit_code, len(every_claim())) == (1, 2)
    assert done.stderr.startswith(f"{file}: line 3: claim_date: not a date in EDTF")
    assert "\x1b" not in done.output


def test_a_report_has_the_bad_rows_as_json_lines(app: Flask, tmp_path: Path) -> None:
    file, report = written(tmp_path / "claims.json", '[{"text": "a"},\n {"text": ""}]'), tmp_path / "report"
    done = flask(app, "claims", file, "--report", report)
    assert (done.exit_code, done.stderr) == (1, "")
    line = json.loads(report.read_text().splitlines()[0])
    assert (line["file"], line["row"], line["line"], line["field"]) == (str(file), 2, 2, "text")


def test_a_file_that_ends_too_early_has_a_code_of_its_own_and_what_came_before_stands(
    app: Flask, tmp_path: Path
) -> None:
    done = flask(app, "claims", written(tmp_path / "claims.json", '[{"text": "a"}, {"text'))
    assert (done.exit_code, len(every_claim())) == (2, 1)
    assert "not read any further: the file ends before its JSON does" in done.stderr


def test_a_trial_changes_nothing(app: Flask, tmp_path: Path) -> None:
    seq = journal.size()
    done = flask(app, "claims", written(tmp_path / "claims.jsonl", {"text": "a"}, {"text": ""}), "--dry-run")
    assert (done.exit_code, "1  claims would be imported" in done.stdout) == (1, True)
    assert (journal.size(), accounts.by_name(importing.USUAL_ACCOUNT)) == (seq, None)


REVIEW = {"@type": "ClaimReview", "claimReviewed": "x", "reviewRating": "Pants on fire", "author": "Checkers"}


def test_labels_that_nobody_knows_are_printed_to_be_filled_in(app: Flask, tmp_path: Path) -> None:
    files = [written(tmp_path / f"{n}.json", {**REVIEW, "claimReviewed": n}) for n in "ab"]
    done = flask(app, "claimreview", *files)
    asked = json.loads(done.stdout[done.stdout.index("{") :])
    assert (done.exit_code, asked) == (1, {"labels": {"Checkers": {"Pants on fire": ""}}})
    asked["labels"]["Checkers"]["Pants on fire"] = "refuted"
    done = flask(app, "claimreview", *files, "--map", written(tmp_path / "map.json", asked))
    assert (done.exit_code, {claim["status"] for claim in every_claim()}) == (0, {"refuted"})


def test_another_account_imports_if_it_may_judge_and_is_active(app: Flask, tmp_path: Path) -> None:
    file = written(tmp_path / "claims.jsonl", {"text": "a"})
    reviewer, _ = actor(Role.REVIEWER, "rev"), actor(Role.CONTRIBUTOR, "con")
    off = actor(Role.EDITOR, "off")
    db.execute("UPDATE accounts SET active = ? WHERE id = ?", (False, off.id))
    for name, said in (("nobody", "no account nobody"), ("con", "takes the role reviewer"), ("off", "switched off")):
        done = flask(app, "claims", file, "--account", name)
        assert (done.exit_code, said in done.stderr) == (2, True), name
    db.execute("UPDATE accounts SET active = ? WHERE id = ?", (True, off.id))
    assert flask(app, "claims", file, "--account", "rev").exit_code == 0
    assert every_claim()[0]["created_by"] == reviewer.id


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["claims", "no.jsonl"], "does not exist"),
        (["claims", "odd.txt"], "--format"),
        (["claims", "odd.txt", "--format", "csv", "--map", "odd.txt"], "--map"),
        (["claims", "odd.txt", "--format", "csv", "--map", "list.json"], "a mapping is an object"),
        (["claims", "odd.txt", "--format", "csv", "--scale", "none"], "there is no scale none"),
        (["claimreview"], "Missing argument"),
    ],
)
def test_a_wrong_command_is_told_before_anything_is_done(
    app: Flask, tmp_path: Path, arguments: list[str], said: str
) -> None:
    for name, text in (("odd.txt", "text\nx\n"), ("list.json", "[]")):
        written(tmp_path / name, text)
    done = flask(app, *(tmp_path / one if "." in one else one for one in arguments))
    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr
    assert every_claim() == []


def test_on_a_terminal_a_bar_says_how_far_it_is(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "_terminal", lambda: True)
    done = flask(app, "claims", written(tmp_path / "claims.jsonl", {"text": "a"}))
    assert (done.exit_code, "claims.jsonl" in done.stderr) == (0, True)


@pytest.mark.skipif(not AVERITEC.exists(), reason=f"AVeriTeC's data is not at {AVERITEC}")
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)  # once: it takes seconds
def test_averitec_goes_in_whole(app: Flask) -> None:
    done = flask(app, "claims", AVERITEC, "--format", "averitec")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.split("here:")[1].split() == (
        ["500", "required_reannotation", "500", "claim_types", "500", "fact_checking_strategies"]
    )
    given, found = json.loads(AVERITEC.read_text()), every_claim()
    assert len(found) == len(given) == 500
    wanted = Counter(row["label"].split("/")[0].replace(" ", "_").lower() for row in given)
    assert Counter(claim["status"] for claim in found) == wanted
    for row, claim in zip(given, found, strict=True):
        _same(row, claim)


def _same(row: Json, claim: Json) -> None:
    """Everything that a claim of AVeriTeC's says stands in the record's."""
    verdict, said = claim["verdict"], json.dumps(claim, ensure_ascii=False)
    assert claim["text"] == row["claim"].strip()
    assert (claim["speaker"] or {}).get("name") == ((row["speaker"] or "").strip() or None)
    assert (claim["relayed_by"] or {}).get("name") == ((row["reporting_source"] or "").strip() or None)
    assert claim["place"] == row["location_ISO_code"]
    day, month, year = map(int, row["claim_date"].split("-"))
    assert claim["claim_date"] == f"{year}-{month:02}-{day:02}"
    assert (verdict["label"], verdict["review_url"]) == (row["label"], row["fact_checking_article"])
    assert len(verdict["evidence"]) == len(claim["evidence"])
    texts = [row["justification"]]
    for question in row["questions"]:
        texts += [question["question"], *(answer["answer"] for answer in question["answers"])]
        texts += [answer.get("boolean_explanation") or "" for answer in question["answers"]]
    plain = json.loads(said)
    parts = [plain["context"] or "", verdict["justification"], *(link["note"] for link in plain["evidence"])]
    whole = "\n".join(parts)
    assert [text for text in texts if text.strip().replace("\r\n", "\n") not in whole] == []
