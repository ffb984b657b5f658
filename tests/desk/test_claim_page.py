"""A claim's page: what a reader finds on it."""

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
