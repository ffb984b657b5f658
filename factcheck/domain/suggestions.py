"""Who may rely on whom, from what pages say: suggestions for a reviewer to accept or reject, never counted as such.

Bases, the strongest first: a page names another site's page as its canonical one (RFC 6596), two texts are the same
for the most part (`domain.likeness`), the main text links to a source or publisher that is known, or credits one
(`domain.credits`). Nothing is suggested within one publisher's family: corroboration counts that as one anyway.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import islice

from factcheck.domain import dates, likeness, urls
from factcheck.domain.credits import credits_in, known_in
from factcheck.domain.vocabulary import CitationKind

MOST = 20
"""Suggestions that a page brings, at most: more would be read by nobody."""
_LINKS = 1000
"""Links of a page that are looked at."""


class Basis(StrEnum):
    """What a suggestion rests on, the strongest first."""

    CANONICAL = "canonical"
    NEAR_IDENTICAL = "near_identical"
    LINK = "link"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class Page:
    """A source and what was read of it; `published` is its EDTF date, `first_seen` with a time zone."""

    id: str
    text: str
    first_seen: datetime
    url: str | None = None
    published: str | None = None
    publisher: str | None = None
    canonical_url: str | None = None
    links: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What the record knows: sources by canonical URL, their publishers, and publishers by folded name and by host.

    Hosts are without "www."; `families` gives the owner at the top of each publisher that has one.
    """

    sources: Mapping[str, str] = field(default_factory=dict)
    publisher_of: Mapping[str, str | None] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)
    families: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """That `source` relies on `origin`, or on something of `publisher` or at `url` that is no source yet.

    `score` is the likeness where the texts were compared, `detail` says in words what was found.
    """

    kind: CitationKind
    basis: Basis
    source: str
    origin: str | None
    publisher: str | None
    url: str | None
    detail: str
    score: float | None = None


def suggest(page: Page, others: Iterable[Page], known: Known) -> list[Suggestion]:
    """What a page suggests, at most `MOST`, the strongest first and the same whatever the order of what comes in.

    `others` are candidates by their bands. Where one of them is the later, it is the one that relies on `page`.
    """
    found = [*_canonical(page, known), *_alike(page, others, known), *_linked(page, known), *_credited(page, known)]
    foreign = [one for one in found if not _at_home(one, page, known)]
    return sorted(_strongest(foreign), key=_rank)[:MOST]


def _canonical(page: Page, known: Known) -> Iterator[Suggestion]:
    url = _taken(page.canonical_url)
    if url and not _same_site(url, page.url):
        origin = known.sources.get(url)
        publisher = _publisher(url, origin, known)
        detail = f"names {url} as the page that it is a copy of"
        yield Suggestion(CitationKind.REPUBLISHES, Basis.CANONICAL, page.id, origin, publisher, url, detail)


def _alike(page: Page, others: Iterable[Page], known: Known) -> Iterator[Suggestion]:
    own = likeness.shingles(page.text)
    alike = []
    for other in others:
        runs = likeness.shingles(other.text)
        share = likeness.containment(own, runs)
        if share >= likeness.COPIED and other.id != page.id and not _kin(page.publisher, other.publisher, known):
            alike.append((not _relies(page, other, known), _when(other), other, runs, share))
    origins: list[frozenset[str]] = []
    for later, _, other, runs, share in sorted(alike, key=lambda one: one[:2]):
        # What is a copy of an origin found already would only say the same again.
        if any(likeness.containment(runs, origin) >= likeness.COPIED for origin in origins):
            continue
        source, origin = (other, page) if later else (page, other)
        if not later:
            origins.append(runs)
        yield _copied(source, origin, share)


def _copied(source: Page, origin: Page, share: float) -> Suggestion:
    return Suggestion(
        CitationKind.REPUBLISHES,
        Basis.NEAR_IDENTICAL,
        source.id,
        origin.id,
        origin.publisher,
        origin.url,
        f"republishes, {likeness.percent(share)} the same",
        round(share, 4),
    )


def _linked(page: Page, known: Known) -> Iterator[Suggestion]:
    for link in islice(page.links, _LINKS):
        url = _taken(link)
        if url and not _same_site(url, page.url):
            origin = known.sources.get(url)
            publisher = _publisher(url, origin, known)
            if origin or publisher:
                detail = f"links to {url}"
                yield Suggestion(CitationKind.BASED_ON, Basis.LINK, page.id, origin, publisher, url, detail)


def _credited(page: Page, known: Known) -> Iterator[Suggestion]:
    for publisher, credit in known_in(credits_in(page.text), known.names):
        yield Suggestion(CitationKind.BASED_ON, Basis.CREDIT, page.id, None, publisher, None, credit.phrase)


def _at_home(one: Suggestion, page: Page, known: Known) -> bool:
    """Whether a suggestion leads from a page to itself or to its own publisher's family."""
    if one.source != page.id:
        return False
    return one.origin == page.id or _kin(one.publisher, page.publisher, known)


def _strongest(found: Iterable[Suggestion]) -> list[Suggestion]:
    """One for each origin, on its strongest basis; a publisher alone only where nothing of theirs is suggested."""
    best: dict[tuple[str, str], Suggestion] = {}
    for one in sorted(found, key=_rank):
        key = (one.source, _what(one))
        first = best.setdefault(key, one)
        if first.score is None and one.score is not None:
            best[key] = replace(first, score=one.score)
    exact = {(one.source, one.publisher) for one in best.values() if not _of_publisher(one)}
    return [one for one in best.values() if not (_of_publisher(one) and (one.source, one.publisher) in exact)]


def _what(one: Suggestion) -> str:
    if one.origin:
        return f"source {one.origin}"
    return f"publisher {one.publisher}" if _of_publisher(one) else f"url {one.url}"


def _of_publisher(one: Suggestion) -> bool:
    """Whether all that is known of the origin is whose it is; a canonical URL is a page, known or not."""
    return one.origin is None and one.basis is not Basis.CANONICAL


def _rank(one: Suggestion) -> tuple[int, float, str, str, str, str, str]:
    named = (one.source, one.origin or "", one.publisher or "", one.url or "", one.detail)
    return (list(Basis).index(one.basis), -(one.score or 0.0), *named)


def _relies(page: Page, other: Page, known: Known) -> bool:
    """Whether of two like texts `page` is the copy: it points to the other, or neither does and it is the later."""
    forth, back = _points(page, other, known), _points(other, page, known)
    return forth if forth != back else _when(other) < _when(page)


def _points(page: Page, other: Page, known: Known) -> bool:
    """Whether a page names the other as its canonical one, or credits the other's publisher."""
    if (url := _taken(page.canonical_url)) and url == _taken(other.url):
        return True
    hits = known_in(credits_in(page.text), known.names)
    return any(_kin(publisher, other.publisher, known) for publisher, _ in hits)


def _when(page: Page) -> tuple[int, datetime, str]:
    """What pages are ordered by: the day of publication where it is known to the day, else the day first seen."""
    seen = page.first_seen
    day = seen.year * 10000 + seen.month * 100 + seen.day
    if page.published:
        stated = dates.bounds(page.published)
        day = stated.low if stated.low == stated.high else day
    return day, seen, page.id


def _publisher(url: str, origin: str | None, known: Known) -> str | None:
    """Whose a page is: its source's publisher, else that of its host, or of the host that this is a part of."""
    if origin and (publisher := known.publisher_of.get(origin)):
        return publisher
    labels = _site(url).split(".")
    parents = (".".join(labels[at:]) for at in range(max(len(labels) - 1, 1)))
    return next((known.hosts[parent] for parent in parents if parent in known.hosts), None)


def _kin(one: str | None, other: str | None, known: Known) -> bool:
    if one is None or other is None:
        return False
    return known.families.get(one, one) == known.families.get(other, other)


def _same_site(one: str, other: str | None) -> bool:
    """Whether one host is the other, or a part of it.

    Hosts that only share a parent are two: below a platform's name each blog is another's, and which names are
    such platforms only the Public Suffix List would tell.
    """
    theirs = _taken(other)
    if theirs is None:
        return False
    first, second = _site(one), _site(theirs)
    return first == second or first.endswith(f".{second}") or second.endswith(f".{first}")


def _site(url: str) -> str:
    """The host of a canonical URL, without what only says for which screen it is."""
    host = urls.host(url)
    name, _, rest = host.partition(".")
    return rest if name in ("www", "m", "amp", "mobile") and "." in rest else host


def _taken(url: str | None) -> str | None:
    """The canonical spelling of a URL, None for one that the record does not take."""
    try:
        return urls.canonical(url) if url else None
    except ValueError:
        return None
