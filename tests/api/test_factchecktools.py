"""Google's Fact Check Tools API, asked by Google's own client over HTTP, and by hand where that cannot ask."""

import datetime
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse

from factcheck import clock
from factcheck.storage import db, reviews
from factcheck.storage.reviews import Position, Wanted
from tests.callers import Caller, Callers, Json

SEARCH, PAGES = "/v1alpha1/claims:search", "/v1alpha1/pages"
HERE = "127.0.0.1"
"""The site of the service's usual public address."""

Make = Callable[..., Callers]


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *_: Any) -> None:
        """Tests have no use for it."""


@contextmanager
def googles(callers: Callers, token: str | None = None) -> Iterator[Any]:
    """Google's client, pointed at the service, with a key that means nothing or with a token of the service."""

    def serve(environ: Any, start_response: Any) -> Any:
        try:
            return callers.app.wsgi_app(environ, start_response)
        finally:
            # The thread's own; a database that is in use cannot be given back.
            db.database.close()

    server = make_server("127.0.0.1", 0, serve, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    options = {"api_endpoint": f"http://127.0.0.1:{server.server_port}"}
    who: Json = {"credentials": Credentials(token)} if token else {"developerKey": "a-key-of-theirs"}  # type: ignore[no-untyped-call]
    try:
        with build("factchecktools", "v1alpha1", static_discovery=True, client_options=options, **who) as service:
            yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def service(callers: Callers) -> Iterator[Any]:
    with googles(callers) as found:
        yield found


def decide(caller: Caller, claim: str, rating: str = "refuted", **given: object) -> str:
    return str(caller.made(f"/v1/claims/{claim}/verdicts", {"rating": rating, **given})["id"])


def checked(callers: Callers, text: str, verdict: Json | None = None, **claim: object) -> str:
    """The id of a claim with a published verdict."""
    made = callers.contributor.claim(text, **claim)
    decide(callers.reviewer, made, **(verdict or {}))
    return made


def texts(answer: Json) -> list[str]:
    return [claim["text"] for claim in answer.get("claims", [])]


def names(answer: Json) -> list[str]:
    return [page["name"] for page in answer.get("claimReviewMarkupPages", [])]


def to_the_end(first: Any, following: Callable[[Any, Any], Any], read: Callable[[Json], list[str]]) -> list[list[str]]:
    """What each page has, as the client's own way to the next one goes."""
    found = []
    while first is not None:
        answer = first.execute()
        found.append(read(answer))
        first = following(first, answer)
    return found


def refused(request: Any) -> HttpError:
    with pytest.raises(HttpError) as found:
        request.execute()
    return found.value


def error(answer: TestResponse, status: int, name: str) -> Json:
    """What an error says, once it is sure that it has Google's form."""
    assert (answer.status_code, answer.content_type) == (status, "application/json"), answer.get_data(as_text=True)
    body = answer.get_json()
    assert body.keys() == {"error"}
    assert {"code", "message", "status"} <= body["error"].keys() <= {"code", "message", "status", "details"}
    assert (body["error"]["code"], body["error"]["status"]) == (status, name)
    return cast(Json, body["error"])


def test_a_claim_comes_with_its_review_and_nothing_that_is_empty(callers: Callers, service: Any) -> None:
    claim = checked(
        callers, "The bridge is closed", {"scale": "five-step", "label": "False"}, speaker={"name": "Ada"},
        claim_date="2024-10-23", language="en",
    )  # fmt: skip
    verdict = callers.anyone.read(f"/v1/claims/{claim}")["verdict"]
    assert service.claims().search(query="bridge").execute() == {
        "claims": [{
            "text": "The bridge is closed",
            "claimant": "Ada",
            "claimDate": "2024-10-23T00:00:00Z",
            "claimReview": [{
                "publisher": {"name": "factcheck", "site": HERE},
                "url": f"http://127.0.0.1:8000/claims/{claim}",
                "reviewDate": verdict["published_at"],
                "textualRating": "False",
                "languageCode": "en",
            }],
        }]
    }  # fmt: skip


def test_what_is_not_known_is_left_out(callers: Callers, service: Any) -> None:
    claim = checked(callers, "The bridge is closed", claim_date="2024-10")
    [found] = service.claims().search(query="bridge").execute()["claims"]
    assert found.keys() == {"text", "claimReview"}
    assert found["claimReview"][0].keys() == {"publisher", "url", "reviewDate", "textualRating"}
    page = service.pages().get(name=f"pages/{claim}").execute()
    assert page["claimReviewMarkups"] == [
        {"claimReviewed": "The bridge is closed", "rating": {
            "textualRating": "Refuted", "ratingValue": 1, "bestRating": 3, "worstRating": 1}}
    ]  # fmt: skip
    assert service.claims().search(query="nothing of the kind").execute() == {}
    assert service.pages().list(organization="nobody.test").execute() == {}


def test_only_claims_with_published_verdicts_that_stand_are_found(callers_with: Make) -> None:
    callers = callers_with(approvals=1)
    proposed = callers.contributor.claim("A bridge of wood")
    decide(callers.reviewer, proposed)
    voided, standing = (callers.contributor.claim(f"A bridge of {what}") for what in ("iron", "stone"))
    for claim in (voided, standing):
        verdict = decide(callers.reviewer, claim)
        callers.editor.post(f"/v1/verdicts/{verdict}/approve")
        if claim == voided:
            callers.editor.made(f"/v1/verdicts/{verdict}/corrections", {"type": "void", "reason": "Wrong."})
    callers.contributor.claim("A bridge of paper")
    with googles(callers) as service:
        for given in ({"query": "bridge"}, {"reviewPublisherSiteFilter": HERE}):
            assert texts(service.claims().search(**given).execute()) == ["A bridge of stone"]
        assert names(service.pages().list(organization=HERE).execute()) == [f"pages/{standing}"]
        assert refused(service.pages().get(name=f"pages/{proposed}")).status_code == 404


def test_a_merged_claim_is_gone_and_its_address_leads_to_the_other(callers: Callers, service: Any) -> None:
    merged, kept = checked(callers, "Bridge one"), checked(callers, "Bridge two")
    assert callers.editor.post(f"/v1/claims/{merged}/merge", {"into": kept}).status_code == 200
    assert texts(service.claims().search(query="bridge").execute()) == ["Bridge two"]
    assert names(service.pages().list(organization=HERE).execute()) == [f"pages/{kept}"]
    assert names(service.pages().list(url=f"http://127.0.0.1:8000/claims/{merged}").execute()) == [f"pages/{kept}"]


def test_reviewers_who_differ_have_a_review_each_with_a_place_of_its_own(callers: Callers, service: Any) -> None:
    claim = callers.contributor.claim("The bridge is closed")
    one, two = decide(callers.reviewer, claim), decide(callers.second_reviewer, claim, "supported")
    [found] = service.claims().search(query="bridge").execute()["claims"]
    urls = [f"http://127.0.0.1:8000/claims/{claim}#verdict-{verdict}" for verdict in (one, two)]
    assert [review["url"] for review in found["claimReview"]] == urls
    page = service.pages().get(name=f"pages/{claim}").execute()
    assert page["pageUrl"] == f"http://127.0.0.1:8000/claims/{claim}"
    assert [markup["url"] for markup in page["claimReviewMarkups"]] == urls


def test_a_review_that_is_read_elsewhere_has_that_site_its_name_and_its_title(callers: Callers, service: Any) -> None:
    url = "https://www.news.test/bridge?utm_source=x"
    checked(callers, "The bridge is closed", {"review_url": url})
    [found] = service.claims().search(query="bridge").execute()["claims"]
    assert found["claimReview"][0]["publisher"] == {"site": "news.test"}
    assert "title" not in found["claimReview"][0]
    callers.contributor.made("/v1/publishers", {"name": "The News", "url": "https://news.test/"})
    callers.contributor.made("/v1/sources", {"url": "https://www.news.test/bridge", "title": "Is it closed?"})
    [found] = service.claims().search(query="bridge").execute()["claims"]
    review = found["claimReview"][0]
    assert (review["publisher"], review["url"]) == ({"name": "The News", "site": "news.test"}, url)
    assert review["title"] == "Is it closed?"
    [page] = service.pages().list(url="https://www.news.test/bridge").execute()["claimReviewMarkupPages"]
    assert (page["pageUrl"], page["claimReviewAuthor"]) == (url, {"name": "The News"})


def test_one_page_has_the_reviews_of_several_claims(callers: Callers, service: Any) -> None:
    for text in ("Bridge one", "Bridge two"):
        checked(callers, text, {"review_url": "https://news.test/bridges"})
    [page] = service.pages().list(organization="www.news.test").execute()["claimReviewMarkupPages"]
    assert [one["claimReviewed"] for one in page["claimReviewMarkups"]] == ["Bridge one", "Bridge two"]
    assert all("url" not in one for one in page["claimReviewMarkups"])
    assert service.pages().get(name=page["name"]).execute() == page


def test_a_review_that_moves_leaves_the_page_that_it_shared(callers: Callers, service: Any) -> None:
    claim = callers.contributor.claim("Bridge")
    shared = {"review_url": "https://news.test/a"}
    moved = decide(callers.reviewer, claim, **shared)
    decide(callers.second_reviewer, claim, "supported", **shared)
    change = {"type": "minor", "reason": "It moved.", "changes": {"review_url": "https://news.test/b"}}
    callers.reviewer.made(f"/v1/verdicts/{moved}/corrections", change)
    for url, label in (("https://news.test/a", "Supported"), ("https://news.test/b", "Refuted")):
        [page] = service.pages().list(url=url).execute()["claimReviewMarkupPages"]
        assert [one["rating"]["textualRating"] for one in page["claimReviewMarkups"]] == [label]


def test_a_page_says_all_that_its_fields_can(callers: Callers, service: Any) -> None:
    claim = callers.contributor.claim(
        "The bridge is closed", speaker={"name": "Ada", "role": "Mayor"}, speaker_role="Mayor", claim_date="2024-10-23",
        place="Town hall", source={"url": "https://a.test/first", "title": "T"},
    )  # fmt: skip
    callers.contributor.made(f"/v1/claims/{claim}/appearances", {"source": {"url": "https://a.test/later"}})
    decide(callers.reviewer, claim, scale="five-step", label="False", justification="It is open.")
    document = callers.anyone.read(f"/v1/claims/{claim}")
    assert service.pages().get(name=f"pages/{claim}").execute() == {
        "name": f"pages/{claim}",
        "pageUrl": document["url"],
        "publishDate": document["verdict"]["published_at"][:10],
        "claimReviewAuthor": {"name": "factcheck"},
        "claimReviewMarkups": [{
            "claimReviewed": "The bridge is closed",
            "claimDate": "2024-10-23",
            "claimLocation": "Town hall",
            "claimFirstAppearance": "https://a.test/first",
            "claimAppearances": ["https://a.test/later"],
            "claimAuthor": {"name": "Ada", "jobTitle": "Mayor"},
            "rating": {
                "textualRating": "False", "ratingExplanation": "It is open.",
                "ratingValue": 1, "bestRating": 5, "worstRating": 1,
            },
        }],
        "versionId": str(document["seq"]),
    }  # fmt: skip


def test_numbers_that_are_not_whole_are_left_out(callers: Callers, service: Any) -> None:
    labels = [{"label": "No", "rating": "refuted", "value": 0.5}, {"label": "Yes", "rating": "supported", "value": 1}]
    callers.editor.made("/v1/scales", {"slug": "halves", "title": "Halves", "labels": labels})
    claim = checked(callers, "The bridge is closed", {"scale": "halves", "label": "No"})
    [markup] = service.pages().get(name=f"pages/{claim}").execute()["claimReviewMarkups"]
    assert markup["rating"] == {"textualRating": "No"}


def test_searches_are_read_to_their_end(callers: Callers, service: Any) -> None:
    made = [checked(callers, f"Bridge number {number}") for number in range(5)]
    assert len(set(made)) == 5
    for given in ({"query": "bridge"}, {"reviewPublisherSiteFilter": HERE}):
        pages = to_the_end(service.claims().search(pageSize=2, **given), service.claims().search_next, texts)
        assert [len(page) for page in pages] == [2, 2, 1]
        assert len({text for page in pages for text in page}) == 5


def test_a_list_of_a_site_begins_with_the_newest_review(callers: Callers, service: Any) -> None:
    first, second = callers.contributor.claim("One"), callers.contributor.claim("Two")
    for claim in (second, first):
        decide(callers.reviewer, claim)
    decide(callers.second_reviewer, second)
    assert texts(service.claims().search(reviewPublisherSiteFilter=HERE).execute()) == ["Two", "One"]


def test_a_claim_with_several_reviews_on_a_site_comes_once(callers: Callers, service: Any) -> None:
    for number in range(3):
        claim = callers.contributor.claim(f"Bridge {number}")
        decide(callers.reviewer, claim)
        decide(callers.second_reviewer, claim, "supported")
    list_ = service.claims().search(reviewPublisherSiteFilter=HERE, pageSize=1)
    pages = to_the_end(list_, service.claims().search_next, texts)
    assert pages == [["Bridge 2"], ["Bridge 1"], ["Bridge 0"]]


def test_pages_are_read_to_their_end(callers: Callers, service: Any) -> None:
    made = [checked(callers, f"Bridge {number}") for number in range(5)]
    made.append(checked(callers, "Elsewhere", {"review_url": "http://127.0.0.1:8000/about"}))
    pages = to_the_end(service.pages().list(organization=HERE, pageSize=2), service.pages().list_next, names)
    assert [len(page) for page in pages] == [2, 2, 2]
    assert {f"pages/{claim}" for claim in made[:5]} < {name for page in pages for name in page}


def test_an_offset_passes_over_the_first_and_a_token_goes_before_it(callers: Callers, service: Any) -> None:
    for number in range(5):
        checked(callers, f"Bridge {number}")
    for given in ({"query": "bridge"}, {"reviewPublisherSiteFilter": HERE}):
        whole = texts(service.claims().search(**given).execute())
        list_ = service.claims().search(pageSize=2, offset=1, **given)
        assert to_the_end(list_, service.claims().search_next, texts) == [whole[1:3], whole[3:5]]
        assert service.claims().search(offset=5, **given).execute() == {}
        assert service.claims().search(offset=9_999, **given).execute() == {}
    whole = names(service.pages().list(organization=HERE).execute())
    list_ = service.pages().list(organization=HERE, pageSize=2, offset=2)
    assert to_the_end(list_, service.pages().list_next, names) == [whole[2:4], whole[4:]]


def test_ten_come_where_no_size_is_asked_for_and_a_hundred_at_most(callers: Callers, service: Any) -> None:
    for number in range(12):
        checked(callers, f"Bridge {number}")
    assert len(texts(service.claims().search(query="bridge").execute())) == 10
    assert len(texts(service.claims().search(query="bridge", pageSize=0).execute())) == 10
    assert len(texts(service.claims().search(query="bridge", pageSize=2**31 - 1).execute())) == 12


def test_regions_of_languages_do_not_count_and_scripts_do(callers: Callers, service: Any) -> None:
    for tag in ("en", "en-GB", "sr-Latn", "sr-Cyrl-RS", "sr", "de", None):
        checked(callers, f"Bridge {tag}", language=tag)
    for wanted, found in (
        ("en-US", {"en", "en-GB"}), ("EN", {"en", "en-GB"}), ("sr-Latn", {"sr-Latn", "sr"}),
        ("sr-RS", {"sr-Latn", "sr-Cyrl-RS", "sr"}), ("fr", set()),
    ):  # fmt: skip
        for given in ({"query": "bridge"}, {"reviewPublisherSiteFilter": HERE}):
            answer = service.claims().search(languageCode=wanted, **given).execute()
            assert set(texts(answer)) == {f"Bridge {tag}" for tag in found}, (wanted, given)


def test_a_site_is_a_host_and_shows_its_own_reviews_alone(callers: Callers, service: Any) -> None:
    claim = callers.contributor.claim("Bridge")
    decide(callers.reviewer, claim, review_url="https://www.news.test/a")
    decide(callers.second_reviewer, claim, "supported", review_url="https://other.test/b")
    checked(callers, "Bridge here")
    for site in ("news.test", "www.news.test", "NEWS.test", "https://www.news.test/anything"):
        for given in ({}, {"query": "bridge"}):
            [found] = service.claims().search(reviewPublisherSiteFilter=site, **given).execute()["claims"]
            assert [review["publisher"]["site"] for review in found["claimReview"]] == ["news.test"]
    assert texts(service.claims().search(query="bridge", reviewPublisherSiteFilter=HERE).execute()) == ["Bridge here"]
    assert service.claims().search(query="bridge", reviewPublisherSiteFilter="a.news.test").execute() == {}


def test_age_is_that_of_the_newer_of_claim_and_review(
    callers: Callers, service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The record's clock never goes back.
    now = clock.now() + datetime.timedelta(days=100)

    def ago(days: int) -> datetime.datetime:
        return now - datetime.timedelta(days=days)

    def at(days_ago: int) -> None:
        monkeypatch.setattr(clock, "now", lambda: ago(days_ago))

    at(30)
    checked(callers, "Bridge of old", claim_date=f"{ago(60):%Y-%m-%d}")
    checked(callers, "Bridge that will close", claim_date=f"{ago(1):%Y-%m-%d}")
    at(5)
    checked(callers, "Bridge of late", claim_date="2001-01-01")
    at(0)
    for given in ({"query": "bridge"}, {"reviewPublisherSiteFilter": HERE}):
        for days, count in ((2, 1), (4, 1), (6, 2), (29, 2), (31, 3), (0, 3), (2**31 - 1, 3)):
            found = texts(service.claims().search(maxAgeDays=days, **given).execute())
            assert len(found) == count, (days, given, found)


def test_a_query_too_long_for_an_address_is_sent_another_way_and_answered(callers: Callers, service: Any) -> None:
    checked(callers, "Мост закрыт")
    asked = " ".join(["мост"] * 200)
    assert texts(service.claims().search(query=asked).execute()) == ["Мост закрыт"]
    client, headers = callers.app.test_client(), {"X-HTTP-Method-Override": "GET"}
    error(client.post(SEARCH, data="query=x&pageSize=x", headers=headers), 400, "INVALID_ARGUMENT")
    error(client.post(SEARCH, data=f"query={'x' * 70_000}", headers=headers), 405, "UNIMPLEMENTED")
    other = callers.contributor.call("POST", "/v1/claims", {"text": "x"}, {"X-HTTP-Method-Override": "GET"})
    assert other.status_code == 201


def test_what_nobody_can_ask_for_here_says_so(callers: Callers, service: Any) -> None:
    pages = service.pages()
    for request in (
        service.claims().imageSearch(imageUri="https://a.test/x.png"), pages.create(body={}),
        pages.update(name="pages/x", body={"pageUrl": "https://a.test/"}), pages.delete(name="pages/x"),
    ):  # fmt: skip
        found = refused(request)
        assert (found.status_code, found.reason) == (501, "this service does not implement this method")
    for caller in (callers.anyone, callers.admin):
        error(caller.post(PAGES, {}, Idempotency_Key="x"), 501, "UNIMPLEMENTED")


def test_what_is_not_there_is_not_found(callers: Callers, service: Any) -> None:
    claim = callers.contributor.claim("Never reviewed")
    for name in ("x", claim, "0" * 32, "a" * 3000, "ü"):
        assert refused(service.pages().get(name=f"pages/{name}")).status_code == 404
    for path in ("/v1alpha1", "/v1alpha1/", "/v1alpha1/claims", f"{PAGES}/", f"{PAGES}/a/b", f"{PAGES}/%00"):
        error(callers.anyone.get(path), 404, "NOT_FOUND")
    assert service.pages().list(url="https://nobody.test/x").execute() == {}


WRONG = (
    ("", "query"), ("query=", "query"), ("languageCode=en", "query"), (f"query={'x' * 1001}", "query"),
    ("query=x&pageSize=-1", "pageSize"), ("query=x&pageSize=x", "pageSize"), ("query=x&pageSize=1.5", "pageSize"),
    (f"query=x&pageSize={2**31}", "pageSize"), ("query=x&offset=-1", "offset"), ("query=x&offset=10001", "offset"),
    ("query=x&maxAgeDays=-1", "maxAgeDays"), ("query=x&maxAgeDays=%00", "maxAgeDays"),
    ("query=x&languageCode=%00", "languageCode"), ("query=x&languageCode=no%20tag", "languageCode"),
    ("reviewPublisherSiteFilter=a%20b", "reviewPublisherSiteFilter"),
    ("reviewPublisherSiteFilter=%00", "reviewPublisherSiteFilter"),
    ("reviewPublisherSiteFilter=https://", "reviewPublisherSiteFilter"),
    ("query=x&pageToken=x", "pageToken"), ("query=x&pageToken=%ff", "pageToken"), ("query=x&alt=media", "alt"),
    ("query=x&alt=proto", "alt"), ("query=x&prettyPrint=maybe", "prettyPrint"), ("query=x&$.xgafv=3", "$.xgafv"),
    ("query=x&page_size=1", "page_size"), ("q=x", "q"),
)  # fmt: skip


def test_a_bad_argument_is_named(callers: Callers) -> None:
    for query, field in WRONG:
        found = error(callers.anyone.get(f"{SEARCH}?{query}"), 400, "INVALID_ARGUMENT")
        assert field in [one["field"] for one in found["details"][0]["fieldViolations"]], query
        assert field in found["message"], query


def test_an_empty_text_is_none(callers: Callers) -> None:
    checked(callers, "Bridge")
    given = f"query=&languageCode=&pageToken=&reviewPublisherSiteFilter={HERE}"
    assert texts(callers.anyone.read(f"{SEARCH}?{given}")) == ["Bridge"]
    given = "query=bridge&languageCode=&reviewPublisherSiteFilter="
    assert texts(callers.anyone.read(f"{SEARCH}?{given}")) == ["Bridge"]
    for wrong in ("pageSize=", "alt=", "$.xgafv=", "maxAgeDays="):
        error(callers.anyone.get(f"{SEARCH}?query=bridge&{wrong}"), 400, "INVALID_ARGUMENT")


def test_a_page_is_asked_for_by_address_or_by_site(callers: Callers) -> None:
    for query in (
        "", "url=https://a.test/&organization=a.test", "url=no%20url", "url=ftp://a.test/", "organization=%00",
        "organization=a.test&pageToken=forged",
    ):  # fmt: skip
        error(callers.anyone.get(f"{PAGES}?{query}"), 400, "INVALID_ARGUMENT")


def test_a_token_is_good_for_its_own_list_with_the_same_filters_alone(callers: Callers) -> None:
    for number in range(3):
        checked(callers, f"Bridge {number}")
    token = callers.anyone.read(f"{SEARCH}?query=bridge&pageSize=1")["nextPageToken"]
    assert texts(callers.anyone.read(f"{SEARCH}?query=bridge&pageSize=2&key=x&offset=7&pageToken={token}"))
    for other in ("query=bridges", "query=bridge&languageCode=en", f"query=bridge&reviewPublisherSiteFilter={HERE}"):
        error(callers.anyone.get(f"{SEARCH}?{other}&pageToken={token}"), 400, "INVALID_ARGUMENT")
    for spoilt in (token[:-1], token + "A", token[1:], "A" + token[1:]):
        error(callers.anyone.get(f"{SEARCH}?query=bridge&pageToken={spoilt}"), 400, "INVALID_ARGUMENT")
    error(callers.anyone.get(f"{PAGES}?organization={HERE}&pageToken={token}"), 400, "INVALID_ARGUMENT")


def test_what_every_google_api_takes_is_taken(callers: Callers) -> None:
    checked(callers, "Bridge")
    asked = f"{SEARCH}?query=bridge"
    whole = callers.anyone.get(asked)
    assert b'\n  "claims"' in whole.data
    plain = callers.anyone.get(
        f"{asked}&alt=json&key=x&access_token=x&oauth_token=x&callback=f&quotaUser=u&uploadType=media"
        "&upload_protocol=raw&$.xgafv=2&prettyPrint=false"
    )
    assert b"\n" not in plain.data
    assert plain.get_json() == whole.get_json()


def test_another_method_is_an_error_of_the_same_form(callers: Callers) -> None:
    answer = callers.admin.call("PATCH", PAGES)
    error(answer, 405, "UNIMPLEMENTED")
    assert "GET" in answer.headers["Allow"]
    error(callers.anyone.post(SEARCH, {}), 405, "UNIMPLEMENTED")


def test_a_key_is_no_token(callers_with: Make) -> None:
    callers = callers_with(public_reads=False)
    token = callers.reader.token
    for query in ("query=x", f"query=x&key={token}", f"query=x&access_token={token}", f"query=x&oauth_token={token}"):
        answer = callers.anyone.get(f"{SEARCH}?{query}")
        error(answer, 401, "UNAUTHENTICATED")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    error(callers.anyone.get(f"{SEARCH}?query=x", X_Goog_Api_Key=str(token)), 401, "UNAUTHENTICATED")
    assert callers.reader.read(f"{SEARCH}?query=x") == {}


def test_a_token_of_the_service_is_sent_as_googles_are(callers_with: Make) -> None:
    callers = callers_with(public_reads=False)
    checked(callers, "Bridge")
    with googles(callers, callers.reader.token) as service:
        assert texts(service.claims().search(query="bridge").execute()) == ["Bridge"]


def test_who_asks_too_much_is_told_in_the_same_form(callers_with: Make) -> None:
    callers = callers_with(rate_limit="1/minute")
    callers.anyone.get(f"{SEARCH}?query=x")
    answer = callers.anyone.get(f"{SEARCH}?query=x")
    error(answer, 429, "RESOURCE_EXHAUSTED")
    assert int(answer.headers["Retry-After"]) > 0


def test_any_text_can_be_searched_for(callers: Callers) -> None:
    checked(callers, "Bridge")
    for text in ("%00", "%ff", "%ed%a0%80", "'", '"', "-", "*", "%25", "a%00b", "(", "%F0%9F%92%A9", "+" * 1000):
        for path in (f"{SEARCH}?query={text}", f"{SEARCH}?query=bridge&reviewPublisherSiteFilter={text}",
                     f"{PAGES}?organization={text}", f"{PAGES}?url={text}", f"{PAGES}/{text}"):  # fmt: skip
            assert callers.anyone.get(path).status_code in (200, 400, 404), path


def test_where_many_claims_are_reviewed_the_words_lead_and_find_the_same(
    callers: Callers, service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        checked(callers, f"Bridge {number}", {"review_url": "https://news.test/x"} if number else {})
    callers.contributor.claim("Bridge that nobody reviewed")
    asked = [{"query": "bridge"}, {"query": "bridge", "reviewPublisherSiteFilter": "news.test"}]
    led = [service.claims().search(**one).execute() for one in asked]
    monkeypatch.setattr(reviews, "_FEW", 0)
    assert [service.claims().search(**one).execute() for one in asked] == led
    assert [len(one["claims"]) for one in led] == [3, 2]


def test_a_page_with_many_reviews_shows_the_newest(
    callers: Callers, service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factcheck.api.factchecktools._ON_A_PAGE", 2)
    for number in range(4):
        checked(callers, f"Bridge {number}", {"review_url": "https://news.test/all"})
    [page] = service.pages().list(organization="news.test").execute()["claimReviewMarkupPages"]
    assert [one["claimReviewed"] for one in page["claimReviewMarkups"]] == ["Bridge 2", "Bridge 3"]


# A plan of an empty table says nothing on PostgreSQL.
@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("backend", ["sqlite"])
def test_reviews_of_a_claim_are_looked_up_by_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviews, "_FEW", -1)
    for wanted in (
        Wanted(), Wanted(["a.test"]), Wanted(["", "a.test"]), Wanted(since="2024"), Wanted(None, ["en", "fr"]),
        Wanted(["a.test"], None, "2024"), Wanted(["a.test"], ["en"], "2024"), Wanted(["", "a.test"], ["en"], "2024"),
        Wanted(["a.test"], ["en"]), Wanted(None, ["en"], "2024"),
    ):  # fmt: skip
        [(condition, params)] = reviews.narrowing(wanted).others
        plan = db.query(f"EXPLAIN QUERY PLAN SELECT 1 FROM search_claims s WHERE {condition}", params)
        assert any("COVERING INDEX reviews_claim (claim=?" in row[3] for row in plan), (wanted, plan)


# A plan of an empty table says nothing on PostgreSQL.
@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("backend", ["sqlite"])
def test_lists_of_reviews_are_read_off_their_index(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Any]] = []
    query = db.query

    def recording(sql: str, params: Any = ()) -> list[db.Row]:
        asked.append((sql, params))
        return query(sql, params)

    monkeypatch.setattr(db, "query", recording)
    reviews.newest(Wanted(["a.test"], ["en"], "2024"), Position("2025", "x"), 10)
    reviews.pages(["a.test"], "f", 10)
    reviews.on_pages(["x"], 10)
    reviews.languages()
    for sql, params in asked:
        for row in query(f"EXPLAIN QUERY PLAN {sql}", params):
            assert "reviews" not in row[3] or "INDEX" in row[3], row[3]
            assert "SCAN documents" not in row[3], row[3]
