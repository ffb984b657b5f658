"""Debian's chromium, installed where it is missing, and a record to look at with it."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, sync_playwright

from tests.callers import Json
from tests.e2e.test_serving import Server, serving

_PACKAGES = ("chromium", "fonts-dejavu-core", "fonts-noto-core")
_LOCK = Path(tempfile.gettempdir()) / "factcheck-chromium.lock"

HOSTILE = "</script><script>pwned=1</script><img src=x onerror=pwned=1>" + "W" * 4000
ARABIC = "قال المتحدث إن ٣٠٠٠ جندي نُقلوا إلى الشرق (وفق NATO)"


def installed() -> str:
    """The path of chromium; where there is none, apt-get brings it, which takes root."""
    # Two processes of a run must not both install.
    with _LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = shutil.which("chromium")
        if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
            _apt_get("update")
            _apt_get("install", "-y", "--no-install-recommends", *_PACKAGES)
            found = shutil.which("chromium")
    if found is None:
        pytest.fail("pages are tested in a browser: apt-get install chromium, as root")
    return found


def _apt_get(*arguments: str) -> None:
    command = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", *arguments]
    done = subprocess.run(
        command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.fail(f"{' '.join(command)}: {done.stderr[-2000:]}")


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # It will not run as root inside its own sandbox; it opens our pages alone.
        started = playwright.chromium.launch(executable_path=installed(), args=["--no-sandbox"])
        yield started
        started.close()


@dataclass
class Record:
    """A server with the seeds, and with what is hard to show."""

    url: str
    token: str

    def post(self, path: str, body: object) -> Json:
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = requests.post(self.url + path, json=body, headers=headers, timeout=30)
        assert answer.status_code in (200, 201), answer.text
        found: Json = answer.json()
        return found

    def get(self, path: str) -> Json:
        found: Json = requests.get(self.url + path, timeout=30).json()
        return found

    def claim(self, **fields: object) -> str:
        return str(self.post("/v1/claims", fields)["id"])


@contextmanager
def record(folder: Path) -> Iterator[Record]:
    with serving(folder, "--seed", FACTCHECK_RATE_LIMIT="") as server:
        yield Record(f"http://127.0.0.1:{server.port}", _token(server))


def _token(server: Server) -> str:
    said = server.said()
    return said.partition("a reviewer's token to try: ")[2].split()[0]


def hostile(record: Record) -> str:
    """A claim with hostile text in every field that takes text."""
    source = {"title": HOSTILE[:900], "url": "https://example.org/" + "u" * 1500}
    claim = record.claim(
        text=HOSTILE, quote=HOSTILE, context=HOSTILE, place=HOSTILE[:290], topics=[HOSTILE[:90]],
        speaker={"name": HOSTILE[:290], "role": HOSTILE[:290]}, source=source,
    )  # fmt: skip
    link = {"source": {"title": HOSTILE[:800]}, "stance": "supports", "note": HOSTILE, "quote": {"exact": HOSTILE}}
    evidence = record.post(f"/v1/claims/{claim}/evidence", link)["id"]
    verdict = {"rating": "refuted", "label": HOSTILE[:90], "justification": HOSTILE, "evidence": [evidence]}
    record.post(f"/v1/claims/{claim}/verdicts", verdict)
    record.post(f"/v1/claims/{claim}/replies", {"text": HOSTILE})
    return claim


def arabic(record: Record) -> str:
    """A claim that is written from the right to the left."""
    return record.claim(text=ARABIC, language="ar", quote="«لا نعرف بعد»، قال.", speaker={"name": "متحدث رسمي"})


def large(record: Record) -> str:
    """A claim with a thousand links."""
    claim = record.claim(text="Something that a thousand pages speak of", language="en")
    for hundred in range(10):
        items = [
            {
                "source": {"url": f"https://site{hundred}.example.org/{page}", "title": f"Page {page} of {hundred}"},
                "stance": ("supports", "refutes", "mentions")[page % 3],
                "note": "What this page says of it, in a sentence or two. " * 3,
            }
            for page in range(100)
        ]
        record.post(f"/v1/claims/{claim}/evidence:batch", {"items": items})
    return claim
