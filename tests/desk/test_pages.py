"""The other pages: the first one, search, speakers, sources, corrections, the log."""

import re
from collections.abc import Callable
from pathlib import Path

from factcheck.desk.telling.words import safe_link
from factcheck.services import checkpoints, suggestions
from factcheck.storage.snapshot_files import Store
from tests.callers import Caller, Callers
from tests.captures import see
from tests.databases import data_dir
from tests.desk.desks import at_desk
from tests.desk.pages import browse
from tests.services.test_suggestions import WIRE
from tests.witnesses import sign

UNKNOWN = "01890a5d-ac96-774b-bcce-b302099a8057"


def checked(callers: Callers, text: str, rating: str, **fields: object) -> str:
    claim = callers.contributor.claim(text, **fields)
    callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": rating})
    return claim


def speaker_of(caller: Caller, claim: str) -> str:
    return str(caller.read(f"/v1/claims/{claim}")["speaker"]["id"])


def test_the_first_page_has_what_changed_last_and_the_counts(callers: Callers) -> None:
    assert "Nothing is in the record yet" in browse(callers.anyone, "/").text
    checked(callers, "First", "supported", claim_date="2024-10-23")
    callers.contributor.claim("Second", claim_date="2024-08")
    page = browse(callers.anyone, "/")
    assert page.all("//h3[contains(@class, 'headline')]") == ["Second", "First"]
    assert page.all("//table[@class='tally']//tr") == ["Status Claims", "Unreviewed 1", "Supported 1"]
    assert page.all("//div[@class='ends']/span") == ["August 2024", "October 2024"]
    assert page.all("//p[@data-stream]/@data-stream")[0].startswith("/v1/stream?after=")


def test_search_finds_by_words_and_marks_them(callers: Callers) -> None:
    one = callers.contributor.claim("The moon is made of rock", context="Nothing but rocks up there.")
    callers.contributor.claim("The sun is made of gas")
    page = browse(callers.anyone, "/search?q=rock&status=&claimed_from=&claimed_to=")
    assert page.all("//h3/a/@href") == [f"/claims/{one}"]
    assert page.all("//mark") == ["rocks"]
    assert page.all("//input[@name='q']/@value") == ["rock"]


def test_search_without_words_lists_by_filters_and_keeps_them(callers: Callers) -> None:
    one = checked(callers, "One", "refuted", topics=["moon"])
    checked(callers, "Two", "refuted")
    page = browse(callers.anyone, "/search?status=refuted&topic=moon")
    assert page.all("//h3/a/@href") == [f"/claims/{one}"]
    assert page.all("//option[@selected]") == ["Refuted"]
    assert page.all("//input[@type='hidden'][@name='topic']/@value") == ["moon"]


def test_search_keeps_each_of_several_values_and_says_so(callers: Callers) -> None:
    checked(callers, "One", "refuted")
    checked(callers, "Two", "supported")
    path = "/search?status=refuted&status=supported&status=not_enough_evidence"
    page = browse(callers.anyone, path)
    assert page.all("//form[@role='search']//option[@selected]") == ["Refuted"]
    kept = page.all("//form[@role='search']//input[@type='hidden'][@name='status']/@value")
    assert kept == ["supported", "not_enough_evidence"]
    assert page.all("//p[contains(@class, 'kept')]") == [
        "Only those of status refuted or supported or not enough evidence. Show all claims"
    ]


def test_search_goes_on_to_the_end(callers: Callers) -> None:
    made = {callers.contributor.claim(f"The moon, {number}") for number in range(5)}
    for path in ("/search?limit=2", "/search?q=moon&limit=2"):
        found, following = set[str](), path
        while following:
            page = browse(callers.anyone, following)
            found |= {link.rpartition("/")[2] for link in page.all("//h3/a/@href")}
            following = next(iter(page.all("//a[@rel='next']/@href")), "")
        assert found == made


def test_search_refuses_what_is_no_filter(callers: Callers) -> None:
    for query in ("status=true", "claimed_from=yesterday", "nonsense=1", "cursor=x"):
        assert "cannot be" in browse(callers.anyone, f"/search?{query}", 400 if "cursor" in query else 422).text


def test_a_speaker_has_offices_claims_and_a_tally_without_shares(callers: Callers) -> None:
    speaker = {"name": "Ada", "role": "Minister", "affiliation": "Government", "wikidata_id": "Q42"}
    claim = checked(callers, "One", "supported", speaker=speaker, claim_date="2024-10-23")
    later = {"id": speaker_of(callers.anyone, claim)}
    callers.contributor.claim("Two", speaker=later, speaker_role="Former minister", claim_date="2025-01")
    page = browse(callers.anyone, f"/speakers/{later['id']}")
    assert page.all("//h1") == ["Ada"]
    assert "%" not in page.text
    assert "too few for shares" in page.text
    assert "Editors choose which claims are checked" in page.text
    assert page.all("//ul[contains(@class, 'offices')]/li") == [
        "Former minister 1 claim, January 2025",
        "Minister, Government 1 claim, 23 October 2024",
    ]
    tally = page.all("//table[@class='tally']//a/@href")
    assert sorted(tally) == [f"/search?status={one}&speaker={later['id']}" for one in ("supported", "unreviewed")]
    assert browse(callers.anyone, tally[0]).all("//h3")
    assert page.all("//a[contains(@href, 'wikidata')]/@href") == ["https://www.wikidata.org/wiki/Q42"]


def test_shares_are_told_from_ten_claims_on(callers: Callers) -> None:
    claim = callers.contributor.claim("0", speaker={"name": "Ada"})
    speaker = speaker_of(callers.anyone, claim)
    for number in range(1, 10):
        assert "%" not in browse(callers.anyone, f"/speakers/{speaker}").text
        callers.contributor.claim(str(number), speaker={"id": speaker})
    assert "Unreviewed 10 100%" in browse(callers.anyone, f"/speakers/{speaker}").text


def test_a_source_says_who_relies_on_whom_and_how_its_link_stands(callers: Callers) -> None:
    claim = callers.contributor.claim("Claim", source={"title": "Made here"})
    link = {"source": {"title": "The wire", "url": "https://wire.example.org/1"}, "stance": "supports"}
    source = callers.reviewer.made(f"/v1/claims/{claim}/evidence", link)["source"]["id"]
    cited = {"origin": {"title": "The briefing"}, "kind": "quotes", "reason": "It says so."}
    origin = callers.reviewer.made(f"/v1/sources/{source}/citations", cited)["origin"]
    callers.reviewer.patch(f"/v1/sources/{origin}", {"is_origin": True})
    page = browse(callers.anyone, f"/sources/{source}")
    for part in ("It quotes The briefing It says so.", "Not checked yet", "The page has not been read yet", "Claim"):
        assert part in page.text, part
    above = browse(callers.anyone, f"/sources/{origin}")
    for part in ("An origin: it relies on no other source, says reviewer", "Sources that rely on it The wire",
                 "Has no web address"):  # fmt: skip
        assert part in above.text, part


def test_only_links_of_the_web_can_be_followed() -> None:
    assert safe_link("HTTPS://example.org/") == "HTTPS://example.org/"
    for url in (
        "javascript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "//example.org",
        "ftp://x",
        "",
        None,
    ):
        assert safe_link(url) is None


def test_corrections_say_what_stood_before_and_why(callers: Callers) -> None:
    claim = checked(callers, "The moon", "supported")
    verdict = callers.anyone.read(f"/v1/claims/{claim}")["verdict"]["id"]
    change = {"type": "rating_change", "reason": "We were wrong.", "changes": {"rating": "refuted"}}
    callers.reviewer.made(f"/v1/verdicts/{verdict}/corrections", change)
    callers.editor.made(f"/v1/verdicts/{verdict}/corrections", {"type": "void", "reason": "Withdrawn."})
    page = browse(callers.anyone, "/corrections")
    void, changed = page.all("//ol[@class='rows']/li")
    assert "before Refuted since taken back Withdrawn." in void
    assert "before Supported since Refuted We were wrong." in changed
    assert page.all("//h3/a/@href") == [f"/claims/{claim}#verdict-{verdict}"] * 2
    assert len(browse(callers.anyone, "/corrections?type=void").all("//ol[@class='rows']/li")) == 1


def test_corrections_go_on_to_the_end(callers: Callers) -> None:
    claim = checked(callers, "The moon", "supported")
    verdict = callers.anyone.read(f"/v1/claims/{claim}")["verdict"]["id"]
    for number in range(21):
        change = {"type": "minor", "reason": f"No. {number}", "changes": {"justification": str(number)}}
        callers.reviewer.made(f"/v1/verdicts/{verdict}/corrections", change)
    page = browse(callers.anyone, "/corrections")
    rest = browse(callers.anyone, page.all("//a[@rel='next']/@href")[0])
    assert (len(page.all("//h3")), len(rest.all("//h3"))) == (20, 1)


def test_the_log_shows_its_checkpoints(callers: Callers) -> None:
    assert "No checkpoint has been signed yet" in browse(callers.anyone, "/log").text
    sign()
    newest = checkpoints.newest()
    page = browse(callers.anyone, "/log")
    assert newest["root_hash"] in page.text
    assert page.all("//pre")[0] == " ".join(newest["note"].split())
    assert browse(callers.anyone, f"/log?before={newest['size']}").all("//h3") == []


def test_what_is_not_there_is_a_page_that_says_so(callers: Callers) -> None:
    for path in (f"/speakers/{UNKNOWN}", f"/sources/{UNKNOWN}", "/speakers/x", f"/claims/{UNKNOWN}/history"):
        assert "There is no such page" in browse(callers.anyone, path, 404).text


def test_closed_reads_close_every_page(callers_with: Callable[..., Callers]) -> None:
    callers = callers_with(public_reads=False)
    for path in ("/", "/search", "/corrections", "/log"):
        assert "Please sign in" in browse(callers.anyone, path, 401).text
        assert browse(callers.reader, path).all("//@data-stream") == []


def test_a_page_that_has_changed_is_told_and_the_difference_to_those_who_signed_in(callers: Callers) -> None:
    claim = callers.contributor.claim()
    link = {"url": "https://page.example.org/", "stance": "supports", "quote": {"exact": "three ships left"}}
    source = callers.reviewer.made(f"/v1/claims/{claim}/evidence", link)["source"]["id"]
    before = "It is said that three ships left the harbour after dark on that day, and nobody saw them come back."
    kept = data_dir() / "snapshots"
    see(kept, source, before)
    see(kept, source, before.replace("three ships left", "some boats may have gone from"))
    paths = (f"/claims/{claim}", f"/sources/{source}")
    for path in paths:
        diffs = "//a[text()='What changed']/@href"
        assert browse(callers.anyone, path).all(diffs) == []
        [diff] = browse(callers.reader, path).all(diffs)
        assert re.fullmatch(r"/desk/snapshots/[0-9a-f-]+/diff\?with=[0-9a-f-]+", diff)
        shown = at_desk(callers.reader).get(diff)
        assert "three ships left" in shown.all("//del")[0]
        assert "some boats may have gone" in shown.all("//ins")[0]
    page, about = (browse(callers.anyone, path) for path in paths)
    assert "The quote is no longer on the page: https://page.example.org/" in page.text
    assert "Quote is no longer on the page" in page.all("//li[@class='ill']")
    assert "The text had changed" in about.text
    assert "is shown to those who have signed in" in about.text
    assert [state.partition(",")[0] for state in about.all("//ol[contains(@class, 'past')]/li")] == [
        "Works",
        "Not checked yet",
    ]


def test_suggestions_stand_on_a_sources_page_until_somebody_decides(callers: Callers, tmp_path: Path) -> None:
    made = [callers.contributor.made("/v1/sources", {"url": f"https://{one}.example.org/"})["id"] for one in "ab"]
    for source in made:
        see(tmp_path, source, WIRE)
    suggestions.make_some(Store(tmp_path), 10)
    [found] = [one for source in made for one in callers.anyone.read(f"/v1/sources/{source}/suggestions")["items"]]
    heading = "Suggested, and not looked at by a reviewer yet"
    assert f"{heading} That it republishes another" in browse(callers.anyone, f"/sources/{found['source']}").text
    callers.reviewer.post(f"/v1/suggestions/{found['id']}/reject", {})
    assert heading not in browse(callers.anyone, f"/sources/{found['source']}").text
