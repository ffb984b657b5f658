"""The pages that people read, held against the service that runs.

A block marked `sh` is run, in the order of its page; the block of `json`, `http` or `text` that follows is what it
answers. Blocks marked `console` are for the reader alone. In JSON `...` stands for more members, more items or more
text; ids, times, hashes and the numbers of events differ from one database to the next.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from factcheck.app import create_app
from factcheck.config import Settings
from factcheck.domain import webhooks
from factcheck.domain.errors import DomainError
from factcheck.ledger.canonical import canonical
from factcheck.ledger.event import Envelope, commit
from factcheck.ledger.merkle import consistency_spans, inclusion_spans, prove
from factcheck.web import problems
from tests.e2e.test_serving import HOST, flask, serving
from tests.ledger.logs import a_log
from tests.ledger.trees import GrownTree

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.glob("*.md")), *sorted(ROOT.glob("seeds/*.md"))]
RUN = [
    "README.md",
    "docs/readers.md",
    "docs/reviewers.md",
    "docs/dashboards.md",
    "docs/webhooks.md",
    "docs/search.md",
    "docs/formats.md",
    "docs/imports.md",
    "docs/auditors.md",
]

_WRITTEN_URL = "http://127.0.0.1:8000"
_ADMIN_TOKEN = "an-administrators-token"
_END_OF_BLOCK = "\x1e"
_APPROVALS = "approvals"
"""Blocks with this word behind `sh` run against a service that asks for an approval."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Block:
    language: str
    mark: str
    text: str
    line: int


@dataclass(frozen=True)
class Service:
    """A seeded service, and one over the same database that is stricter; `shell` is the environment of who asks."""

    url: str
    strict_url: str
    directory: Path
    shell: dict[str, str]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    settings = {"FACTCHECK_DATA_DIR": f"{tmp_path}/factcheck-data", "FACTCHECK_ADMIN_TOKEN": _ADMIN_TOKEN}
    strict = {"FACTCHECK_APPROVALS": "1", "FACTCHECK_MIN_ORIGINS": "2"}
    with (
        serving(tmp_path, "--seed", **settings) as usual,
        serving(tmp_path, **settings, **strict) as stricter,
    ):
        flask(tmp_path, "checkpoint", **settings)
        url, strict_url = (f"http://{HOST}:{server.port}" for server in (usual, stricter))
        roles = {"REVIEWER": "reviewer", "COLLEAGUE": "reviewer", "EDITOR": "editor"}
        tokens = {name: _token(url, name.lower(), role) for name, role in roles.items()}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        tokens["ADMIN"] = _ADMIN_TOKEN
        yield Service(url, strict_url, tmp_path, tokens | {"PATH": path, "PYTHONPATH": str(ROOT)})


def _token(url: str, name: str, role: str) -> str:
    account = _post(f"{url}/v1/accounts", {"name": name, "role": role})
    return str(_post(f"{url}/v1/accounts/{account['id']}/tokens", {})["token"])


def _post(url: str, body: Json) -> Json:
    headers = {"Authorization": f"Bearer {_ADMIN_TOKEN}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        found: Json = json.load(answer)
    return found


# Running the pages


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="the examples need curl and bash")
def test_the_examples_answer_as_their_pages_say(service: Service) -> None:
    wrong = []
    for page in RUN:
        found = blocks(ROOT / page)
        following = {id(one): after for one, after in pairwise(found)}
        examples = [block for block in found if block.language == "sh"]
        for block, answer in zip(examples, _run(page, examples, service), strict=True):
            wrong += [f"{page}, line {block.line}: {text}" for text in _judged(following.get(id(block)), answer)]
    assert wrong == []


def _run(page: str, examples: list[Block], service: Service) -> list[str]:
    """What each block prints; all of a page run in one shell, so that variables stay set."""
    script = "set -euo pipefail\n"
    for block in examples:
        script += f"URL={service.strict_url if block.mark == _APPROVALS else service.url}\n"
        script += block.text.replace(_WRITTEN_URL, service.url) + f"\nprintf '{_END_OF_BLOCK}'\n"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=service.directory, env=service.shell, check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    *answers, rest = done.stdout.split(_END_OF_BLOCK)
    if done.returncode:
        pytest.fail(f"{page}, line {examples[len(answers)].line}: failed\n{rest}\n{done.stderr}")
    return answers


def _judged(wanted: Block | None, answer: str) -> Iterator[str]:
    """What is wrong with an answer; where the page shows none, it must be no problem at least."""
    if wanted is not None and wanted.language == "json":
        yield from differences(json.loads(wanted.text), _parsed(answer))
    elif wanted is not None and wanted.language == "http":
        yield from _header_differences(wanted.text, answer)
    elif wanted is not None and wanted.language == "text":
        if wanted.text.strip() != answer.strip():
            yield f"answers {answer!r}"
    elif '"instance"' in answer:
        yield f"answers {answer}"


def _parsed(answer: str) -> object:
    try:
        return json.loads(answer)
    except json.JSONDecodeError:
        return answer


def differences(wanted: object, found: object, at: str = "") -> Iterator[str]:
    """In what an answer differs from the one on the page."""
    if type(wanted) is not type(found):
        yield f"{at} is {found!r}"
    elif isinstance(wanted, dict) and isinstance(found, dict):
        yield from _member_differences(wanted, found, at)
    elif isinstance(wanted, list) and isinstance(found, list):
        yield from _item_differences(wanted, found, at)
    elif isinstance(wanted, str) and isinstance(found, str):
        if not re.fullmatch(pattern_of(wanted), found, re.DOTALL):
            yield f"{at} is {found!r}"
    elif wanted != found and not at.endswith(("/seq", "/redacts", "/after")):
        yield f"{at} is {found!r}"


def _member_differences(wanted: Json, found: Json, at: str) -> Iterator[str]:
    if wanted.keys() - {"..."} - found.keys() or ("..." not in wanted and found.keys() - wanted.keys()):
        yield f"{at} has {sorted(found)}"
    for name in wanted.keys() & found.keys():
        yield from differences(wanted[name], found[name], f"{at}/{name}")


def _item_differences(wanted: list[object], found: list[object], at: str) -> Iterator[str]:
    shown = wanted[:-1] if wanted[-1:] == ["..."] else wanted
    if len(found) < len(shown) or (shown is wanted and len(found) > len(shown)):
        yield f"{at} has {len(found)} items"
    for number, (one, other) in enumerate(zip(shown, found, strict=False)):
        yield from differences(one, other, f"{at}/{number}")


def _header_differences(wanted: str, answer: str) -> Iterator[str]:
    head = answer.replace("\r", "").partition("\n\n")[0].splitlines()
    for line in wanted.strip().splitlines():
        if not any(re.fullmatch(pattern_of(line), one) for one in head):
            yield f"no {line!r} in {head}"


_VARIES = (
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",  # an id
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",  # a time
    r"[0-9a-f]{24,}",  # a digest
    r"(?<=\")\d+(?=\.\d\")",  # the event in a claim's ETag
    r"127\.0\.0\.1:\d+",
)


def pattern_of(text: str) -> str:
    """What texts that say the same match: literally, but for what varies and for `...`."""
    kinds, pattern, end = "|".join(f"({kind})" for kind in (*_VARIES, r"\.\.\.")), "", 0
    for match in re.finditer(kinds, text):
        kind = next((kind for kind in _VARIES if re.fullmatch(kind, match[0])), None)
        kind = ".*" if match[0] == "..." else kind or r"\d+"
        pattern += re.escape(text[end : match.start()]) + f"(?:{kind})"
        end = match.end()
    return pattern + re.escape(text[end:])


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page."""
    text = page.read_text()
    return [
        Block(match[1], match[2].strip(), match[3], text.count("\n", 0, match.start()) + 1)
        for match in re.finditer(r"^```(\w+)([^\n]*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    ]


def test_a_difference_is_seen() -> None:
    wanted = {"id": "01a20bb7-f7d4-773a-b9f3-0538b940d235", "items": [{"n": 1}, "..."], "text": "a ... c"}
    found = {"id": "01a20bb7-0000-7000-8000-000000000000", "items": [{"n": 1}, {"n": 2}], "text": "a b c"}
    assert list(differences(wanted, found)) == []
    changes: list[Json] = [
        {"id": "x"},
        {"items": []},
        {"items": [{"n": "1"}]},
        {"items": [{}]},
        {"text": "a b"},
        {"more": 1},
    ]
    for change in changes:
        assert list(differences(wanted, found | change)) != [], change


# What the pages must name


def test_every_setting_stands_in_the_table_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(FACTCHECK_\w+)` \| (\S+) \|", (DOCS / "operators.md").read_text(), re.MULTILINE))
    default = Settings()
    assert rows == {f"FACTCHECK_{one.name.upper()}": _shown(getattr(default, one.name)) for one in fields(Settings)}


def _shown(value: object) -> str:
    if value in ("", ()):
        return "empty"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def test_no_page_names_a_setting_that_there_is_not() -> None:
    known = {f"FACTCHECK_{one.name.upper()}" for one in fields(Settings)}
    for page in PAGES:
        assert set(re.findall(r"FACTCHECK_[A-Z_]+", page.read_text())) <= known, page


def test_every_kind_of_problem_stands_in_the_table_with_its_status() -> None:
    text = (DOCS / "errors.md").read_text()
    rows = dict(re.findall(r"^\| `/problems/([a-z-]+)` \| (\d{3}) \|", text, re.MULTILINE))
    assert rows.keys() == problems.kinds().keys()
    app = Flask("problems")
    problems.register(app)
    for name, kind in problems.kinds().items():
        if issubclass(kind, DomainError):
            with app.test_request_context():
                answer: Any = app.handle_user_exception(kind("so it is"))
            assert rows[name] == str(answer.status_code), name


def test_every_route_is_on_some_page() -> None:
    text = re.sub(r"\{\w+\}|\$\w+", "{}", "\n".join(page.read_text() for page in PAGES))
    routes = {re.sub(r"\{\w+\}", "{}", path) for path in _described()}
    probes = {"/healthz", "/readyz", "/metrics", "/openapi.json", "/docs"}
    missing = [route for route in routes | probes if not re.search(rf"{re.escape(route)}(?![\w/:{{.])", text)]
    assert missing == []


def _described() -> list[str]:
    app = create_app(Settings(log_level="CRITICAL"))
    return list(app.test_client().get("/openapi.json").get_json()["paths"])


def test_links_between_pages_lead_somewhere() -> None:
    dead = []
    for page in PAGES:
        for link in re.findall(r"(?:\]\(|src=\")([^)\"\s]+)", page.read_text()):
            path, _, anchor = link.partition("#")
            target = page.parent / path if path else page
            if "://" not in link and not (target.exists() and (not anchor or anchor in _anchors(target))):
                dead.append(f"{page.name}: {link}")
    assert dead == []


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


# The receiver of the webhooks' page


def test_the_receiver_on_the_page_takes_what_is_signed_once_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    [receiver] = [block.text for block in blocks(DOCS / "webhooks.md") if block.language == "python"]
    key, body = bytes(32), webhooks.message("claim.submitted", "2024-10-24T00:00:00Z", b'{"claim_id":"a claim"}')
    namespace: dict[str, Any] = {"__name__": "receiver"}
    exec(receiver.replace("whsec_...", webhooks.secret_text(key)), namespace)  # noqa: S102 - a page of ours
    client = namespace["app"].test_client()
    signed = webhooks.headers([key], "msg_1", int(time.time()), body)
    late = webhooks.headers([key], "msg_2", int(time.time()) - 3600, body)
    unsigned: dict[str, str] = {}
    asked = ((body, signed), (body, signed), (body + b" ", signed), (body, late), (body, unsigned))
    assert [client.post("/in", data=data, headers=one).status_code for data, one in asked] == [204, 204, 400, 400, 400]
    assert capsys.readouterr().out == "claim.submitted a claim\n"


def test_the_delays_on_the_page_are_those_of_the_service() -> None:
    text = (DOCS / "webhooks.md").read_text()
    rows = re.findall(
        r"^\| (\d+)\w\w(?: to (\d+)th)? \| (\d+) (second|minute|hour)s?(?: each)? \|$", text, re.MULTILINE
    )
    shown = [
        timedelta(**{f"{unit}s": int(number)})
        for first, last, number, unit in rows
        for _ in range(int(first), int(last or first) + 1)
    ]
    assert shown == list(webhooks.DELAYS)
    assert f"After the {len(shown) + 1}th" in text


# The bytes of the auditors' page


def test_the_worked_example_gives_the_hashes_that_it_shows() -> None:
    page = blocks(DOCS / "auditors.md")
    event, payload, envelope = (
        next(block.text for block in page if block.mark == mark) for mark in ("event", "payload", "envelope")
    )
    item = json.loads(event)
    assert canonical(item["payload"]).decode() == payload.strip()
    assert commit(bytes.fromhex(item["salt"]), payload.strip().encode()) == item["commitment"]
    subject = item["subject"]
    names = ("seq", "recorded_at", "actor", "type", "claim_id", "commitment")
    rebuilt = Envelope(subject_type=subject["type"], subject_id=subject["id"], **{name: item[name] for name in names})
    assert canonical(rebuilt.as_json()).decode() == envelope.strip()
    assert rebuilt.leaf_hash() == item["leaf_hash"]


def test_the_worked_tree_gives_the_roots_and_paths_that_it_shows() -> None:
    shown = json.loads(next(block.text for block in blocks(DOCS / "auditors.md") if block.mark == "tree"))
    tree = GrownTree([bytes.fromhex(leaf) for leaf in shown["leaves"]])
    assert {size: tree.roots[int(size)].hex() for size in shown["roots"]} == shown["roots"]
    one, two = shown["inclusion"], shown["consistency"]
    spans = inclusion_spans(one["seq"] - 1, one["size"])
    assert [node.hex() for node in prove(spans, tree.look_up)] == one["path"]
    spans = consistency_spans(two["first"], two["second"])
    assert [node.hex() for node in prove(spans, tree.look_up)] == two["path"]


def test_every_kind_of_line_of_an_exported_log_stands_in_the_table() -> None:
    text = (DOCS / "auditors.md").read_text().partition("## The exported file")[2]
    rows = "".join(re.findall(r"^\|.*\|$", text, re.MULTILINE))
    members = {name for line in a_log().exported() for name in line if name not in ("exported_at", "size")}
    assert {f"`{name}`" for name in members} <= set(re.findall(r"`\w+`", rows))
