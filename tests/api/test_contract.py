"""The OpenAPI document against the running service: schemathesis makes requests from it, good and bad; more in CI.

All its checks are on and no operation is left out. Ids in paths and bodies are, as often as not, those of
things that are there, so that requests come further than to a 404.
"""

from typing import Any
from uuid import UUID, uuid4

import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis.checks import negative_data_rejection, positive_data_acceptance
from schemathesis.config import SchemathesisConfig

from factcheck.app import create_app
from factcheck.config import Settings
from tests.callers import Callers
from tests.thoroughness import IN_FULL, times

_known: dict[str, str] = {}

_config = SchemathesisConfig.from_dict(
    {
        # RFC 6585 has this very status for a change without If-Match.
        "checks": {
            "missing_required_header": {"expected-statuses": [400, 401, 403, 422, 428]},
            # What nobody can ask for here says so.
            "not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx", 501]},
        },
        # The edges of every field: they take longer to make up than all the rest.
        "phases": {"coverage": {"enabled": IN_FULL}},
    }
)
for _media_type in ("application/jsonl", "text/csv", "text/html"):
    # Files are texts as they are.
    schemathesis.serializer(_media_type)(lambda _, value: value if isinstance(value, bytes) else str(value).encode())

_app = create_app(Settings(log_level="CRITICAL", rate_limit=""))
_schema = schemathesis.openapi.from_wsgi("/openapi.json", _app, config=_config)


def _id(number: int) -> str:
    """One of the ids that are there, or one that is not."""
    ids = [known for known in _known.values() if known != "plain"]
    return ids[number] if number < len(ids) else str(UUID(int=number, version=4))


schemathesis.openapi.format("uuid", st.integers(0, 30).map(_id))
schemathesis.openapi.format(
    "edtf", st.sampled_from(["2024-10-23", "2024-10-22~", "2024", "202X", "2024-10-01/2024-10-20", "2024-11-01/.."])
)
schemathesis.openapi.format(
    "iri",
    st.builds(
        "{}://{}/{}".format,
        st.sampled_from(["http", "https", "HTTPS"]),
        st.sampled_from(["example.org", "a.example:8080", "bücher.example", "[::1]"]),
        st.text(st.sampled_from("abcé/.?=&%20#"), max_size=20),
    ),
)


@_schema.parametrize()
@settings(max_examples=times(30, 3), deadline=None, suppress_health_check=list(HealthCheck))
def test_every_operation_does_what_the_document_says(case: Any, database: str) -> None:
    token = _furnished(database)
    for name in case.path_parameters or {}:
        if name in _known and uuid4().int % 2:
            case.path_parameters[name] = _known[name]
    if "If-Match" in (case.headers or {}) and uuid4().int % 2:
        case.headers["If-Match"] = "*"
    headers = {"Authorization": f"Bearer {token}"}
    response = case.call(headers=headers)
    excused = _EXCUSED if _refused_by_the_record(response) else []
    if case.method == "POST" and case.path == "/v1/import":
        excused = [*excused, *_OF_FILES]
    case.validate_response(response, headers=headers, excluded_checks=excused)


# Valid as far as any document can say, and still refused: an id that names nothing, a made-up cursor, a
# version that is not the present one. Such a refusal has a problem type of its own; one by a schema has not.
_EXCUSED = [positive_data_acceptance]
# A body that is a file is text: what is made up as something else, a number, is text too once it is sent.
_OF_FILES = [negative_data_rejection]


def _refused_by_the_record(response: Any) -> bool:
    if response.status_code not in (400, 412, 422):
        return False
    problem = response.json()
    if "error" in problem:
        return _refused_in_googles_form(problem["error"])
    # Whether a host can be one is likewise more than a pattern says.
    return problem["type"] != "about:blank" or all(
        "not a URL" in error["detail"] for error in problem.get("errors", [{"detail": ""}])
    )


def _refused_in_googles_form(error: dict[str, Any]) -> bool:
    """No document can say which tokens are ours, what a host can be, or that one of two parameters is needed."""
    said = ("no cursor of this service", "is no site", "not a URL", "is required unless", "cannot be specified along")
    return error["status"] == "INVALID_ARGUMENT" and any(one in error["message"] for one in said)


_tokens: dict[str, str] = {}


def _furnished(database: str) -> str:
    """An administrator's token for a database that holds one of each thing."""
    if database not in _tokens:
        callers = Callers(_app)
        reviewer = callers.reviewer
        claim = reviewer.claim(speaker={"name": "Somebody"}, source={"title": "Something", "publisher": {"name": "P"}})
        read = reviewer.read(f"/v1/claims/{claim}")
        evidence = reviewer.made(f"/v1/claims/{claim}/evidence", {"url": "https://example.org/", "stance": "supports"})
        verdict = reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "supported", "evidence": [evidence["id"]]})
        admin = callers.admin
        _known.update(
            claim_id=claim,
            speaker_id=read["speaker"]["id"],
            source_id=read["source"]["id"],
            publisher_id=read["source"]["publisher"]["id"],
            evidence_id=evidence["id"],
            verdict_id=verdict["id"],
            account_id=reviewer.id,
            webhook_id=admin.made("/v1/webhooks", {"url": "https://example.org/"})["id"],
            slug="plain",
            other=reviewer.claim("Another claim"),
        )
        _tokens[database] = admin.token or ""
    return _tokens[database]
