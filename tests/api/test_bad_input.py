"""Bad input to every field of every POST: refused with a pointer to the field, and nothing is written.

The fields are those of the OpenAPI document, so a new one is covered by itself; a new route needs a good body
here, of which the tests then spoil one field at a time.
"""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from factcheck.services import suggestions
from factcheck.storage import db, journal
from factcheck.storage.snapshot_files import Store
from tests.api.answers import problem
from tests.callers import Callers, Json
from tests.captures import see
from tests.witnesses import WITNESS, cosigned, sign

UNKNOWN = "01890a5d-ac96-774b-bcce-b302099a8057"
MEGABYTE = 1_000_000

SPEAKER = {"name": "Ada", "kind": "person", "role": "R", "affiliation": "A", "wikidata_id": "Q7259", "aliases": ["L."]}
PUBLISHER = {"name": "P", "url": "https://p.test/"}
SOURCE = {
    "url": "https://new.test/", "title": "T", "kind": "article", "publisher": PUBLISHER, "published_at": "2024-10",
    "language": "en", "access": "open",
}  # fmt: skip
LINK = {"source": SOURCE, "stance": "supports", "quote": {"exact": "e", "prefix": "p", "suffix": "s"}, "note": "n"}


@dataclass(frozen=True)
class Known:
    """What is there for bodies and paths to name."""

    paths: dict[str, str]
    bodies: dict[str, Any]
    foreign: str
    """The id of something that no field can mean."""


def furnish(callers: Callers) -> Known:
    """A record that holds something for every route; the first verdict is published, the second proposed."""
    claim, other = callers.contributor.claim(source={"title": "T"}), callers.contributor.claim("Other")
    link = callers.reviewer.made(f"/v1/claims/{claim}/evidence", {"url": "https://a.test/", "stance": "supports"})
    attached = journal.size()
    published = callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "refuted"})["id"]
    callers.editor.post(f"/v1/verdicts/{published}/approve")
    proposed = callers.second_reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "refuted"})["id"]
    webhook = callers.admin.made("/v1/webhooks", {"url": "https://hooks.test/"})["id"]
    owner = callers.contributor.made("/v1/publishers", {"name": "Owner"})["id"]
    account = callers.admin.id
    verdict = {
        "rating": "supported", "label": "True", "scale": "five-step", "justification": "j", "evidence": [link["id"]],
        "review_url": "https://us.test/", "valid_from": "2024-10", "valid_until": "2024-11",
    }  # fmt: skip
    bodies = {
        "/v1/claims": {
            "text": "t", "quote": "q", "kind": "factual", "speaker": SPEAKER, "speaker_role": "r",
            "speaker_affiliation": "a", "relayed_by": SPEAKER, "claim_date": "2024-10-23", "event_date": "2024-10",
            "place": "p", "language": "en", "topics": ["t"], "context": "c", "source": SOURCE,
        },
        "/v1/claims/{claim_id}/appearances": {"source": SOURCE},
        "/v1/claims/{claim_id}/relations": {"kind": "confirms", "claim": other, "note": "n"},
        "/v1/claims/{claim_id}/replies": {"text": "t", "source": SOURCE},
        "/v1/claims/{claim_id}/merge": {"into": other},
        "/v1/claims/{claim_id}/evidence": LINK,
        "/v1/claims/{claim_id}/evidence:batch": {"items": [LINK]},
        "/v1/claims/{claim_id}/verdicts": {**verdict, "final": True},
        "/v1/match": {"text": "t", "limit": 5, "min_score": 0.5},
        "/v1/flags/{flag_id}/resolve": {"note": "n"},
        "/v1/suggestions/{suggestion_id}/accept": {"origin": SOURCE, "reason": "r"},
        "/v1/suggestions/{suggestion_id}/reject": {"reason": "r"},
        "/v1/verdicts/{verdict_id}/reject": {"reason": "r"},
        "/v1/verdicts/{verdict_id}/corrections": {"type": "rating_change", "reason": "r", "changes": verdict},
        "/v1/speakers": SPEAKER,
        "/v1/sources": {**SOURCE, "is_origin": True},
        "/v1/sources/{source_id}/citations": {"origin": SOURCE, "kind": "quotes", "reason": "r"},
        "/v1/publishers": {**PUBLISHER, "owner": owner},
        "/v1/scales": {"slug": "s", "title": "t", "labels": [{"label": "l", "rating": "refuted", "value": 1}]},
        "/v1/log/redactions": {"seq": attached, "reason": "r", "authority": "a"},
        "/v1/webhooks": {"url": "https://hooks.test/", "types": ["verdict.*", "claim.merged"]},
        "/v1/webhooks/{webhook_id}/rotate": {"overlap_hours": 1},
        "/v1/accounts": {"name": "n", "role": "reader"},
        "/v1/log/cosignatures": {"checkpoint": cosigned(sign())},
        "/v1/accounts/{account_id}/tokens": {"label": "l", "expires_at": "2999-01-01T00:00:00Z"},
    }  # fmt: skip
    flag, (accepted, rejected) = found_by_workers(link)
    ids = {
        "claim_id": claim, "source_id": link["source"]["id"], "account_id": account, "verdict_id": published,
        "flag_id": flag, "suggestion_id": accepted, "webhook_id": webhook,
    }  # fmt: skip
    paths = {path: path.format(**ids) for path in bodies}
    paths["/v1/suggestions/{suggestion_id}/reject"] = f"/v1/suggestions/{rejected}/reject"
    paths["/v1/verdicts/{verdict_id}/reject"] = f"/v1/verdicts/{proposed}/reject"
    return Known(paths, bodies, account)


def found_by_workers(link: Json) -> tuple[str, list[str]]:
    """A flag for the link, and two suggestions of its source."""
    with TemporaryDirectory() as folder:
        store, source = Store(Path(folder)), link["source"]["id"]
        for text in ("At first it says one thing, and this is it.", "Then it says quite another thing altogether."):
            see(store.directory, source, text, canonical=f"https://{text.split()[0].lower()}.net/story")
        suggestions.make_some(store, 10)
    [(flag,)] = db.query("SELECT id FROM flags")
    return flag, [found for (found,) in db.query("SELECT id FROM suggestions ORDER BY id")]


def posts(callers: Callers) -> dict[str, Json]:
    """The body's schema of every POST that takes one and no file, whose rows test_importing spoils."""
    described = callers.anyone.read("/openapi.json")["paths"]
    bodies = {path: methods["post"].get("requestBody") for path, methods in described.items() if "post" in methods}
    return {
        path: body["content"]["application/json"]["schema"]
        for path, body in bodies.items()
        if body and body["content"].keys() == {"application/json"}
    }


@dataclass(frozen=True)
class Field:
    """One field of a body: the keys that lead to it, its schema, and whether it must be there."""

    keys: tuple[str | int, ...]
    schema: Json
    required: bool

    @property
    def pointer(self) -> str:
        return "".join(f"/{key}" for key in self.keys)

    @property
    def types(self) -> set[str]:
        named = self.schema.get("type", "object")
        return {named} if isinstance(named, str) else set(named)


def resolved(schema: Json, components: Json) -> Json:
    """The schema with references followed; one that may be null has the type null beside its own."""
    if "$ref" in schema:
        return dict(components[schema["$ref"].rpartition("/")[2]])
    choices = [one for one in schema.get("anyOf", ()) if "$ref" in one]
    if choices:
        return {**components[choices[0]["$ref"].rpartition("/")[2]], "type": ["object", "null"]}
    if schema.get("allOf"):
        return resolved(schema["allOf"][0], components)
    return schema


def fields(schema: Json, components: Json, keys: tuple[str | int, ...] = ()) -> Iterator[Field]:
    """Every field of a body, on all levels; of a list its first item."""
    for name, described in schema.get("properties", {}).items():
        inner = resolved(described, components)
        yield from _with_inner(Field((*keys, name), inner, name in schema.get("required", ())), components)


def _with_inner(field: Field, components: Json) -> Iterator[Field]:
    yield field
    if "array" in field.types:
        item = resolved(field.schema["items"], components)
        yield from _with_inner(Field((*field.keys, 0), item, False), components)
    elif "object" in field.types:
        yield from fields(field.schema, components, field.keys)


_WRONG: dict[str, tuple[Any, ...]] = {
    "string": (5, True, 1.5, [], {}, ["a"], "", "a\0b", "a\x07b", "a\x9fb", "a\u202eb", "a\ud800b", "x" * MEGABYTE),
    "array": ("a", 5, {}, {"0": "a"}, True, [[]], [None], ["a"] * 20_000),
    "object": ("a", 5, [], True, [{}]),
    "boolean": ("true", 1, 0, "", [], "x" * MEGABYTE),
    "number": ("1", "", True, [], 2**65, -(2**65), "x" * MEGABYTE),
}


def bad_values(field: Field, foreign: str) -> Iterator[Any]:
    """What this field never takes."""
    types = field.types
    if "null" not in types:
        yield None
    for type_ in types - {"null"}:
        yield from _WRONG["number" if type_ == "integer" else type_]
    if field.schema.get("minItems"):
        yield []
    yield from bad_words(field, foreign)


def bad_words(field: Field, foreign: str) -> Iterator[Any]:
    """Strings that are none of the field's vocabulary or format."""
    form = field.schema.get("format")
    if "enum" in field.schema:
        yield from ("no_such_word", str(field.schema["enum"][0]).upper(), f"{field.schema['enum'][0]} ")
    if form == "uuid":
        # As in a list, a filter of an id that names nothing leaves nothing, and is none the worse for it.
        yield from () if "filters" in field.keys else (UNKNOWN, foreign)
        yield from ("x", UNKNOWN[:-1], f"{UNKNOWN}\n", f"{{{UNKNOWN}}}")
    if form == "edtf":
        yield from ("2024-13-45", "2024-10-20/2024-10-01", "23.10.2024", "2024-02-30", "../..", "2024-10-23\n")
    if form == "uri":
        yield from (
            "https://ada:secret@a.test/", "https://ada@a.test/", "javascript:alert(1)", "ftp://a.test/", "a.test",
            "//a.test/", "https://", f"https://a.test/{'x' * 3000}", "https://a.test/\0", "https://a.test/\u202ea",
            "https://a.test/ b", "https://a.test:99999/", "https://a.test/\n", "https://a.test/\ud800",
        )  # fmt: skip
    if form == "date-time":
        yield from ("yesterday", "2024-13-45T00:00:00Z", "2999-01-01T00:00:00", "2999-01-01", 2**40)


def spoiled(body: Any, keys: tuple[str | int, ...], value: Any) -> Any:
    """The body with this value in the field; what would stand in the way of being read alone goes."""
    found = copy.deepcopy(body)
    inner = found
    for key, following in pairwise(keys):
        if isinstance(inner, dict):
            inner.setdefault(key, [{}] if isinstance(following, int) else {})
        inner = inner[key]
    last = keys[-1]
    if last == "id":
        inner.clear()
    if last == "url" and "source" in inner:
        del inner["source"]
    inner[last] = value
    return found


def complaint(callers: Callers, path: str, body: Any, pointer: str) -> str | None:
    """What is wrong with how this body is refused; None where that pointer or one below it is named, in
    few words, and nothing is written."""
    token = callers.admin.token
    before, sent = journal.size(), json.dumps(body)
    answer = callers.app.test_client().post(
        path, data=sent, headers={"Authorization": f"Bearer {token}"}, content_type="application/json"
    )
    said = f"{path}{pointer}, {sent[:300]}: {answer.status} {answer.get_data(as_text=True)[:300]}"
    if not 400 <= answer.status_code < 500:
        return said
    named = [error["pointer"] for error in problem(answer, answer.status_code).get("errors", ())]
    if not any(f"{one}/".startswith(f"{pointer}/") for one in named):
        return said
    if len(answer.data) > 10_000:
        return f"{len(answer.data)} bytes of answer: {said}"
    return said if journal.size() != before else None


def refused(callers: Callers, path: str, body: Any, pointer: str) -> None:
    """Posting the body is refused, the field named, and nothing written."""
    found = complaint(callers, path, body, pointer)
    assert found is None, found


@pytest.fixture
def furnished(callers_with: Callable[..., Callers]) -> tuple[Callers, Known]:
    callers = callers_with(approvals=1, witness_keys=(WITNESS.verifier(),))
    return callers, furnish(callers)


Furnished = tuple[Callers, Known]


def every_field(callers: Callers, known: Known) -> Iterator[tuple[str, Any, Field]]:
    """Each route's path, good body and one of its fields."""
    components = callers.anyone.read("/openapi.json")["components"]["schemas"]
    for path, schema in posts(callers).items():
        for field in fields(resolved(schema, components), components):
            yield path, known.bodies[path], field


def test_every_post_has_a_good_body_here(furnished: Furnished) -> None:
    callers, known = furnished
    assert posts(callers).keys() == known.bodies.keys()
    last = [path for path in known.bodies if path.endswith("/merge")]
    for path in [*(path for path in known.bodies if path not in last), *last]:
        answer = callers.admin.post(known.paths[path], known.bodies[path])
        assert answer.status_code in (200, 201, 409), (path, answer.get_json())
        # Some of the good bodies describe what another one has made just before.
        assert answer.status_code != 409 or answer.get_json()["type"].endswith("already-there"), answer.get_json()


def test_bad_values_are_refused_and_named(furnished: Furnished) -> None:
    callers, known = furnished
    found = [
        complaint(callers, known.paths[path], spoiled(body, field.keys, value), field.pointer)
        for path, body, field in every_field(callers, known)
        for value in bad_values(field, known.foreign)
    ]
    assert len(found) > 900
    assert [one for one in found if one] == []


def test_missing_fields_are_named(furnished: Furnished) -> None:
    callers, known = furnished
    for path, body, field in every_field(callers, known):
        if field.required:
            without = copy.deepcopy(body)
            inner = without
            for key in field.keys[:-1]:
                inner = inner[key]
            del inner[field.keys[-1]]
            refused(callers, known.paths[path], without, field.pointer)


def test_unknown_fields_are_named(furnished: Furnished) -> None:
    callers, known = furnished
    for path in posts(callers):
        refused(callers, known.paths[path], spoiled(known.bodies[path], ("no_such",), 1), "/no_such")
        refused(callers, known.paths[path], spoiled(known.bodies[path], ("a/b~c",), 1), "/a~1b~0c")
    for path, body, field in every_field(callers, known):
        if "object" in field.types and "properties" in field.schema:
            spoilt = spoiled(body, (*field.keys, "no_such"), 1)
            refused(callers, known.paths[path], spoilt, f"{field.pointer}/no_such")


def test_a_body_is_an_object(furnished: Furnished) -> None:
    callers, known = furnished
    for path in posts(callers):
        for value in (None, [], "a", 5, True, [known.bodies[path]]):
            refused(callers, known.paths[path], value, "")


def test_lists_of_distinct_values_take_none_twice(furnished: Furnished) -> None:
    callers, known = furnished
    for path, body, field in every_field(callers, known):
        if field.schema.get("uniqueItems"):
            inner = body
            for key in field.keys:
                inner = inner[key]
            refused(callers, known.paths[path], spoiled(body, field.keys, [inner[0], inner[0]]), field.pointer)


def test_somebody_elses_evidence_is_none_of_the_claims(callers: Callers) -> None:
    claim, other = callers.contributor.claim(), callers.contributor.claim("Other")
    link = callers.reviewer.made(f"/v1/claims/{other}/evidence", {"url": "https://a.test/", "stance": "supports"})
    verdict = callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "supported"})["id"]
    body: Json = {"rating": "supported", "evidence": [link["id"]]}
    refused(callers, f"/v1/claims/{claim}/verdicts", body, "/evidence/0")
    body = {"type": "factual", "reason": "r", "changes": {"evidence": [link["id"]]}}
    refused(callers, f"/v1/verdicts/{verdict}/corrections", body, "/changes/evidence/0")


def test_an_idn_is_kept_as_given_and_in_canonical_form(callers: Callers) -> None:
    claim = callers.contributor.claim()
    url = "https://BÜCHER.test/straße?q=ü"
    made = callers.reviewer.made(f"/v1/claims/{claim}/evidence", {"url": url, "stance": "supports"})
    source = callers.anyone.read(f"/v1/sources/{made['source']['id']}")
    assert source["url"] == url
    assert source["canonical_url"].startswith("https://xn--bcher-kva.test/stra")
    assert source["canonical_url"].isascii()
    again = {"url": source["canonical_url"], "stance": "supports"}
    problem(callers.reviewer.post(f"/v1/claims/{claim}/evidence", again), 409, "/url")


def test_text_of_every_script_is_kept_as_given(callers: Callers) -> None:
    for text in (
        "שלום world مرحبا",
        "e\u0301 ≠ é",
        "👩‍👩‍👧 emoji",
        "Zeile 1\nZeile 2\tTab",
        "<script>alert(1)</script>",
        "' OR 1=1 --",
    ):
        assert callers.anyone.read(f"/v1/claims/{callers.contributor.claim(text)}")["text"] == text
