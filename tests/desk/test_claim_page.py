"""A claim's page: what a reader finds on it."""

from collections.abc import Callable

from tests.callers import Callers
from tests.desk.pages import browse

HOSTILE = "</script><script>alert(1)</script><!--<img src=x onerror=alert(2)> &"


def test_a_reader_sees_what_was_said_by_whom_and_where(callers: Callers) -> None:
    claim = callers.contributor.claim(
        "The moon is made of rock",
        quote="It’s rock, all the way down.",
        speaker={"name": "Ada", "role": "Astronomer Royal"},
        relayed_by={"name": "A newspaper"},
        claim_date="2024-10-22~",
        source={"title": "The briefing", "publisher": {"name": "P"}},
        topics=["moon"],
    )
    page = browse(callers.anyone, f"/claims/{claim}")
    assert page.all("//h1") == ["The moon is made of rock"]
    for part in ("It’s rock, all the way down.", "Ada", "Astronomer Royal", "A newspaper", "about 22 October 2024",
                 "The briefing", "Nobody has reviewed it yet", "moon"):  # fmt: skip
        assert part in page.text, part


def test_the_status_says_who_agrees_and_who_differs(callers: Callers) -> None:
    claim = callers.contributor.claim()
    told = []
    for caller, rating, final in (
        (callers.reviewer, "supported", False),
        (callers.second_reviewer, "refuted", False),
        (callers.editor, "refuted", True),
    ):
        caller.made(f"/v1/claims/{claim}/verdicts", {"rating": rating, "final": final, "justification": "Because."})
        told.append(browse(callers.anyone, f"/claims/{claim}").all("//div[@class='finding']")[0])
    assert told == [
        "Supported One reviewer has published a verdict.",
        "Disputed 2 reviewers differ: 1 for “Supported” and 1 for “Refuted”. No editor has ruled yet.",
        "Refuted An editor has ruled. 1 reviewer had found otherwise: 1 for “Supported”.",
    ]


def test_the_review_inside_is_the_one_that_machines_get(callers: Callers) -> None:
    claim = callers.contributor.claim("Both < and > & more")
    assert browse(callers.anyone, f"/claims/{claim}").data is None
    callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "refuted"})
    linked = callers.anyone.get(f"/claims/{claim}.jsonld").get_json(force=True)
    assert browse(callers.anyone, f"/claims/{claim}").data == linked


def test_hostile_text_stays_text(callers: Callers) -> None:
    source = {"title": HOSTILE, "publisher": {"name": HOSTILE}}
    claim = callers.contributor.claim(
        HOSTILE, quote=HOSTILE, speaker={"name": HOSTILE, "role": HOSTILE, "affiliation": HOSTILE}, source=source,
        relayed_by={"name": HOSTILE + "2"}, place=HOSTILE, context=HOSTILE, topics=[HOSTILE],
    )  # fmt: skip
    link = {"source": source, "stance": "supports", "note": HOSTILE, "quote": {"exact": HOSTILE}}
    evidence = callers.reviewer.made(f"/v1/claims/{claim}/evidence", link)["id"]
    verdict = {"rating": "supported", "justification": HOSTILE, "label": HOSTILE, "evidence": [evidence]}
    made = callers.reviewer.made(f"/v1/claims/{claim}/verdicts", verdict)["id"]
    callers.reviewer.made(
        f"/v1/verdicts/{made}/corrections",
        {"type": "minor", "reason": HOSTILE, "changes": {"justification": HOSTILE + "!"}},
    )
    callers.contributor.made(f"/v1/claims/{claim}/replies", {"text": HOSTILE})
    page = browse(callers.anyone, f"/claims/{claim}")
    assert page.all("//script/@src") == page.all("//head/script[@defer]/@src")
    assert page.all("//img | //@onerror") == []
    assert page.text.count("<script>alert(1)</script>") > 12


def test_a_merged_claim_sends_readers_on(callers: Callers) -> None:
    one, other = callers.contributor.claim("One"), callers.contributor.claim("Other")
    callers.editor.post(f"/v1/claims/{one}/merge", {"into": other})
    answer = callers.anyone.get(f"/claims/{one}", Accept="text/html")
    assert (answer.status_code, answer.headers["Location"]) == (308, f"/claims/{other}")


def test_a_page_of_the_past_says_so(callers: Callers) -> None:
    claim = callers.contributor.claim("First words")
    seq = callers.anyone.read(f"/v1/claims/{claim}")["seq"]
    callers.contributor.patch(f"/v1/claims/{claim}", {"text": "Other words"})
    page = browse(callers.anyone, f"/claims/{claim}?as_of={seq}")
    assert page.all("//h1") == ["First words"]
    assert f"This is how it stood after change {seq}" in page.text
    assert page.answer.headers["As-Of-Seq"] == str(seq)


def test_many_links_are_on_pages_of_their_own(callers: Callers) -> None:
    claim = callers.contributor.claim()
    for hundred in (0, 1):
        items = [
            {"source": {"url": f"https://site.example.org/{hundred}/{number}"}, "stance": "supports", "note": "n" * 200}
            for number in range(100)
        ]
        callers.reviewer.made(f"/v1/claims/{claim}/evidence:batch", {"items": items})
    page = browse(callers.anyone, f"/claims/{claim}")
    seen = page.all("//li[@class='link']/@id")
    assert "All 200 links" in page.text
    following = page.all("//a[contains(@href, '/evidence')]/@href")
    while following:
        page = browse(callers.anyone, following[0])
        seen += page.all("//li[@class='link']/@id")
        following = page.all("//a[@rel='next']/@href")
    evidence = callers.anyone.read(f"/v1/claims/{claim}")["evidence"]
    assert seen == [f"evidence-{link['id']}" for link in evidence]


def test_the_witnesses_are_counted_in_words_first(callers: Callers) -> None:
    claim = callers.contributor.claim(source={"title": "Where it was said"})
    briefing = callers.reviewer.made("/v1/sources", {"title": "The briefing", "is_origin": True})["id"]
    for name in ("A", "B", "C"):
        link = {"source": {"title": name}, "stance": "supports"}
        source = callers.reviewer.made(f"/v1/claims/{claim}/evidence", link)["source"]["id"]
        callers.reviewer.made(f"/v1/sources/{source}/citations", {"origin": {"id": briefing}, "kind": "quotes"})
    page = browse(callers.anyone, f"/claims/{claim}")
    assert "3 links that support the claim come from 1 independent origin." in page.text
    assert page.all("//div[@class='graph']//li/a") == ["A", "B", "C", "The briefing"]
    assert page.all("//div[@class='graph']//li/span")[3] == "3 sources here rely on it; an origin, marked by reviewer"


def test_the_history_has_every_event_with_before_and_after(callers: Callers) -> None:
    claim = callers.contributor.claim("First words")
    callers.contributor.patch(f"/v1/claims/{claim}", {"text": "Other words"})
    verdict = callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "supported"})["id"]
    change = {"type": "rating_change", "reason": "We were wrong.", "changes": {"rating": "refuted"}}
    callers.reviewer.made(f"/v1/verdicts/{verdict}/corrections", change)
    page = browse(callers.anyone, f"/claims/{claim}")
    events = callers.anyone.read(f"/v1/claims/{claim}/history")["items"]
    shown = page.all("//ol[@class='events']/li")
    assert len(shown) == len(events)
    assert "before First words since Other words" in shown[1]
    assert "before supported since refuted" in shown[-1]
    assert page.all("//ol[@class='events']/li/@class")[-2:] == ["of-correction", "of-correction"]
    assert page.all("//ol[@class='events']//a/@href") == [f"/claims/{claim}?as_of={one['seq']}" for one in events]


def test_a_history_goes_on_on_pages_of_its_own(callers: Callers) -> None:
    claim = callers.contributor.claim("0")
    for number in range(1, 90):
        callers.contributor.patch(f"/v1/claims/{claim}", {"text": f"Words no. {number}"})
    page = browse(callers.anyone, f"/claims/{claim}")
    seen = page.all("//ol[@class='events']/li")
    following = page.all("//a[@class='more'][contains(@href, '/history')]/@href")
    while following:
        page = browse(callers.anyone, following[0])
        seen += page.all("//ol[@class='events']/li")
        following = page.all("//a[@rel='next']/@href")
    assert len(seen) == 90
    assert "Words no. 89" in seen[-1]


def test_a_proposal_is_no_part_of_a_public_history(callers_with: Callable[..., Callers]) -> None:
    callers = callers_with(approvals=1)
    claim = callers.contributor.claim()
    callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "supported", "justification": "A draft"})
    page = browse(callers.anyone, f"/claims/{claim}")
    assert "What it says is not public yet" in page.text
    assert "A draft" not in page.text
    assert "A draft" in browse(callers.reviewer, f"/claims/{claim}").text


def test_no_page_of_a_claim_is_too_large_whatever_it_holds(callers: Callers) -> None:
    wide = "語" * 4900
    claim = callers.contributor.claim(wide, quote=wide, context=wide, speaker={"name": "語" * 290})
    for caller in (callers.reviewer, callers.second_reviewer, callers.editor):
        link = {"source": {"title": "語" * 990}, "stance": "supports", "note": wide, "quote": {"exact": wide}}
        made = caller.made(f"/v1/claims/{claim}/evidence", {**link, "source": {"title": caller.id + "語" * 900}})
        verdict = {"rating": "supported", "justification": wide * 4, "label": "語" * 99, "evidence": [made["id"]]}
        caller.made(f"/v1/claims/{claim}/verdicts", verdict)
        callers.contributor.made(f"/v1/claims/{claim}/replies", {"text": wide * 2})
    for path in (f"/claims/{claim}", f"/claims/{claim}/evidence", f"/claims/{claim}/history", "/", "/search?q=語"):
        browse(callers.anyone, path)


def test_pages_stand_when_all_their_words_are_erased(callers: Callers) -> None:
    claim = callers.contributor.claim("The secret", speaker={"name": "Ada"}, source={"title": "A paper"}, topics=["t"])
    link = {"source": {"title": "B", "url": "https://b.example.org/"}, "stance": "supports", "quote": {"exact": "q"}}
    evidence = callers.reviewer.made(f"/v1/claims/{claim}/evidence", link)
    verdict = {"rating": "supported", "justification": "A secret", "evidence": [evidence["id"]]}
    made = callers.reviewer.made(f"/v1/claims/{claim}/verdicts", verdict)["id"]
    change = {"type": "rating_change", "reason": "A secret", "changes": {"rating": "refuted"}}
    callers.reviewer.made(f"/v1/verdicts/{made}/corrections", change)
    callers.contributor.made(f"/v1/claims/{claim}/replies", {"text": "A secret"})
    speaker = callers.anyone.read(f"/v1/claims/{claim}")["speaker"]["id"]
    for event in callers.admin.read("/v1/log/entries?limit=200")["items"]:
        order = {"seq": event["seq"], "reason": "It names a child", "authority": "A court"}
        callers.editor.post("/v1/log/redactions", order)
    paths = (f"/claims/{claim}", f"/speakers/{speaker}", f"/sources/{evidence['source']['id']}", "/corrections", "/")
    pages = [browse(callers.anyone, path) for path in paths]
    assert [page for page in pages if "secret" in page.answer.get_data(as_text=True)] == []
    assert "Erased: It names a child (A court)" in pages[0].text
    assert "Words were erased, as the law asks" in pages[0].text


def test_a_link_to_the_page_has_a_preview_and_a_card_elsewhere(callers: Callers) -> None:
    claim = callers.contributor.claim('The moon is "made" of rock', speaker={"name": "Ada"})
    page = browse(callers.anyone, f"/claims/{claim}")
    assert page.all("//meta[@property='og:title']/@content") == ['Unreviewed: The moon is "made" of rock']
    assert page.all("//meta[@name='description']/@content") == ['Unreviewed. Ada: The moon is "made" of rock']
    [card] = page.all("//link[@type='application/json+oembed']/@href")
    assert callers.anyone.read(card)["title"] == page.all("//meta[@property='og:title']/@content")[0]
    for feed in page.all("//link[@type='application/atom+xml']/@href"):
        assert callers.anyone.get(feed).status_code == 200


def test_the_history_of_a_moment_ends_there(callers: Callers) -> None:
    claim = callers.contributor.claim("First words")
    seq = callers.anyone.read(f"/v1/claims/{claim}")["seq"]
    callers.contributor.patch(f"/v1/claims/{claim}", {"text": "Other words"})
    for path in (f"/claims/{claim}?as_of={seq}", f"/claims/{claim}/history?as_of={seq}"):
        page = browse(callers.anyone, path)
        assert len(page.all("//ol[@class='events']/li")) == 1
        assert "Other words" not in page.answer.get_data(as_text=True)
