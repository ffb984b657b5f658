"""Claims over HTTP: what is stored is what was said."""

from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.test import TestResponse

from tests.api.answers import each, everything, problem
from tests.callers import Callers, Json

FULL = {
    "text": "North Korea has sent at least 3,000 soldiers to eastern Russia",
    "quote": "at least 3,000",
    "kind": "factual",
    "speaker": {"name": "John Kirby", "kind": "person", "role": "Adviser", "affiliation": "White House"},
    "relayed_by": {"name": "A wire service", "kind": "organisation"},
    "claim_date": "2024-10-23",
    "event_date": "2024-10-01/2024-10-20",
    "place": "Washington",
    "language": "en",
    "topics": ["north-korea", "russia"],
    "context": "Briefing.",
    "source": {"title": "The article", "url": "https://example.org/article", "kind": "article"},
}


def test_only_the_text_is_required(callers: Callers) -> None:
    claim = callers.contributor.made("/v1/claims", {"text": "The moon is made of rock"})
    assert claim["text"] == "The moon is made of rock"
    assert (claim["kind"], claim["status"], claim["speaker"], claim["source"]) == ("factual", "unreviewed", None, None)


def test_everything_that_was_sent_is_read_back(callers: Callers) -> None:
    made = callers.contributor.made("/v1/claims", FULL)
    read = callers.anyone.read(f"/v1/claims/{made['id']}")
    assert read | {"possible_matches": []} == made
    for name in ("text", "quote", "kind", "claim_date", "event_date", "place", "language", "topics", "context"):
        assert read[name] == FULL[name]
    assert read["speaker"]["name"] == "John Kirby"
    assert (read["speaker_role"], read["speaker_affiliation"]) == ("Adviser", "White House")
    assert read["relayed_by"]["name"] == "A wire service"
    assert read["source"]["url"] == "https://example.org/article"
    assert [(one["source"], one["first"]) for one in read["appearances"]] == [(read["source"], True)]


UNKNOWN = "01890a5d-ac96-774b-bcce-b302099a8057"


def texts(callers: Callers, query: str) -> list[object]:
    """The texts of the claims that a list has, in its order."""
    return each(everything(callers.anyone, f"/v1/claims?{query}"), "text")


def read(callers: Callers, claim: str) -> Json:
    return callers.anyone.read(f"/v1/claims/{claim}")


@dataclass(frozen=True)
class Library:
    """Four claims, a to d, that differ in all that a list can be narrowed to; last changed: d, a, b, c."""

    a: Json
    b: Json
    c: Json
    d: Json


def library(callers: Callers) -> Library:
    def page(name: str) -> Json:
        return {"url": f"https://{name}.test/", "publisher": {"name": name}}

    claim = callers.contributor.claim
    ids = [
        claim("a", claim_date="2024-10-23", language="en", topics=["one"], speaker={"name": "Ada"}, source=page("p")),
        claim("b", kind="prediction", claim_date="2024-10", language="uk", topics=["two"], speaker={"name": "Bob"},
              source=page("q")),
        claim("c", kind="opinion", claim_date="2024-11-01/..", language="en", topics=["one", "two"]),
        claim("d", kind="normative"),
    ]  # fmt: skip
    callers.contributor.made(f"/v1/claims/{ids[3]}/appearances", {"source": page("p")})
    callers.reviewer.made(f"/v1/claims/{ids[0]}/verdicts", {"rating": "supported"})
    callers.second_reviewer.made(f"/v1/claims/{ids[1]}/verdicts", {"rating": "refuted"})
    callers.reviewer.post(f"/v1/claims/{ids[2]}/take")
    return Library(*(read(callers, one) for one in ids))


def test_lists_are_narrowed_by_every_filter(callers: Callers) -> None:
    known = library(callers)
    ada, bob = known.a["speaker"]["id"], known.b["speaker"]["id"]
    p, q = known.a["source"], known.b["source"]
    first, second = callers.reviewer.id, callers.second_reviewer.id
    expected = {
        "": "abcd",
        "status=supported": "a",
        "status=supported&status=refuted": "ab",
        "status=in_review&status=unreviewed": "cd",
        "status=void": "",
        "kind=prediction": "b",
        "kind=prediction&kind=normative": "bd",
        f"speaker={ada}": "a",
        f"speaker={ada}&speaker={bob}": "ab",
        f"speaker={UNKNOWN}": "",
        f"source={p['id']}": "ad",
        f"source={p['id']}&source={q['id']}": "abd",
        f"publisher={p['publisher']['id']}": "ad",
        f"publisher={p['publisher']['id']}&publisher={q['publisher']['id']}": "abd",
        "topic=one": "ac",
        "topic=one&topic=two": "abc",
        "language=uk": "b",
        "language=uk&language=en": "abc",
        f"reviewer={first}": "a",
        f"reviewer={first}&reviewer={second}": "ab",
        "claimed_from=2024-10-24": "bc",
        "claimed_from=2025": "c",
        "claimed_to=2024-10-22": "b",
        "claimed_to=2024-09": "",
        "claimed_from=2024-10-23&claimed_to=2024-10-23": "ab",
        f"updated_since={known.b['updated_at']}": "bc",
        "updated_since=2100-01-01T00:00:00Z": "",
        "kind=factual&language=en": "a",
        "kind=factual&language=uk": "",
    }
    found = {query: "".join(sorted(map(str, texts(callers, query)))) for query in expected}
    assert found == expected


def test_lists_are_sorted_as_asked(callers: Callers) -> None:
    library(callers)
    assert texts(callers, "") == texts(callers, "sort=-updated") == ["c", "b", "a", "d"]
    assert texts(callers, "sort=-created") == ["d", "c", "b", "a"]
    assert texts(callers, "sort=-claimed") == ["c", "a", "b", "d"]
    problem(callers.anyone.get("/v1/claims?sort=updated"), 422, "/sort")


def test_every_sort_and_filter_pages_to_the_end(callers: Callers) -> None:
    library(callers)
    for query in (
        "sort=-updated",
        "sort=-created",
        "sort=-claimed",
        "topic=one&topic=two",
        "kind=factual&kind=normative",
    ):
        assert texts(callers, f"{query}&limit=1") == texts(callers, query)


def test_a_list_shows_whole_claims(callers: Callers) -> None:
    made = callers.contributor.made("/v1/claims", FULL)
    assert [one | {"possible_matches": []} for one in callers.anyone.read("/v1/claims")["items"]] == [made]


def test_bad_filters_are_named(callers: Callers) -> None:
    for query, pointer in {
        "status=good": "/status/0",
        "kind=factual&kind=fact": "/kind/1",
        "speaker=ada": "/speaker/0",
        "language=english!": "/language/0",
        "claimed_from=2024-13-45": "/claimed_from",
        "claimed_to=2024-10-20/2024-10-01": "/claimed_to",
        "updated_since=2024-10-23": "/updated_since",
        "colour=red": "/colour",
    }.items():
        problem(callers.anyone.get(f"/v1/claims?{query}"), 422, pointer)


def test_dates_are_kept_as_given_and_have_bounds_to_filter_by(callers: Callers) -> None:
    within = {
        "2024-10-23": ("2024-10-23", "2024-10-24"),
        "2024-10": ("2024-10-31", "2024-11-01"),
        "2024-10-22~": ("2024-10-22", "2024-10-23"),
        "2024-10-01/2024-10-20": ("2024-10-20", "2024-10-21"),
        "2024-22": ("2024-08-31", "2024-09-01"),
        "202X": ("2029-12-31", "2030-01-01"),
        "-0044-03-15": ("-0044-03-15", "-0044-03-16"),
        "../2024-05": ("2024-05-31", "2024-06-01"),
    }
    for date, (last, after) in within.items():
        claim = callers.contributor.claim(date, claim_date=date, event_date=date)
        assert (read(callers, claim)["claim_date"], read(callers, claim)["event_date"]) == (date, date)
        assert date in texts(callers, f"claimed_from={last}"), date
        assert date not in texts(callers, f"claimed_from={after}"), date
    callers.contributor.claim("open", claim_date="2024-11-01/..")
    assert "open" in texts(callers, "claimed_from=9000")
    assert "open" not in texts(callers, "claimed_to=2024-10-31")


def test_making_a_claim_says_where_it_is(callers: Callers) -> None:
    answer = callers.contributor.post("/v1/claims", FULL)
    assert (answer.status_code, answer.content_type) == (201, "application/json")
    found = callers.anyone.get(answer.headers["Location"])
    assert found.get_json() | {"possible_matches": []} == answer.get_json()
    assert found.headers["ETag"] == answer.headers["ETag"]
    assert found.get_json()["url"].endswith(f"/claims/{found.get_json()['id']}")


def test_what_is_not_there_is_not_found(callers: Callers) -> None:
    for path in ("", "/status", "/history", "/verdicts", "/corroboration"):
        for unknown in (UNKNOWN, "x", "%00", "%F0%9F%92%A9"):
            problem(callers.anyone.get(f"/v1/claims/{unknown}{path}"), 404)


def test_every_field_can_be_amended(callers: Callers) -> None:
    claim = callers.contributor.claim()
    changed = {**FULL, "text": "Another wording", "kind": "opinion"}
    answer = callers.contributor.patch(f"/v1/claims/{claim}", changed)
    found = read(callers, claim)
    assert answer.get_json() == found
    for name in ("text", "quote", "kind", "claim_date", "event_date", "place", "language", "topics", "context"):
        assert found[name] == changed[name]
    assert (found["speaker"]["name"], found["relayed_by"]["name"]) == ("John Kirby", "A wire service")
    assert found["source"]["url"] == "https://example.org/article"
    assert [one["first"] for one in found["appearances"]] == [True]


def test_fields_that_may_be_null_can_be_emptied(callers: Callers) -> None:
    claim = callers.contributor.made("/v1/claims", FULL)["id"]
    emptied = dict.fromkeys(
        ("quote", "speaker", "relayed_by", "claim_date", "event_date", "place", "language", "context")
    )
    found = callers.contributor.patch(f"/v1/claims/{claim}", emptied).get_json()
    assert {name: found[name] for name in emptied} == emptied
    assert found["text"] == FULL["text"]


def test_amending_takes_the_present_version(callers: Callers) -> None:
    claim = callers.contributor.claim()
    path, before = f"/v1/claims/{claim}", read(callers, claim)
    etag = callers.anyone.get(path).headers["ETag"]
    problem(callers.contributor.call("PATCH", path, {"text": "Other"}), 428)
    for stale in ('"0.1"', f"W/{etag}"):
        problem(callers.contributor.patch(path, {"text": "Other"}, match=stale), 412)
    assert read(callers, claim) == before
    assert callers.contributor.patch(path, {"text": "Other"}, match=f'"0.1", {etag}').status_code == 200
    problem(callers.contributor.patch(path, {"text": "Third"}, match=etag), 412)
    assert read(callers, claim)["text"] == "Other"


def test_what_hangs_on_a_claim_makes_a_new_version_of_it(callers: Callers) -> None:
    claim = callers.contributor.claim(speaker={"name": "Ada"})
    path = f"/v1/claims/{claim}"
    speaker = read(callers, claim)["speaker"]["id"]
    seen = {callers.anyone.get(path).headers["ETag"]}
    steps: tuple[Callable[[], TestResponse], ...] = (
        lambda: callers.reviewer.post(f"{path}/evidence", {"url": "https://a.test/", "stance": "supports"}),
        lambda: callers.reviewer.post(f"{path}/verdicts", {"rating": "supported"}),
        lambda: callers.contributor.post(f"{path}/replies", {"text": "No."}),
        lambda: callers.contributor.patch(f"/v1/speakers/{speaker}", {"name": "Ada II"}),
    )
    for step in steps:
        assert step().status_code < 300
        etag = callers.anyone.get(path).headers["ETag"]
        assert etag not in seen
        seen.add(etag)


def test_a_reason_is_required_once_a_verdict_is_published(callers: Callers) -> None:
    claim = callers.contributor.claim()
    assert callers.contributor.patch(f"/v1/claims/{claim}", {"text": "Freely"}).status_code == 200
    callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "supported"})
    problem(callers.contributor.patch(f"/v1/claims/{claim}", {"text": "Quietly"}), 422, "/reason")
    assert read(callers, claim)["text"] == "Freely"
    answer = callers.contributor.patch(f"/v1/claims/{claim}", {"text": "Openly", "reason": "A typing error."})
    assert answer.get_json()["text"] == "Openly"
    newest = callers.anyone.read(f"/v1/claims/{claim}/history")["items"][-1]
    assert (newest["type"], newest["payload"]["reason"]) == ("claim.amended", "A typing error.")


def test_a_claim_that_is_taken_is_in_review_until_it_is_released(callers: Callers) -> None:
    claim = callers.contributor.claim()
    taken = callers.reviewer.post(f"/v1/claims/{claim}/take").get_json()
    assert (taken["status"], taken["workflow"], taken["taken_by"]["id"]) == (
        "in_review", "in_review", callers.reviewer.id,
    )  # fmt: skip
    assert callers.reviewer.post(f"/v1/claims/{claim}/take").get_json() == taken
    released = callers.reviewer.post(f"/v1/claims/{claim}/release").get_json()
    assert (released["status"], released["workflow"], released["taken_by"]) == ("unreviewed", "unreviewed", None)


def test_what_one_took_another_may_not(callers: Callers) -> None:
    claim = callers.contributor.claim()
    callers.reviewer.post(f"/v1/claims/{claim}/take")
    refusal = problem(callers.second_reviewer.post(f"/v1/claims/{claim}/take"), 409)
    assert refusal["taken_by"] == callers.reviewer.id
    problem(callers.second_reviewer.post(f"/v1/claims/{claim}/release"), 403)
    assert read(callers, claim)["taken_by"]["id"] == callers.reviewer.id
    assert callers.editor.post(f"/v1/claims/{claim}/release").get_json()["taken_by"] is None


def test_a_relation_shows_in_both_claims(callers: Callers) -> None:
    for kind in ("same_event", "narrower", "contradicts", "confirms", "later_version", "distinct"):
        one, other = callers.contributor.claim("One"), callers.contributor.claim("Other")
        given = {"kind": kind, "claim": other, "note": "Look."}
        made = callers.reviewer.made(f"/v1/claims/{one}/relations", given)
        outgoing, incoming = made["relations"][0], read(callers, other)["relations"][0]
        assert outgoing == {
            "id": outgoing["id"],
            "kind": kind,
            "direction": "outgoing",
            "claim": other,
            "note": "Look.",
        }
        assert incoming == {**outgoing, "direction": "incoming", "claim": one}
        problem(callers.reviewer.post(f"/v1/claims/{one}/relations", given), 409, "/claim")
        problem(callers.reviewer.post(f"/v1/claims/{one}/relations", {"kind": kind, "claim": one}), 422, "/claim")
        for claim in (one, other):
            history = callers.anyone.read(f"/v1/claims/{claim}/history")["items"]
            assert "relation" in each(each(history, "subject"), "type")  # type: ignore[arg-type]


def test_a_claim_appears_in_several_sources_the_first_being_its_own(callers: Callers) -> None:
    claim = callers.contributor.claim(source={"url": "https://a.test/"})
    path = f"/v1/claims/{claim}/appearances"
    made = callers.contributor.made(path, {"source": {"url": "https://b.test/"}})
    assert [(one["source"]["url"], one["first"]) for one in made["appearances"]] == [
        ("https://a.test/", True), ("https://b.test/", False),
    ]  # fmt: skip
    problem(callers.contributor.post(path, {"source": {"url": "HTTPS://B.test/#x"}}), 409, "/source")


def test_a_claim_is_one_persons_words_that_another_relays(callers: Callers) -> None:
    claim = callers.contributor.claim(speaker={"name": "Ada"}, relayed_by={"name": "Agency", "kind": "organisation"})
    found = read(callers, claim)
    assert (found["speaker"]["name"], found["relayed_by"]["name"]) == ("Ada", "Agency")
    assert found["relayed_by"]["kind"] == "organisation"
    assert texts(callers, f"speaker={found['relayed_by']['id']}") == []


def test_the_speaker_has_a_right_of_reply(callers: Callers) -> None:
    claim = callers.contributor.claim()
    path = f"/v1/claims/{claim}/replies"
    callers.contributor.made(path, {"text": "I never said so.", "source": {"url": "https://ada.test/"}})
    made = callers.contributor.made(path, {"text": "And\nif I did ..."})
    assert [(one["text"], (one["source"] or {}).get("url")) for one in made["replies"]] == [
        ("I never said so.", "https://ada.test/"), ("And\nif I did ...", None),
    ]  # fmt: skip


def test_the_small_status_says_what_the_claim_says(callers: Callers) -> None:
    claim = callers.contributor.claim()
    for caller, rating in ((callers.reviewer, "refuted"), (callers.second_reviewer, "supported")):
        caller.made(f"/v1/claims/{claim}/verdicts", {"rating": rating, "label": "A label"})
        whole, small = read(callers, claim), callers.anyone.read(f"/v1/claims/{claim}/status")
        deciding = whole["verdict"] or {"rating": None, "label": None}
        assert small == {
            "id": claim,
            "status": whole["status"],
            "rating": deciding["rating"],
            "label": deciding["label"],
            "verdicts": len(whole["verdicts"]),
            "disputed": whole["status"] == "disputed",
            "merged_into": None,
            "updated_at": whole["updated_at"],
            "seq": whole["seq"],
        }


def test_up_to_200_statuses_come_at_once_in_the_order_asked(callers: Callers) -> None:
    one, other = callers.contributor.claim("One"), callers.contributor.claim("Other")
    answer = callers.anyone.read(f"/v1/statuses?id={other}&id={UNKNOWN}&id={one}")
    assert each(answer["items"], "id") == [other, one]
    assert answer["items"][1] == callers.anyone.read(f"/v1/claims/{one}/status")
    assert answer["missing"] == [UNKNOWN]
    many = "&".join(f"id=01890a5d-ac96-774b-bcce-{number:012}" for number in range(201))
    problem(callers.anyone.get(f"/v1/statuses?{many}"), 422, "/id")
    assert callers.anyone.get(f"/v1/statuses?{many.rpartition('&')[0]}").status_code == 200
    problem(callers.anyone.get("/v1/statuses"), 422, "/id")


def test_merging_moves_evidence_and_appearances_and_leaves_a_308(callers: Callers) -> None:
    old = callers.contributor.claim("Old", source={"url": "https://a.test/"})
    new = callers.contributor.claim("New", source={"url": "https://b.test/"})
    for claim, url in ((old, "https://c.test/"), (old, "https://d.test/"), (new, "https://d.test/#same")):
        callers.reviewer.made(f"/v1/claims/{claim}/evidence", {"url": url, "stance": "supports"})
    answer = callers.editor.post(f"/v1/claims/{old}/merge", {"into": new})
    survivor = read(callers, new)
    assert (answer.status_code, answer.get_json()) == (200, survivor)
    assert {link["source"]["url"] for link in survivor["evidence"]} == {"https://c.test/", "https://d.test/"}
    assert len(survivor["evidence"]) == 2
    assert {one["source"]["url"] for one in survivor["appearances"]} == {"https://a.test/", "https://b.test/"}
    assert survivor["source"]["url"] == "https://b.test/"
    assert survivor["merged_from"] == [old]
    for tail in ("", "/status"):
        moved = callers.anyone.get(f"/v1/claims/{old}{tail}")
        assert (moved.status_code, moved.headers["Location"]) == (308, f"/v1/claims/{new}{tail}")
    assert texts(callers, "") == ["New"]


def test_merging_keeps_both_histories(callers: Callers) -> None:
    old, new = callers.contributor.claim("Old"), callers.contributor.claim("New")
    before = [callers.anyone.read(f"/v1/claims/{one}/history")["items"] for one in (old, new)]
    callers.editor.post(f"/v1/claims/{old}/merge", {"into": new})
    both = callers.anyone.read(f"/v1/claims/{new}/history")["items"]
    own = callers.anyone.read(f"/v1/claims/{old}/history")["items"]
    assert both[:2] == [*before[0], *before[1]]
    assert own[:1] == before[0]
    assert {"claim.merged", "claim.absorbed"} <= set(each(both, "type"))


def test_a_merged_claim_takes_no_more_writes(callers: Callers) -> None:
    old, new, third = (callers.contributor.claim(text) for text in ("Old", "New", "Third"))
    callers.editor.post(f"/v1/claims/{old}/merge", {"into": new})
    for tail, body in {
        "verdicts": {"rating": "supported"},
        "evidence": {"url": "https://a.test/", "stance": "supports"},
        "evidence:batch": {"items": [{"url": "https://a.test/", "stance": "supports"}]},
        "replies": {"text": "No."},
        "relations": {"kind": "confirms", "claim": third},
        "appearances": {"source": {"title": "T"}},
        "merge": {"into": third},
        "take": None,
        "release": None,
    }.items():
        assert problem(callers.editor.post(f"/v1/claims/{old}/{tail}", body), 409)["merged_into"] == new
    problem(callers.editor.post(f"/v1/claims/{third}/merge", {"into": old}), 409, "/into")
    problem(callers.editor.post(f"/v1/claims/{third}/merge", {"into": third}), 422, "/into")
    problem(callers.editor.post(f"/v1/claims/{third}/merge", {"into": UNKNOWN}), 422, "/into")
    assert callers.editor.call("PATCH", f"/v1/claims/{old}", {"text": "x"}, {"If-Match": "*"}).status_code == 409


def test_merging_twice_keeps_all_three_histories_under_the_last(callers: Callers) -> None:
    first, second, third = (callers.contributor.claim(text) for text in ("First", "Second", "Third"))
    callers.editor.post(f"/v1/claims/{first}/merge", {"into": second})
    callers.editor.post(f"/v1/claims/{second}/merge", {"into": third})
    assert sorted(read(callers, third)["merged_from"]) == sorted([first, second])
    history = callers.anyone.read(f"/v1/claims/{third}/history")["items"]
    assert each(history, "type").count("claim.submitted") == 3


def test_corroboration_tells_links_from_witnesses_and_says_why(callers: Callers) -> None:
    claim = callers.contributor.claim(source={"url": "https://speech.test/"})

    def link(url: str, origin: bool | None = None, publisher: str | None = None) -> tuple[str, str]:
        """The new evidence and its source."""
        source = callers.reviewer.made(
            "/v1/sources", {"url": url, "is_origin": origin, "publisher": publisher and {"name": publisher}}
        )["id"]
        given = {"source": {"id": source}, "stance": "supports"}
        return callers.reviewer.made(f"/v1/claims/{claim}/evidence", given)["id"], source

    briefing = callers.reviewer.made("/v1/sources", {"url": "https://gov.test/", "is_origin": True})["id"]
    quoting = [link(f"https://paper{number}.test/") for number in range(2)]
    for _, source in quoting:
        callers.reviewer.made(f"/v1/sources/{source}/citations", {"origin": {"id": briefing}, "kind": "quotes"})
    sisters = [link(f"https://sister.test/{number}", True, "Sister") for number in range(2)]
    unknown = link("https://blog.test/")
    own = callers.reviewer.made(f"/v1/claims/{claim}/evidence", {"url": "https://speech.test/", "stance": "supports"})
    callers.reviewer.made(f"/v1/claims/{claim}/evidence", {"url": "https://else.test/", "stance": "mentions"})

    counted = callers.anyone.read(f"/v1/claims/{claim}/corroboration")
    supports = counted["supports"]
    counts = {"links": 6, "publishers": 1, "independent_origins": 2, "origin_unknown": 1}
    assert {name: supports[name] for name in counts} == counts
    assert read(callers, claim)["corroboration"]["supports"] == counts
    assert read(callers, claim)["corroboration"]["refutes"] == dict.fromkeys(counts, 0)

    groups = {frozenset(group["links"]): group for group in supports["groups"]}
    same_origin = groups[frozenset(one for one, _ in quoting)]
    assert (same_origin["uncounted"], same_origin["origins"]) == (None, [briefing])
    assert [(why["kind"], why["source"]) for why in same_origin["reasons"]] == [("shared_origin", briefing)]
    same_house = groups[frozenset(one for one, _ in sisters)]
    assert [why["kind"] for why in same_house["reasons"]] == ["same_publisher"]
    assert groups[frozenset([unknown[0]])]["uncounted"] == "origin_unknown"
    assert groups[frozenset([own["id"]])]["uncounted"] == "claim_itself"
    assert len(groups) == 4

    graph = counted["graph"]
    assert sorted((edge["source"], edge["origin"], edge["kind"]) for edge in graph["edges"]) == sorted(
        (source, briefing, "quotes") for _, source in quoting
    )
    nodes = {node["id"]: node["is_origin"] for node in graph["nodes"]}
    assert nodes[briefing] is True
    assert nodes[unknown[1]] is None
