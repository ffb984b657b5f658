"""The record in numbers over HTTP."""

from factcheck.domain.actors import SERVICE
from factcheck.domain.vocabulary import LinkState
from factcheck.services import looks
from tests.callers import Caller, Callers, Json


def numbers(callers: Callers) -> Json:
    return callers.anyone.read("/v1/stats")


def more_than_none(counts: Json) -> Json:
    return {word: count for word, count in counts.items() if count}


def rate(caller: Caller, claim: str, rating: str) -> str:
    return str(caller.made(f"/v1/claims/{claim}/verdicts", {"rating": rating})["id"])


def test_an_empty_record_has_a_number_for_every_word(callers: Callers) -> None:
    found = numbers(callers)
    assert found["claims"]["total"] == 0
    assert set(found["claims"]["by_status"].values()) == {0}
    assert len(found["claims"]["by_status"]) == 12
    assert found["agreement"] == {"alpha": None, "claims": 0, "reviewers": 0, "pairs": 0}
    assert set(found["links"].values()) == {0}
    assert found["corrections"]["total"] == 0


def test_claims_are_counted_by_what_they_are(callers: Callers) -> None:
    claim = callers.contributor.claim
    ada, bob = {"name": "Ada"}, {"name": "Bob"}
    claim("a", speaker=ada, topics=["one", "two"], claim_date="2024-10-23")
    claim("b", speaker=ada, topics=["one"], claim_date="2024-10-01/2024-12-31", kind="opinion")
    claim("c", speaker=bob, claim_date="2023")
    claim("d", claim_date="../2023-01-01")
    found = numbers(callers)["claims"]
    assert (found["total"], found["undated"]) == (4, 1)
    assert more_than_none(found["by_status"]) == {"unreviewed": 4}
    assert more_than_none(found["by_kind"]) == {"factual": 3, "opinion": 1}
    assert found["by_topic"] == [{"topic": "one", "claims": 2}, {"topic": "two", "claims": 1}]
    assert [(one["speaker"]["name"], one["claims"]) for one in found["by_speaker"]] == [("Ada", 2), ("Bob", 1)]
    assert found["by_month"] == [{"month": "2024-10", "claims": 2}, {"month": "2023-01", "claims": 1}]


def test_a_merged_claim_is_counted_as_its_survivor_alone(callers: Callers) -> None:
    speaker = {"name": "Ada"}
    one, other = (callers.contributor.claim(text, speaker=speaker, topics=["moon"]) for text in "ab")
    for claim in (one, other):
        link = {"url": "https://a.test/", "stance": "supports"}
        callers.reviewer.made(f"/v1/claims/{claim}/evidence", link)
        rate(callers.reviewer, claim, "supported")
        rate(callers.second_reviewer, claim, "refuted")
    callers.editor.post(f"/v1/claims/{one}/merge", {"into": other})
    found = numbers(callers)
    assert (found["claims"]["total"], found["claims"]["by_status"]["disputed"]) == (1, 1)
    assert found["claims"]["by_topic"] == [{"topic": "moon", "claims": 1}]
    assert found["claims"]["by_speaker"][0]["claims"] == 1
    # The link that the survivor had already stays behind with the merged claim.
    assert more_than_none(found["links"]) == {"unchecked": 1}
    assert found["agreement"]["claims"] == 1


def test_agreement_rests_on_the_published_verdict_of_each_reviewer(callers: Callers) -> None:
    claims = [callers.contributor.claim(text) for text in "abc"]
    for claim, one, other in zip(claims, ("supported", "refuted", "satire"), ("supported", "refuted", "refuted"),
                                 strict=True):  # fmt: skip
        rate(callers.reviewer, claim, "outdated")
        rate(callers.reviewer, claim, one)
        rate(callers.second_reviewer, claim, other)
    rate(callers.editor, callers.contributor.claim("Rated by one alone"), "satire")
    found = numbers(callers)["agreement"]
    assert (found["claims"], found["reviewers"], found["pairs"]) == (3, 2, 3)
    # 1 - (n - 1) * unlike / expected: n = 6, one unit with two unlike pairs, 6^2 - 2^2 - 3^2 - 1^2 expected.
    assert found["alpha"] == 1 - 5 * 2 / 22


def test_links_are_counted_by_the_state_of_their_source(callers: Callers) -> None:
    claim = callers.contributor.claim()
    made = [
        callers.reviewer.made(f"/v1/claims/{claim}/evidence", {"url": f"https://{name}.test/", "stance": stance})
        for name, stance in (("a", "supports"), ("a", "refutes"), ("b", "supports"), ("c", "supports"))
    ]
    looks.record_check(SERVICE, made[0]["source"]["id"], LinkState.DEAD, "It is gone")
    callers.reviewer.delete(f"/v1/evidence/{made[3]['id']}", {"reason": "A mistake."})
    assert more_than_none(numbers(callers)["links"]) == {"dead": 2, "unchecked": 1}


def test_corrections_are_counted_by_type_by_whose_verdict_and_by_the_rating_before(callers: Callers) -> None:
    claim = callers.contributor.claim()
    verdict = rate(callers.reviewer, claim, "supported")

    def correct(kind: str, **changes: str) -> None:
        given = {"type": kind, "reason": "We were wrong.", **({"changes": changes} if changes else {})}
        callers.editor.made(f"/v1/verdicts/{verdict}/corrections", given)

    correct("minor", justification="A slip")
    correct("rating_change", rating="refuted")
    correct("factual", justification="It was otherwise")
    correct("void")
    found = numbers(callers)["corrections"]
    assert (found["total"], found["by_type"]) == (4, {"minor": 1, "factual": 1, "rating_change": 1, "void": 1})
    [reviewer] = found["by_reviewer"]
    assert reviewer == {"reviewer": {"id": callers.reviewer.id, "name": "reviewer"}, "corrections": 4}
    assert more_than_none(found["by_rating"]) == {"supported": 2, "refuted": 2}


def test_until_the_next_event_the_numbers_are_304(callers: Callers) -> None:
    etag = callers.anyone.get("/v1/stats").headers["ETag"]
    assert callers.anyone.get("/v1/stats", If_None_Match=etag).status_code == 304
    callers.contributor.claim()
    answer = callers.anyone.get("/v1/stats", If_None_Match=etag)
    assert (answer.status_code, answer.get_json()["claims"]["total"]) == (200, 1)
    assert answer.headers["ETag"] != etag
