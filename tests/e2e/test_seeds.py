"""The seeds: what the article states is read back over HTTP, whole; and loading them twice is once."""

import threading
from pathlib import Path
from typing import Any

import pytest

from factcheck.cli import seeding
from factcheck.cli.seeding import SEEDS, WrongSeed, load
from factcheck.domain.actors import SERVICE
from factcheck.services import accounts
from factcheck.storage import check, db, imports, journal
from tests.callers import Caller, Callers

Json = dict[str, Any]

KIRBY = ("John Kirby", "person", "National Security Communications Adviser", "White House")
AUSTIN = ("Lloyd Austin", "person", "Secretary of Defense", "United States")
WHITE_HOUSE = ("White House", "organisation", None, None)
BUDANOV = ("Kyrylo Budanov", "person", "Head of military intelligence", "Ukraine")
UKRAINIAN_SOURCE = ("Unnamed Ukrainian intelligence source", "anonymous", None, "Ukrainian intelligence")
US_OFFICIALS = ("Unnamed US officials", "anonymous", None, "United States")

# What the article states, by hand, a row a claim: speaker, said on, kind, event date, and words that the
# text and the context cannot do without.
ARTICLE: dict[int, tuple[Any, ...]] = {
    1: (KIRBY, "2024-10-23", "factual", None, ["no fewer than 3,000", "east of Russia"],
        ["headline", "lower bound", "unnamed US officials"]),
    2: (KIRBY, "2024-10-23", "factual", "2024-10-01~/2024-10-20~", ["Ships", "Wonsan", "Vladivostok"],
        ["first half to the middle of October 2024", "approximate"]),
    3: (KIRBY, "2024-10-23", "factual", "2024-10-23", ["several training grounds", "military", "east"], ["on the day"]),
    4: (AUSTIN, "2024-10-23", "factual", None, ["evidence", "United States", "Russia"],
        ["travelling with him", "earlier on that day than John Kirby", "named Africa", "corrected himself at once"]),
    5: (WHITE_HOUSE, "2024-10-23", "factual", None, ["elementary combat training", "familiarised", "purpose"],
        ["assessment", "second hand", "John Kirby told it"]),
    6: (KIRBY, "2024-10-23", "prediction", None, ["might", "join Russia's in combat", "concern"],
        ["Hedged", "likelihood", "could not be checked yet"]),
    7: (AUSTIN, "2024-10-23", "opinion", None, ["Putin", "could be deeper"], ["opinion"]),
    8: (KIRBY, "2024-10-23", "normative", None, ["legitimate", "in the event that", "against Ukraine"],
        ["Conditional"]),
    9: (KIRBY, "2024-10-23", "factual", None, ["a number of resolutions", "UN Security Council", "weapons training"],
        ["legal judgement", "texts of the resolutions"]),
    10: (WHITE_HOUSE, "2024-10-23", "factual", None, ["Ukraine's government", "informed", "allies"], ["does itself"]),
    11: (BUDANOV, "2024-10-22~", "prediction", "2024-10-23", ["Wednesday", "first", "Kursk"],
         ["headline that the article links to", "not the article's own reporting", "2024-10-23"]),
    12: (BUDANOV, "2024-10-17~", "prediction", "2024-11-01/..", ["11,000", "From November on", "Ukraine"],
         ["headline that the article links to", "not the article's own reporting", "Another figure", "3,000"]),
    13: (UKRAINIAN_SOURCE, "2024-10-15~", "factual", None, ["18 deserters", "Russians", "Ukrainian border"],
         ["headline that the article links to", "not the article's own reporting"]),
    14: (US_OFFICIALS, "2024-10-23", "factual", None, ["military cooperation", "without precedent"],
         ["several officials together"]),
}  # fmt: skip

STATUSES = {
    1: "supported", 2: "not_enough_evidence", 3: "unreviewed", 4: "supported", 5: "unreviewed", 6: "in_review",
    7: "not_checkable", 8: "unreviewed", 9: "disputed", 10: "not_enough_evidence", 11: "unreviewed",
    12: "unreviewed", 13: "unreviewed", 14: "missing_context", 15: "unreviewed",
}  # fmt: skip


@pytest.fixture
def seeded(callers: Callers) -> Caller:
    """Somebody without a token, who reads the service once the seeds are in."""
    load()
    return callers.anyone


def claim_id(number: int) -> str:
    found = imports.find(f"seed:claim-{number:02}")
    assert found is not None
    return found


def claim(reader: Caller, number: int) -> Json:
    return reader.read(f"/v1/claims/{claim_id(number)}")


def steps() -> int:
    return sum(len(path.read_bytes().splitlines()) for path in SEEDS.glob("*.jsonl"))


def test_every_row_of_the_article_is_read_back_whole(seeded: Caller) -> None:
    for number, (speaker, said_on, kind, event_date, text, context) in ARTICLE.items():
        read = claim(seeded, number)
        name, speaker_kind, role, affiliation = speaker
        assert (read["speaker"]["name"], read["speaker"]["kind"]) == (name, speaker_kind), number
        assert (read["speaker_role"], read["speaker_affiliation"]) == (role, affiliation), number
        assert (read["claim_date"], read["kind"], read["event_date"]) == (said_on, kind, event_date), number
        assert [word for word in text if word not in read["text"]] == [], number
        assert [word for word in context if word not in read["context"]] == [], number
        assert read["place"] == ("Rome" if number == 4 else None)
        assert (read["language"], read["quote"]) == ("en", None), number
        assert read["topics"], number


def test_every_claim_was_found_in_the_one_article_whose_address_is_not_known(seeded: Caller) -> None:
    found = [claim(seeded, number)["source"] for number in ARTICLE]
    assert found == [found[0]] * 14
    source = seeded.read(f"/v1/sources/{found[0]['id']}")
    assert source["title"] == "White House confirms North Korea sent 3,000 troops to Russia for military training"
    assert (source["url"], source["publisher"]) == (None, None)
    assert (source["kind"], source["language"], source["published_at"]) == ("article", "en", "2024-10-24~")


def test_only_the_assessment_of_the_white_house_is_at_second_hand(seeded: Caller) -> None:
    relayed = {number: claim(seeded, number)["relayed_by"] for number in ARTICLE}
    assert relayed.pop(5) == claim(seeded, 1)["speaker"]
    assert set(relayed.values()) == {None}


def test_the_place_that_was_a_slip_stands_in_the_context_alone(seeded: Caller) -> None:
    read = claim(seeded, 4)
    assert "Africa" in read["context"]
    assert "Africa" not in read["text"]


def test_a_speaker_of_several_claims_is_one_speaker(seeded: Caller) -> None:
    (kirby,) = seeded.read("/v1/speakers?name=John%20Kirby")["items"]
    assert (kirby["role"], kirby["affiliation"]) == KIRBY[2:]
    found = seeded.read(f"/v1/claims?speaker={kirby['id']}")["items"]
    assert {one["id"] for one in found} == {claim_id(number) for number in (1, 2, 3, 6, 8, 9)}


def test_claims_that_bear_on_one_another_say_so_on_both_sides(seeded: Caller) -> None:
    wanted = {(4, "confirms", 15), (1, "confirms", 15), (12, "same_event", 1), (6, "same_event", 11)}
    numbers = {claim_id(number): number for number in range(1, 16)}
    outgoing, incoming = set(), set()
    for number in range(1, 16):
        for relation in claim(seeded, number)["relations"]:
            other = numbers[relation["claim"]]
            if relation["direction"] == "outgoing":
                outgoing.add((number, relation["kind"], other))
            else:
                incoming.add((other, relation["kind"], number))
    assert outgoing == incoming == wanted
    older = claim(seeded, 15)
    assert (older["speaker"]["name"], older["speaker"]["kind"]) == ("Ukrainian authorities", "group")
    assert older["claim_date"] == "../2024-10-23"


def test_claims_are_found_by_the_dates_that_they_may_mean(seeded: Caller) -> None:
    early = seeded.read("/v1/claims?claimed_from=2024-10-15&claimed_to=2024-10-20")["items"]
    assert {one["id"] for one in early} == {claim_id(number) for number in (12, 13, 15)}


def test_the_statuses_show_what_can_become_of_a_claim(seeded: Caller) -> None:
    assert {number: claim(seeded, number)["status"] for number in STATUSES} == STATUSES


def test_two_reviewers_agree_in_words_of_a_scale(seeded: Caller) -> None:
    read = claim(seeded, 1)
    given = [(one["reviewer"]["name"], one["scale"], one["label"], one["value"]) for one in read["verdicts"]]
    assert given == [("First reviewer", "five-step", "Mostly true", 4), ("Second reviewer", "five-step", "True", 5)]
    assert read["corroboration"]["supports"]["independent_origins"] == 2


def test_three_links_to_one_briefing_are_one_witness(seeded: Caller) -> None:
    read = claim(seeded, 2)
    counts = {"links": 3, "publishers": 2, "independent_origins": 1, "origin_unknown": 0}
    assert read["corroboration"]["supports"] == counts
    shown = seeded.read(f"/v1/claims/{read['id']}/corroboration")
    (group,) = shown["supports"]["groups"]
    (briefing,) = [node for node in shown["graph"]["nodes"] if node["is_origin"]]
    assert sorted(group["links"]) == sorted(link["id"] for link in read["evidence"])
    assert group["origins"] == [briefing["id"]]
    assert {"kind": "shared_origin", "source": briefing["id"], "links": group["links"]} in group["reasons"]
    assert {edge["kind"] for edge in shown["graph"]["edges"]} == {"quotes", "republishes", "based_on"}


def test_reviewers_who_differ_leave_a_claim_disputed(seeded: Caller) -> None:
    read = claim(seeded, 9)
    assert (read["status"], read["verdict"]) == ("disputed", None)
    assert [one["rating"] for one in read["verdicts"]] == ["supported", "missing_context"]
    assert seeded.read(f"/v1/claims/{read['id']}/status")["disputed"] is True


def test_an_editor_rules_where_reviewers_differ(seeded: Caller) -> None:
    read = claim(seeded, 10)
    assert [one["rating"] for one in read["verdicts"]] == ["supported", "not_enough_evidence", "not_enough_evidence"]
    assert (read["verdict"]["final"], read["verdict"]["reviewer"]["name"]) == (True, "Editor on duty")
    assert len(read["replies"]) == 1


def test_corrections_keep_what_stood_before(seeded: Caller) -> None:
    found = {one["type"]: one for one in seeded.read("/v1/corrections")["items"]}
    assert found.keys() == {"minor", "rating_change"}
    assert found["rating_change"]["claim"] == claim_id(4)
    assert found["rating_change"]["changes"]["rating"] == {"before": "missing_context", "after": "supported"}
    assert found["rating_change"]["changes"]["label"] == {"before": "Half true", "after": "True"}
    assert found["minor"]["changes"].keys() == {"justification"}
    assert [claim(seeded, number)["correction_count"] for number in (1, 4, 9)] == [1, 1, 0]


def test_a_dead_link_shows_and_its_reason_is_in_the_record(seeded: Caller) -> None:
    links = [link for number in ARTICLE for link in claim(seeded, number)["evidence"]]
    (dead,) = [link for link in links if link["link_state"] == "dead"]
    assert dead["claim"] == claim_id(10)
    assert seeded.read(f"/v1/sources/{dead['source']['id']}")["checked_at"] is not None
    payload = db.first("SELECT payload FROM payloads JOIN events USING (seq) WHERE type = 'source.checked'")
    assert payload is not None
    assert "404 Not Found" in payload[0]


def test_a_claim_can_appear_twice_and_be_taken(seeded: Caller) -> None:
    assert [one["first"] for one in claim(seeded, 4)["appearances"]] == [True, False]
    taken = claim(seeded, 6)
    assert (taken["workflow"], taken["taken_by"]["name"]) == ("in_review", "Second reviewer")


def test_made_up_links_have_reserved_hosts(seeded: Caller) -> None:
    urls = [source["url"] for source in seeded.read("/v1/sources?limit=200")["items"] if source["url"]]
    hosts = {url.split("/")[2] for url in urls}
    assert hosts
    assert {host.rpartition(".")[2] for host in hosts if not host.endswith("example.org")} == {"example", "test"}


@pytest.mark.usefixtures("database")
def test_twice_is_once() -> None:
    assert load() == steps()
    head = journal.size()
    assert load() == 0
    assert journal.size() == head
    assert list(check.differences()) == []


@pytest.mark.usefixtures("database")
def test_two_loads_at_once_do_each_step_once() -> None:
    done: list[int] = []
    start = threading.Barrier(2)

    def run() -> None:
        start.wait()
        done.append(load())
        db.database.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == steps()
    assert len(done) == 2


@pytest.mark.usefixtures("database")
def test_a_load_that_broke_off_goes_on_where_it_stopped(tmp_path: Path) -> None:
    seeds = copy_of_seeds(tmp_path)
    evidence = seeds / "03-evidence.jsonl"
    whole = evidence.read_text()
    lines = whole.splitlines()
    # The schema has nothing against this line; the service has, in the midst of its transaction.
    lines[11] = lines[11].replace('{"id": "@wire-report"}', '{"id": "018f0000-0000-7000-8000-000000000000"}')
    evidence.write_text("\n".join(lines))
    with pytest.raises(WrongSeed, match=r"03-evidence\.jsonl, line 12: /source/id: there is no source"):
        load(seeds)
    assert imports.find("seed:video-based-on-briefing") is not None
    assert imports.find("seed:link-02-wire") is None
    evidence.write_text(whole)
    before = 4 + 20 + 11
    assert load(seeds) == steps() - before
    assert load() == 0


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "no JSON"),
        ("", "no JSON"),
        ("[]", "a step has key and do"),
        ('{"key": "x", "do": "take", "at": "@editor"}', "a step has key and do"),
        ('{"key": "x", "do": "take", "on": 1}', "are text"),
        ('{"key": "x", "do": "account", "data": []}', "data is an object"),
        ('{"key": "x", "do": "delete"}', "do is one of account, "),
        ('{"key": "x", "do": "take"}', "take is done on something"),
        ('{"key": "x", "do": "claim", "on": "@claim-01"}', "claim is done on nothing"),
        ('{"key": "editor", "do": "account"}', "the key editor is that of 01-accounts.jsonl, line 4"),
    ],
)
def test_a_line_that_is_no_step_is_named_before_anything_is_loaded(line: str, reason: str, tmp_path: Path) -> None:
    seeds = copy_of_seeds(tmp_path)
    (seeds / "05-more.jsonl").write_text(f"{line}\n")
    with pytest.raises(WrongSeed, match=f"^05-more.jsonl, line 1: .*{reason}"):
        seeding.read(seeds)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"key": "x", "do": "take", "as": "@nobody", "on": "@claim-03"}', "no earlier step has the key nobody"),
        ('{"key": "x", "do": "take", "as": "@editor", "on": "@claim-03", "data": {"why": 1}}', "takes no data"),
        ('{"key": "x", "do": "claim", "data": {"text": "T", "kind": "rumour"}}', "'kind': .'Must be one of"),
        ('{"key": "x", "do": "claim", "data": {"text": "T", "claim_date": "2024-13-45"}}', "'claim_date': .'there"),
        ('{"key": "x", "do": "take", "as": "@editor", "on": "@article"}', "there is no claim"),
        ('{"key": "x", "do": "account", "data": {"name": "Contributor on duty", "role": "reader"}}', "/name: an acc"),
    ],
)
def test_a_line_that_cannot_be_done_is_named(line: str, reason: str, tmp_path: Path) -> None:
    seeds = copy_of_seeds(tmp_path)
    (seeds / "05-more.jsonl").write_text(f"{line}\n")
    with pytest.raises(WrongSeed, match=f"^05-more.jsonl, line 1: .*{reason}"):
        load(seeds)
    assert imports.find("seed:x") is None


def test_the_rules_of_the_installation_do_not_change_what_seeds_show(callers_with: Any) -> None:
    strict = callers_with(approvals=2, min_origins=3)
    load()
    assert claim(strict.anyone, 1)["status"] == "supported"


@pytest.mark.usefixtures("database")
def test_an_account_of_somebody_else_is_not_borrowed() -> None:
    accounts.add(SERVICE, {"name": "First reviewer", "role": "admin"})
    with pytest.raises(WrongSeed, match=r"01-accounts\.jsonl, line 2: /name: an account of this name exists"):
        load()


def test_the_command_says_what_it_did(callers: Callers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    runner = callers.app.test_cli_runner()
    first, again = runner.invoke(seeding.seed), runner.invoke(seeding.seed)
    assert "  15  claim\n" in first.output
    assert first.output.endswith(f"{steps()} of {steps()} steps done now, the others before\n")
    assert again.output == f"0 of {steps()} steps done now, the others before\n"
    monkeypatch.setattr(seeding, "SEEDS", tmp_path / "nowhere")
    missing = runner.invoke(seeding.seed)
    assert (missing.exit_code, missing.output) == (1, f"Error: there are no seeds in {tmp_path / 'nowhere'}\n")


def copy_of_seeds(directory: Path) -> Path:
    seeds = directory / "seeds"
    seeds.mkdir()
    for path in SEEDS.glob("*.jsonl"):
        (seeds / path.name).write_bytes(path.read_bytes())
    return seeds
