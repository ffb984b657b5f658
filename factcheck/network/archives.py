"""Asks a web archive for public copies of pages, and which it has; nothing waits here, and nothing is believed.

The service is one that speaks Save Page Now 2, as the Internet Archive documents it ("Save Page Now 2 Public API
Docs"), or the simple form before it, in which asking for `URL/page` makes a copy. An answer is hostile: it is bounded,
leads to no other host than the archive's, and what it names counts only once its bytes have been compared.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from factcheck import clock
from factcheck.domain import timemaps
from factcheck.domain.links import retry_after
from factcheck.domain.timemaps import Memento
from factcheck.domain.vocabulary import FetchFailure
from factcheck.network.fetching import Failure, Fetcher, Page, host_of

MOST_MEMENTOS = 1000
"""So many copies of one page are listed, the newest."""

# A finished job lists all that it has fetched, and a TimeMap what years have brought.
_LARGEST = 1024 * 1024
_LONGEST_URL = 4096
_JSON, _LINKS = "application/json", "application/link-format"
# What services answer that do not speak Save Page Now 2, or not without an account.
_SPEAKS_NO_JSON = frozenset({401, 404, 405, 501})
# As 5xx it may be otherwise at another time, so a job is not given up for it.
_PASSING = frozenset({408, 425, 429})
_JOB = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_TIMESTAMP = re.compile(r"[0-9]{4,14}")
_COPY = re.compile(r"(https?://[^?#]+?/web/[0-9]{4,14})(?:[a-z]{2}_)?(/.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pending:
    """The archive is at it; ask `poll` for the job again, not before `retry_after` where that is given."""

    job: str
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """The archive says that a copy is there. It may show it only later, and an older one meanwhile."""

    copy_url: str


@dataclass(frozen=True, slots=True)
class Refused:
    """There is no copy, by the archive's own word (`error:blocked-url`), its status or why it was not reached."""

    reason: str
    retry_after: timedelta | None = None


Saving = Pending | Saved | Refused


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive by the URL at which it takes pages, without a slash at its end: https://archive.example.org/save.

    It shows copies at https://archive.example.org/web/TIMESTAMP/PAGE.
    """

    fetcher: Fetcher
    url: str

    @property
    def root(self) -> str:
        """The URL without the last segment of its path."""
        scheme, _, rest = self.url.partition("://")
        host, slash, _ = rest.rpartition("/")
        return f"{scheme}://{host}" if slash else self.url

    def save(self, page_url: str) -> Saving:
        """Ask for a copy of a page as it is now."""
        found = self._answers.post(self.url, {"url": page_url}, accept=_JSON, same_host=True)
        if isinstance(found, Failure):
            return Refused(found.reason.value)
        said = _read(found)
        if found.status in _SPEAKS_NO_JSON or (_is_success(found) and said is None):
            return self._save_simply(page_url)
        job = (said or {}).get("job_id")
        if not _is_success(found) or not isinstance(job, str):
            return _refused(found, said)
        return Pending(job) if _JOB.fullmatch(job) else Refused("the job has no usable id")

    def poll(self, job: str) -> Saving:
        """What has become of a job. Where the archive cannot be asked now it is pending still: the caller gives up."""
        if not _JOB.fullmatch(job):
            return Refused("the job has no usable id")
        found = self._answers.get(f"{self.url}/status/{job}", accept=_JSON, same_host=True)
        if isinstance(found, Failure):
            return Pending(job)
        if found.status >= 500 or found.status in _PASSING:
            return Pending(job, _asked_to_wait(found))
        said = _read(found) or {}
        if said.get("status") == "pending":
            return Pending(job, _asked_to_wait(found))
        if said.get("status") == "success":
            return self._finished(said)
        return _refused(found, said)

    def fetch_copy(self, copy_url: str) -> Page | Failure:
        """A copy: its unchanged bytes where the archive has an address for them, and else the copy as it is shown.

        The page's `final_url` says which copy it was (`shown_url`): an archive sends to the nearest one that it has.
        """
        if not self._is_here(copy_url):
            detail = "the copy is on another host than the archive"
            return Failure(
                url=copy_url, final_url=copy_url, redirects=(), reason=FetchFailure.FORBIDDEN_TARGET, detail=detail
            )
        raw = raw_url(copy_url)
        if raw is not None:
            found = self.fetcher.get(raw, same_host=True)
            if isinstance(found, Failure) or found.status not in (400, 404, 405, 501):
                return found
        return self.fetcher.get(copy_url, same_host=True)

    def time_map(self, page_url: str) -> list[Memento]:
        """The copies that the archive has of a page, oldest first, the newest 1,000 of them (RFC 7089, section 5).

        Empty where it has none, cannot be asked, or lists more than a mebibyte.
        """
        if not _is_plain(page_url):
            return []
        url = _under(f"{self.root}/web/timemap/link", page_url)
        found = self._answers.get(url, accept=_LINKS, same_host=True)
        if isinstance(found, Failure) or not _is_success(found):
            return []
        known = timemaps.mementos(found.text, MOST_MEMENTOS)
        resolved = [(_joined(found.final_url, one.url), one.at) for one in known]
        return [Memento(url, at) for url, at in resolved if url is not None and self._is_here(url)]

    @property
    def _answers(self) -> Fetcher:
        """The way out for what an archive says, which is smaller than a copy."""
        return replace(self.fetcher, limits=replace(self.fetcher.limits, body=_LARGEST))

    def _save_simply(self, page_url: str) -> Saving:
        if not _is_plain(page_url):
            return Refused("the address of the page is not plain")
        asked = _under(self.url, page_url)
        found = self.fetcher.get(asked, same_host=True)
        if isinstance(found, Failure):
            # The copy itself is what this leads to, and it need not be read to know where it is.
            led = found.reason == FetchFailure.TOO_LARGE and raw_url(found.final_url) and self._is_here(found.final_url)
            return Saved(found.final_url) if led else Refused(found.reason.value)
        if not _is_success(found):
            return _refused(found, None)
        copies = [url for named in _named(found) if (url := _joined(found.final_url, named)) is not None]
        here = next((url for url in copies if self._is_here(url)), None)
        if here is not None:
            return Saved(here)
        return Refused("the copy is on another host than the archive" if copies else "the answer names no copy")

    def _finished(self, said: dict[str, Any]) -> Saving:
        timestamp, original = said.get("timestamp"), said.get("original_url")
        if isinstance(timestamp, str) and isinstance(original, str) and _TIMESTAMP.fullmatch(timestamp):
            copy = f"{self.root}/web/{timestamp}/{original}"
            if _is_plain(original) and self._is_here(copy):
                return Saved(copy)
        return Refused("the answer names no copy")

    def _is_here(self, url: str) -> bool:
        """Whether a URL can be asked for, and leads to the archive's own host."""
        try:
            return _is_plain(url) and host_of(url) == host_of(self.url)
        except ValueError:
            return False


def raw_url(copy_url: str) -> str | None:
    """Where the unchanged bytes of a copy are; None for a copy at another kind of address.

    Wayback Machines, and what replays as they do, give them for `id_` behind the timestamp.
    """
    found = _COPY.fullmatch(copy_url)
    return f"{found[1]}id_{found[2]}" if found else None


def shown_url(copy_url: str) -> str:
    """Where people see the copy whose unchanged bytes are at this URL."""
    found = _COPY.fullmatch(copy_url)
    return f"{found[1]}{found[2]}" if found else copy_url


def _named(page: Page) -> Iterator[str]:
    """The addresses of the copy that an answer in the simple form names, the surest first."""
    headers = page.headers
    if "content-location" in headers:
        yield headers["content-location"]
    at = timemaps.moment(headers.get("memento-datetime", ""))
    link = timemaps.this(list(timemaps.links(headers.get("link", ""))), at)
    if link is not None:
        yield link.target
    if "location" in headers:
        yield headers["location"]
    if page.redirects:
        yield page.final_url


def _read(page: Page) -> dict[str, Any] | None:
    """An answer's JSON object; None where it is none."""
    try:
        said = json.loads(page.body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _refused(page: Page, said: dict[str, Any] | None) -> Refused:
    told = (value for name in ("status_ext", "message") if (value := (said or {}).get(name)) and isinstance(value, str))
    words = "".join(character if character.isprintable() else " " for character in next(told, "")[:200]).strip()
    return Refused(words or (f"status {page.status}"), _asked_to_wait(page))


def _asked_to_wait(page: Page) -> timedelta | None:
    return retry_after(page.headers.get("retry-after"), clock.now())


def _is_success(page: Page) -> bool:
    return 200 <= page.status < 300


def _under(prefix: str, page_url: str) -> str:
    """A page's address behind another one, in which its fragment would be the whole one's."""
    return f"{prefix}/{page_url.partition('#')[0]}"


def _joined(base: str, target: str) -> str | None:
    """What a reference means; None where it means nothing."""
    try:
        return urljoin(base, target)
    except ValueError:
        return None


def _is_plain(url: str) -> bool:
    """Whether this is a URL of http or https that can stand in a path: dot segments would lead out of it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > _LONGEST_URL:
        return False
    return url.isprintable() and not set(url) & set(' \\<>"') and not {".", ".."} & set(unquote(parts.path).split("/"))
