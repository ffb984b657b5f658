"""What every route promises alike: problems, versions, retries, pages, headers and probes."""

import gzip
import io
import json
import re
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from openapi_spec_validator import validate
from werkzeug.test import TestResponse

from factcheck.app import create_app
from factcheck.config import Settings
from factcheck.storage import db, journal
from tests.api.answers import each, everything, problem
from tests.callers import Caller, Callers, Json

Make = Callable[..., Callers]

LISTS = ("/v1/claims", "/v1/corrections", "/v1/speakers", "/v1/sources", "/v1/publishers", "/v1/scales", "/v1/accounts")


def raw(
    caller: Caller, body: bytes, media_type: str | None = "application/json", path: str = "/v1/claims"
) -> TestResponse:
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.app.test_client().post(path, data=body, content_type=media_type, headers=headers)


def written(callers: Callers) -> Json:
    """One of each thing, by name."""
    claim = callers.contributor.made("/v1/claims", {"text": "t", "speaker": {"name": "Ada"}, "source": {
        "title": "T", "publisher": {"name": "P"}}})  # fmt: skip
    link = callers.reviewer.made(f"/v1/claims/{claim['id']}/evidence", {"url": "https://a.test/", "stance": "supports"})
    verdict = callers.reviewer.made(f"/v1/claims/{claim['id']}/verdicts", {"rating": "supported"})
    return {"claim": claim, "evidence": link, "verdict": verdict}


def readable(callers: Callers) -> list[str]:
    """The address of something at every GET of the API."""
    made = written(callers)
    claim, source = made["claim"]["id"], made["claim"]["source"]
    account = callers.admin.id
    token = callers.admin.read(f"/v1/accounts/{account}/tokens")["items"][0]["id"]
    return [
        *LISTS, "/openapi.json", "/v1/me", "/v1/changes", f"/v1/claims/{claim}",
        f"/v1/claims/{claim}?as_of={journal.size()}",
        *(f"/v1/claims/{claim}/{tail}" for tail in ("status", "history", "verdicts", "corroboration")),
        f"/v1/statuses?id={claim}", f"/v1/speakers/{made['claim']['speaker']['id']}", f"/v1/sources/{source['id']}",
        f"/v1/sources/{source['id']}/citations", f"/v1/publishers/{source['publisher']['id']}", "/v1/scales/plain",
        f"/v1/evidence/{made['evidence']['id']}", f"/v1/verdicts/{made['verdict']['id']}", f"/v1/accounts/{account}",
        f"/v1/accounts/{account}/tokens", f"/v1/accounts/{account}/tokens/{token}",
        f"/claims/{claim}", *(f"/claims/{claim}{tail}" for tail in (".jsonld", "/badge.svg", "/card")),
        *(f"/feeds/{name}" for name in ("claimreview.json", "verdicts.atom", "corrections.atom")),
        "/v1/export/claims.jsonl", "/v1/export/claims.csv", f"/oembed?url=http://127.0.0.1:8000/claims/{claim}",
        "/v1alpha1/claims:search?query=t", f"/v1alpha1/pages/{claim}", "/v1alpha1/pages?organization=127.0.0.1",
    ]  # fmt: skip


def test_what_is_not_there_is_a_problem(callers: Callers) -> None:
    for path in ("/nope", "/v1", "/v1/claims/", "/v2/claims", "/v1/claims/x/y/z", "/docs/../app.py", "/%ff"):
        problem(callers.anyone.get(path), 404)


def test_another_method_is_a_problem_that_names_those_allowed(callers: Callers) -> None:
    for method, path, allowed in (
        ("PUT", "/v1/claims", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("DELETE", "/v1/claims/x", {"GET", "HEAD", "OPTIONS", "PATCH"}),
        ("POST", "/healthz", {"GET", "HEAD", "OPTIONS"}),
    ):
        answer = callers.admin.call(method, path)
        problem(answer, 405)
        assert set(answer.headers["Allow"].split(", ")) == allowed


def test_a_body_over_1_mib_is_too_large(callers: Callers) -> None:
    rest = len(json.dumps({"text": ""}))
    problem(raw(callers.admin, json.dumps({"text": "x" * (1024 * 1024 - rest + 1)}).encode()), 413)
    problem(raw(callers.admin, json.dumps({"text": "x" * (1024 * 1024 - rest)}).encode()), 422, "/text")


def test_a_packed_body_is_refused_and_not_taken_for_something_else(callers: Callers) -> None:
    client, packed = callers.app.test_client(), {"Content-Encoding": "gzip"}
    headers = {"Authorization": f"Bearer {callers.admin.token}"}
    for path, media_type in (("/v1/claims", "application/json"), ("/v1/import", "text/csv")):
        answer = client.post(path, data=gzip.compress(b"{}"), content_type=media_type, headers=headers | packed)
        problem(answer, 415)
        assert answer.headers["Accept-Encoding"] == "identity"
    plain = headers | {"Content-Encoding": "identity"}
    problem(client.post("/v1/claims", data=b"{}", content_type="application/json", headers=plain), 422)


def test_a_body_that_says_no_length_is_too_large_from_the_same_byte_on(callers: Callers) -> None:
    rest = len(json.dumps({"text": ""}))
    for more, status in ((1, 413), (0, 422)):
        body = io.BytesIO(json.dumps({"text": "x" * (1024 * 1024 - rest + more)}).encode())
        chunked = {"wsgi.input": body, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
        headers = {"Authorization": f"Bearer {callers.admin.token}"}
        client = callers.app.test_client()
        problem(
            client.post("/v1/claims", content_type="application/json", headers=headers, environ_overrides=chunked),
            status,
        )


def test_what_is_no_json_is_refused(callers: Callers) -> None:
    before = journal.size() if callers.admin else 0
    for body in (b"", b"{", b"text=x", b'{"text": NaN}', b"\xff", b'{"text": "\xff"}',
                 b"[" * 100_000, b'{"text":' * 50_000, b'{"text": "\0"}', b"{'text': 'x'}"):  # fmt: skip
        problem(raw(callers.admin, body), 400)
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "application/xml", None):
        problem(raw(callers.admin, b'{"text": "x"}', media_type), 415)
    assert journal.size() == before


def test_deep_nesting_is_refused(callers: Callers) -> None:
    admin = callers.admin
    for depth in (100, 1000, 5000):
        for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
            nested = opening * depth + (b"1" if opening != b"[" else b"") + closing * depth
            answer = raw(admin, b'{"text": "x", "topics": ' + nested + b"}")
            assert problem(answer, answer.status_code)["status"] in (400, 422)


def test_odd_characters_and_numbers_are_named(callers: Callers) -> None:
    admin = callers.admin
    for body in (b'{"text": "\\ud800"}', b'{"text": "\\udc00\\ud800 x"}', b'{"text": "a\\u0000b"}',
                 b'{"text": 36893488147419103232}', b'{"text": "\\u202e"}'):  # fmt: skip
        problem(raw(admin, body), 422, "/text")
    for value in (2**64, 2**65, -(2**65), 2**53):
        labels = [{"label": "l", "rating": "refuted", "value": value}]
        body = json.dumps({"slug": "s", "title": "t", "labels": labels}).encode()
        problem(raw(admin, body, path="/v1/scales"), 422, "/labels/0/value")
    problem(raw(admin, b'{"text": "x", "\\ud800": 1}'), 422)
    assert raw(admin, b'{"text": "\\ud83d\\ude00"}').get_json()["text"] == "😀"


def test_odd_paths_and_queries_are_refused_without_harm(callers: Callers) -> None:
    written(callers)
    for path in ("claims", "evidence", "verdicts", "speakers", "sources", "publishers", "scales", "accounts"):
        for odd in ("%00", "a%00b", "%ED%A0%80", "%F0%9F%92%A9", "'", "x" * 5000):
            problem(callers.admin.get(f"/v1/{path}/{odd}"), 404)
    for query in ("name=%00", "name=a%00b", "limit=1e3", f"limit={2**65}", "name=%E2%80%AE", "limit="):
        problem(callers.anyone.get(f"/v1/speakers?{query}"), 422)
    problem(callers.anyone.get(f"/v1/scales/plain?version={2**65}"), 422, "/version")


def test_a_request_id_comes_back_and_is_made_where_there_is_none(callers: Callers) -> None:
    answer = callers.anyone.get("/nope", X_Request_Id="abc-123_x.y")
    assert answer.headers["X-Request-Id"] == answer.get_json()["instance"] == "abc-123_x.y"
    for odd in ("", "a b", "<script>", "x" * 101, "a;b"):
        assert callers.anyone.get("/healthz", X_Request_Id=odd).headers["X-Request-Id"] != odd
    assert len({callers.anyone.get("/healthz").headers["X-Request-Id"] for _ in range(5)}) == 5


def test_every_get_has_a_strong_entity_tag_and_answers_304(callers: Callers) -> None:
    for path in readable(callers):
        first = callers.admin.get(path)
        etag = first.headers["ETag"]
        assert first.status_code == 200, path
        assert re.fullmatch(r'"[!#-~]+"', etag), path
        for known in (etag, f"W/{etag}", f'"other", {etag}', f'W/"other",W/{etag}', "*"):
            again = callers.admin.get(path, If_None_Match=known)
            assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag), (path, known)
        for other in ('"other"', 'W/"other"', f'"{etag}"x'):
            again = callers.admin.get(path, If_None_Match=other)
            assert (again.status_code, again.data) == (200, first.data), (path, other)


def test_head_is_get_without_the_body(callers: Callers) -> None:
    old, new = callers.contributor.claim("Old"), callers.contributor.claim("New")
    callers.editor.post(f"/v1/claims/{old}/merge", {"into": new})
    changing = {"X-Request-Id", "Content-Length"}
    for path in (*readable(callers), f"/v1/claims/{old}", f"/v1/claims/{old}/status", "/healthz", "/nope"):
        got, head = callers.admin.get(path), callers.admin.call("HEAD", path)
        assert (head.status_code, head.data) == (got.status_code, b""), path
        assert {name: value for name, value in head.headers.items() if name not in changing} == {
            name: value for name, value in got.headers.items() if name not in changing
        }, path


def test_options_says_what_is_allowed(callers: Callers) -> None:
    answer = callers.anyone.call("OPTIONS", "/v1/claims")
    assert answer.status_code == 200
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_any_page_may_read_what_anyone_may_read(callers: Callers) -> None:
    answer = callers.anyone.get("/v1/claims", Origin="https://dashboard.test")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert {"ETag", "Link", "X-Request-Id"} <= set(answer.headers["Access-Control-Expose-Headers"].split(", "))
    asked = {"Origin": "https://dashboard.test", "Access-Control-Request-Method": "GET"}
    preflight = callers.anyone.call("OPTIONS", "/v1/claims", headers=asked)
    assert preflight.status_code in (200, 204)
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in preflight.headers["Access-Control-Allow-Methods"]
    assert "If-None-Match" in preflight.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" in callers.anyone.get("/nope", Origin="https://dashboard.test").headers


def test_every_answer_has_security_headers(callers: Callers) -> None:
    for path in ("/v1/claims", "/nope", "/healthz", "/docs", "/docs/swagger-ui.css", "/openapi.json", "/v1/me"):
        with callers.anyone.get(path) as answer:
            headers = answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        for name, _ in headers:
            assert len(headers.getlist(name)) == 1, (path, name)


def test_pages_for_people_are_kept_out_of_frames_and_from_devices(callers: Callers) -> None:
    headers = callers.anyone.get("/docs").headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"]
    assert "camera=()" in headers["Permissions-Policy"]


def test_strict_transport_is_asked_for_over_https_alone(callers: Callers) -> None:
    client = callers.app.test_client()
    assert "max-age" in client.get("/healthz", base_url="https://localhost").headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in client.get("/healthz").headers


def test_what_depends_on_the_reader_is_not_shared_by_caches(callers: Callers) -> None:
    for path in ("/v1/claims", "/v1/me"):
        headers = callers.admin.get(path).headers
        assert "Authorization" in headers["Vary"]
        assert headers["Cache-Control"] in ("no-cache", "private, no-cache", "no-store")


# Retries


KEY = {"Idempotency_Key": "one-and-the-same"}


def test_the_same_key_and_body_get_the_first_answer_again(callers: Callers) -> None:
    first = callers.contributor.post("/v1/claims", {"text": "Once"}, **KEY)
    before = journal.size()
    again = callers.contributor.post("/v1/claims", {"text": "Once"}, **KEY)
    assert (again.status_code, again.data) == (201, first.data)
    for name in ("ETag", "Location", "Content-Type"):
        assert again.headers[name] == first.headers[name]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert journal.size() == before


def test_a_replay_outlives_a_restart(callers: Callers, database: str) -> None:
    first = callers.contributor.post("/v1/claims", {"text": "Once"}, **KEY)
    db.database.close()
    restarted = create_app(Settings(database_url=database, log_level="CRITICAL", rate_limit=""))
    again = Caller(restarted, callers.contributor.token).post("/v1/claims", {"text": "Once"}, **KEY)
    assert (again.data, again.headers["Idempotent-Replayed"]) == (first.data, "true")
    assert len(callers.anyone.read("/v1/claims")["items"]) == 1


def test_the_same_key_with_another_request_is_refused(callers: Callers) -> None:
    callers.contributor.made("/v1/claims", {"text": "Before"})
    callers.contributor.post("/v1/claims", {"text": "Once"}, **KEY)
    before = journal.size()
    problem(callers.contributor.post("/v1/claims", {"text": "Twice"}, **KEY), 422)
    assert journal.size() == before


def test_keys_are_each_accounts_own_and_each_routes(callers: Callers) -> None:
    for caller in (callers.contributor, callers.reviewer):
        answer = caller.post("/v1/claims", {"text": "Once"}, **KEY)
        assert (answer.status_code, answer.headers.get("Idempotent-Replayed")) == (201, None)
    assert callers.contributor.post("/v1/speakers", {"name": "Ada"}, **KEY).status_code == 201
    assert len(callers.anyone.read("/v1/claims")["items"]) == 2


def test_errors_are_not_kept(callers: Callers) -> None:
    problem(callers.contributor.post("/v1/claims", {"text": ""}, **KEY), 422)
    made = callers.contributor.post("/v1/claims", {"text": "Good"}, **KEY)
    assert (made.status_code, made.headers.get("Idempotent-Replayed")) == (201, None)
    claim = made.get_json()["id"]
    callers.reviewer.post(f"/v1/claims/{claim}/take")
    path = f"/v1/claims/{claim}/take"
    problem(callers.second_reviewer.post(path, **KEY), 409)
    callers.reviewer.post(f"/v1/claims/{claim}/release")
    assert callers.second_reviewer.post(path, **KEY).status_code == 200


def test_a_key_has_1_to_255_printable_characters(callers: Callers) -> None:
    for key in ("", "x" * 256, "a\tb", "\x7f"):
        problem(callers.contributor.post("/v1/claims", {"text": "x"}, Idempotency_Key=key), 400)
    assert callers.contributor.post("/v1/claims", {"text": "x"}, Idempotency_Key="x" * 255).status_code == 201


def test_of_two_at_once_one_write_happens(callers: Callers) -> None:
    contributor, answers = callers.contributor, list[TestResponse]()
    barrier = threading.Barrier(4)

    def post() -> None:
        try:
            barrier.wait(10)
            answers.append(contributor.post("/v1/claims", {"text": "Once"}, **KEY))
        finally:
            db.database.close()

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    made = [one for one in answers if one.status_code == 201 and "Idempotent-Replayed" not in one.headers]
    rest = [one for one in answers if one not in made]
    assert (len(made), len(rest)) == (1, 3)
    for one in rest:
        assert one.status_code == 409 or one.data == made[0].data
    assert len(callers.anyone.read("/v1/claims")["items"]) == 1


def test_a_new_token_is_shown_again_to_the_same_bearer_alone(callers: Callers) -> None:
    admin = callers.admin
    path = f"/v1/accounts/{admin.id}/tokens"
    other = Caller(callers.app, admin.made(path, {})["token"], admin.id)
    first = admin.post(path, {"label": "new"}, **KEY)
    assert admin.post(path, {"label": "new"}, **KEY).data == first.data
    answer = other.post(path, {"label": "new"}, **KEY)
    problem(answer, answer.status_code)
    assert 400 <= answer.status_code < 500
    assert first.get_json()["token"] not in answer.get_data(as_text=True)
    head = journal.size()
    for value in db.query("SELECT answer FROM idempotency"):
        assert first.get_json()["token"].encode() not in bytes(value[0])
    assert journal.size() == head


# Pages


def test_a_page_has_1_to_200_items_and_50_by_default(callers: Callers) -> None:
    for number in range(51):
        callers.contributor.made("/v1/speakers", {"name": f"Speaker {number}"})
    assert len(callers.anyone.read("/v1/speakers")["items"]) == 50
    assert len(callers.anyone.read("/v1/speakers?limit=200")["items"]) == 51
    for path in LISTS:
        for limit in ("0", "201", "-1", "1.5", "many", ""):
            problem(callers.admin.get(f"{path}?limit={limit}"), 422, "/limit")
        assert len(callers.admin.read(f"{path}?limit=1")["items"]) <= 1


def test_the_next_page_is_in_the_body_and_in_the_link_header(callers: Callers) -> None:
    for number in range(3):
        callers.contributor.claim(f"Claim {number}", kind="opinion")
    answer = callers.anyone.get("/v1/claims?kind=opinion&limit=2")
    following = answer.get_json()["next"]
    assert answer.headers["Link"] == f'<{following}>; rel="next"'
    assert parse_qs(urlsplit(following).query).keys() == {"kind", "limit", "cursor"}
    last = callers.anyone.get(following)
    assert last.get_json()["next"] is None
    assert "Link" not in last.headers
    full = callers.anyone.get("/v1/claims?kind=opinion&limit=3")
    assert (full.get_json()["next"], full.headers.get("Link")) == (None, None)


def test_only_a_cursor_of_this_very_list_is_taken(callers: Callers) -> None:
    for number in range(3):
        callers.contributor.claim(f"Claim {number}", kind="opinion", speaker={"name": f"{number}"})
    cursor = parse_qs(urlsplit(callers.anyone.read("/v1/claims?kind=opinion&limit=1")["next"]).query)["cursor"][0]
    assert callers.anyone.get(f"/v1/claims?kind=opinion&limit=2&cursor={cursor}").status_code == 200
    flipped = ("B" if cursor[5] != "B" else "C").join((cursor[:5], cursor[6:]))
    for forged in (
        cursor[: len(cursor) // 2],
        cursor[:-1],
        cursor + "A",
        f"{cursor}=",
        flipped,
        "x",
        "é",
        "%00",
        "null",
        "1",
    ):
        problem(callers.anyone.get(f"/v1/claims?kind=opinion&cursor={forged}"), 400, "/cursor")
    problem(callers.anyone.get(f"/v1/claims?cursor={cursor}"), 400, "/cursor")
    problem(callers.anyone.get(f"/v1/claims?kind=opinion&kind=factual&cursor={cursor}"), 400, "/cursor")
    problem(callers.anyone.get(f"/v1/claims?kind=opinion&sort=-created&cursor={cursor}"), 400, "/cursor")
    claim = callers.anyone.read("/v1/claims")["items"][0]["id"]
    for path in (*LISTS, f"/v1/claims/{claim}/history", f"/v1/claims/{claim}/verdicts"):
        problem(callers.admin.get(f"{path}?cursor={cursor}"), 400, "/cursor")
        problem(callers.admin.get(f"{path}?cursor={cursor[: len(cursor) // 2]}"), 400, "/cursor")


@pytest.mark.parametrize("sort", ["-updated", "-created", "-claimed"])
@pytest.mark.parametrize("limit", [1, 3])
def test_writes_between_pages_make_nothing_skipped_and_nothing_twice(callers: Callers, sort: str, limit: int) -> None:
    claims = [callers.contributor.claim(f"Claim {number}", claim_date=f"20{number:02}") for number in range(10)]
    seen: list[Any] = []
    following = f"/v1/claims?sort={sort}&limit={limit}"
    ratings = ["supported", "refuted"] * 20
    while following:
        page = callers.anyone.read(following)
        seen += each(page["items"], "id")
        following = page["next"]
        unseen = [claim for claim in claims if claim not in seen]
        for claim in (seen[0], seen[-1], *unseen[:1], *unseen[-2:]):
            callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": ratings.pop()})
            ratings = ratings or ["supported", "refuted"] * 20
        callers.contributor.claim(f"Made after {len(seen)}", claim_date="1999")
        assert len(seen) < 50, "the list has no end"
    assert len(seen) == len(set(seen))
    assert set(claims) <= set(seen)
    if sort != "-claimed":
        assert set(seen) == set(claims)


def test_other_lists_keep_their_place_too(callers: Callers) -> None:
    for number in range(5):
        callers.contributor.made("/v1/speakers", {"name": f"{number}"})
    page = callers.anyone.read("/v1/speakers?limit=2")
    callers.contributor.made("/v1/speakers", {"name": "new"})
    callers.contributor.patch(f"/v1/speakers/{page['items'][0]['id']}", {"role": "changed"})
    assert each([*page["items"], *everything(callers.anyone, page["next"])], "name") == ["4", "3", "2", "1", "0"]


# Limits, probes and the document


def test_who_asks_too_much_is_told_when_to_come_back(callers_with: Make) -> None:
    callers = callers_with(rate_limit="5/minute")
    reader = callers.reader
    for _ in range(5):
        assert reader.get("/v1/me").status_code == 200
    answer = reader.get("/v1/me")
    problem(answer, 429)
    assert answer.headers["RateLimit"].startswith('"default";r=0;t=')
    assert answer.headers["RateLimit-Policy"] == '"default";q=5;w=60'
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    problem(reader.post(f"/v1/accounts/{reader.id}/tokens", {}), 429)
    assert callers.reviewer.get("/v1/me").status_code == 200
    for _ in range(10):
        assert callers.anyone.get("/healthz").status_code == 200


def test_probes_tell_that_it_lives_and_is_ready(callers: Callers) -> None:
    assert callers.anyone.read("/healthz")["status"] == "ok"
    assert callers.anyone.read("/readyz")["status"] == "ready"


def test_it_is_not_ready_without_its_migrations(callers: Callers) -> None:
    with db.database.atomic() as transaction:
        for (name,) in db.query(
            "SELECT tablename FROM pg_tables WHERE tablename LIKE '%migr%'" if db.is_postgresql()
            else "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%migr%'"
        ):  # fmt: skip
            db.execute(f"DELETE FROM {name}")
        problem(callers.anyone.get("/readyz"), 503)
        assert callers.anyone.get("/healthz").status_code == 200
        transaction.rollback()


def test_metrics_count_requests_by_route_and_status(callers: Callers) -> None:
    def count() -> float:
        answer = callers.anyone.get("/metrics")
        assert (answer.status_code, answer.mimetype) == (200, "text/plain")
        found = re.search(
            r'^factcheck_requests_total\{endpoint="claims.page",method="GET",status="422"\} (\S+)$',
            answer.get_data(as_text=True), re.MULTILINE,
        )  # fmt: skip
        return float(found[1]) if found else 0

    before = count()
    callers.anyone.get("/v1/claims?limit=0")
    assert count() == before + 1


def test_the_document_is_openapi_3_1_and_names_every_route(callers: Callers) -> None:
    document = callers.anyone.read("/openapi.json")
    validate(document)
    assert document["openapi"].startswith("3.1")
    described = {(path, method.upper()) for path, item in document["paths"].items() for method in item}
    for rule in callers.app.url_map.iter_rules():
        if rule.rule.startswith("/v1"):
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                assert (path, method) in described


def test_the_documentation_page_brings_its_scripts_as_files_of_its_own(callers: Callers) -> None:
    answer = callers.anyone.get("/docs")
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\son\w+=|javascript:", page)
    found = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(found) >= 3
    for path in found:
        assert path.startswith("/docs/")
        with callers.anyone.get(path) as file:
            assert file.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in re.sub(r"style-src[^;]*", "", policy)
    assert "http" not in policy
