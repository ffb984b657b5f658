"""ClaimReview, as publishers put it out, to entries of an import.

Sources: schema.org (ClaimReview, Claim, Rating), Google's "Fact check (ClaimReview) structured data", and what of it
is found in pages: both spell the speaker, the first appearance and the rating in several ways.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import IO, Any

from factcheck.domain import urls
from factcheck.domain.vocabulary import SpeakerKind, Stance
from factcheck.formats import markup
from factcheck.formats import schema_org as given
from factcheck.formats.entries import BadRow, Entry, Json, Judgement, Place, Row, Unreadable
from factcheck.formats.incoming import chunks, json_lines, parsed
from factcheck.formats.json_pieces import pieces
from factcheck.formats.schema_org import Index

WHOLE = 1024 * 1024
"""Bytes up to which a JSON-LD file is read as one, so that its parts can refer to one another by `@id`."""

_REVIEW = "ClaimReview"
_GROUPS = {"Organization", "NewsMediaOrganization", "Corporation", "GovernmentOrganization", "NGO", "PoliticalParty"}
_STANDING_FOR = {"url", "@id", "@type", "@context"}
# By type of thing: what is read of it. The rest is told at the end of the import.
_READ = {
    "": {
        "claimReviewed", "itemReviewed", "reviewRating", "author", "url", "datePublished", "dateModified", "sameAs",
        "inLanguage", "keywords", "isBasedOn", "citation", "reviewBody", "description", "publisher", "mainEntityOfPage",
    },
    "itemReviewed": {
        "author", "creator", "datePublished", "dateCreated", "text", "name", "inLanguage", "firstAppearance",
        "appearance", "url", "sameAs", "headline", "keywords",
    },
    "reviewRating": {
        "alternateName", "name", "ratingValue", "bestRating", "worstRating", "ratingExplanation", "description",
    },
}  # fmt: skip
NAMES = {
    "text": "claimReviewed",
    "quote": "itemReviewed.text",
    "speaker.name": "itemReviewed.author.name",
    "speaker": "itemReviewed.author",
    "speaker_role": "itemReviewed.author.jobTitle",
    "claim_date": "itemReviewed.datePublished",
    "language": "inLanguage",
    "topics": "keywords",
    "source": "itemReviewed.firstAppearance",
    "appearances": "itemReviewed.appearance",
    "evidence": "isBasedOn",
    "verdict.rating": "reviewRating.alternateName",
    "verdict.label": "reviewRating.alternateName",
    "verdict.justification": "reviewRating.ratingExplanation",
    "verdict.review_url": "url",
    "verdict": "reviewRating",
}
"""What ClaimReview calls the fields of an entry."""

_LONGEST_LABEL = 100
_MOST_TOPICS = 50
# Of each kind; a claim takes fewer, and to tell so must not take long.
_MOST_SOURCES = 1000


def of_json(file: IO[bytes]) -> Iterator[Row]:
    """The reviews of a JSON-LD file, a DataFeed of any length, or a list; raises Unreadable."""
    start = file.read(WHOLE + 1)
    whole = _whole(start) if len(start) <= WHOLE else None
    row = 0
    for line, size, value in [(1, len(start), whole)] if whole is not None else _cut(start, file):
        for found in _reviews(value):
            row += 1
            yield Place(row, line, size), found


def of_lines(file: IO[bytes]) -> Iterator[Row]:
    """The reviews of a file with a JSON value on each line; raises Unreadable."""
    row = 0
    for place, value in json_lines(file):
        for found in _reviews(value):
            row += 1
            yield Place(row, place.line, place.size), found


def of_page(file: IO[bytes]) -> Iterator[Row]:
    """The reviews of an HTML page, in JSON-LD or microdata, each once; raises Unreadable."""
    body = file.read(markup.MAX_PAGE + 1)
    blocks = list(markup.read(body, _REVIEW))
    known = given.index([value for _, value in blocks])
    row, seen = 0, set[str]()
    for line, value in blocks:
        for found in _reviews(value, known):
            # Pages say the same in both ways.
            same = json.dumps([found.claim, str(found.judgement)]) if isinstance(found, Entry) else ""
            if same not in seen:
                row += 1
                seen |= {same} - {""}
                yield Place(row, line), found


def _whole(raw: bytes) -> Any:
    try:
        return parsed(raw.removeprefix(b"\xef\xbb\xbf"))
    except BadRow:
        return None  # cut up, it says where


def _cut(start: bytes, rest: IO[bytes]) -> Iterator[tuple[int, int, Any]]:
    def both() -> Iterator[bytes]:
        yield start
        yield from chunks(rest)

    for line, piece in pieces(both()):
        if isinstance(piece, BadRow):
            yield line, 0, piece
            continue
        try:
            value = parsed(piece)
        except BadRow as error:
            value = error
        yield line, len(piece), value


def _reviews(value: Any, known: Index | None = None) -> Iterator[Entry | BadRow]:
    if isinstance(value, BadRow):
        yield value
        return
    known = given.index(value) if known is None else known
    for review in given.things(value, _REVIEW):
        try:
            yield entry(review, known)
        except BadRow as error:
            yield error


def entry(review: Json, known: Index) -> Entry:
    """A review as an entry; raises BadRow."""
    items = given.objects(review.get("itemReviewed"), known)
    item = items[0] if items else {}
    rating = next(iter(given.objects(review.get("reviewRating"), known)), {})
    bare = review.get("reviewRating")
    if not isinstance(bare, (dict, list)) and given.number(bare) is not None:
        rating = {"ratingValue": bare}
    author = next(iter(given.objects(review.get("author") or review.get("publisher"), known)), {})
    appearances = _appearances(item, known)
    evidence, archives = _evidence(review, known)
    judgement = _judgement(review, rating, given.text(author.get("name") or author.get("url")))
    return Entry(
        claim=_claim(review, item, known, appearances),
        identity=_identity(review),
        appearances=[{"source": source} for source in appearances[1:]],
        evidence=evidence,
        archives=archives,
        judgement=judgement,
        said=_said(review, rating, judgement),
        left=_left(review, item, rating) + ["itemReviewed"] * (len(items) - 1 if len(items) > 1 else 0),
        names=NAMES,
    )


def _claim(review: Json, item: Json, known: Index, appearances: list[Json]) -> Json:
    is_claim = "Claim" in given.types(item)
    name = given.text(item.get("name")) if is_claim or set(item) <= {"name"} else None
    quote = given.text(item.get("text"))
    text = given.text(review.get("claimReviewed")) or quote or name
    if text is None:
        raise BadRow("is missing: it says what was checked", "claimReviewed")
    speaker, role = _speaker(item, known)
    return _where(
        text=text,
        quote=quote if quote != text else None,
        speaker=speaker,
        speaker_role=role,
        claim_date=given.date(item.get("datePublished") or item.get("dateCreated"), NAMES["claim_date"]),
        language=_language(review.get("inLanguage") or item.get("inLanguage")),
        topics=_topics(review.get("keywords") or item.get("keywords")),
        source=appearances[0] if appearances else None,
    )


def _speaker(item: Json, known: Index) -> tuple[Json | None, str | None]:
    for author in given.objects(item.get("author") or item.get("creator"), known):
        name = given.text(author.get("name"))
        if name:
            kind = SpeakerKind.ORGANISATION if _GROUPS & set(given.types(author)) else SpeakerKind.PERSON
            described = _where(name=name, kind=str(kind), wikidata_id=given.wikidata_id(author))
            return described, given.text(author.get("jobTitle"))
    return None, None


def _appearances(item: Json, known: Index) -> list[Json]:
    """The sources in which the claim was made, the first one first; what is reviewed may itself be one."""
    found: list[Json] = []
    for name in ("firstAppearance", "appearance"):
        found += [source for one in _few(item.get(name), f"itemReviewed.{name}") if (source := _source(one, known))]
    if not found and (at := given.url(item.get("url"))):
        found.append(_where(url=at, title=given.text(item.get("headline"))))
    if not found and "Claim" in given.types(item):
        found += [{"url": at} for one in _few(item.get("sameAs"), "itemReviewed.sameAs") if (at := given.url(one))]
    return _distinct(found)


def _few(value: Any, field: str) -> list[Any]:
    """The value as a list; raises BadRow for one that is long."""
    listed = list(given.listed(value))
    if len(listed) > _MOST_SOURCES:
        raise BadRow(f"has more than {_MOST_SOURCES:,} entries", field)
    return listed


def _evidence(review: Json, known: Index) -> tuple[list[Json], list[tuple[str, str]]]:
    """What the review says that it rests on; it does not say for which side each speaks."""
    sources, archives = [], []
    for one in [*_few(review.get("isBasedOn"), "isBasedOn"), *_few(review.get("citation"), "citation")]:
        source = _source(one, known)
        if source:
            sources.append(source)
            copy = given.url(one.get("archivedAt")) if isinstance(one, dict) else None
            if copy and source.get("url"):
                archives.append((source["url"], copy))
    return [{"source": source, "stance": str(Stance.MENTIONS)} for source in _distinct(sources)], archives


def _source(value: Any, known: Index) -> Json | None:
    at = given.url(value)
    thing = next(iter(given.objects(value, known)), {}) if isinstance(value, dict) else {}
    at = at or given.url(thing)
    title = given.text(thing.get("headline") or thing.get("name")) if thing else None
    if at is None and title is None:
        title = given.text(value) if isinstance(value, str) else None
    if at is None and title is None:
        return None
    publisher = next(iter(given.objects(thing.get("publisher"), known)), {})
    name = given.text(publisher.get("name"))
    published = given.date(thing.get("datePublished"), "datePublished")
    return _where(url=at, title=title, publisher={"name": name} if name else None, published_at=published)


def _distinct(sources: list[Json]) -> list[Json]:
    """Each page once, under whatever spelling."""
    found: dict[str, Json] = {}
    for source in sources:
        key = urls.canonical(source["url"]) if "url" in source else f"title {source['title']}"
        found.setdefault(key, source)
    return list(found.values())


def _judgement(review: Json, rating: Json, publisher: str | None) -> Judgement:
    label = given.text(rating.get("alternateName")) or given.text(rating.get("name"))
    value, at = given.number(rating.get("ratingValue")), NAMES["verdict.label"]
    worst, best = given.number(rating.get("worstRating")), given.number(rating.get("bestRating"))
    if label is None and value is None:
        # Some put the word where the number belongs.
        label = given.text(rating.get("ratingValue"))
    if label is None:
        raise BadRow("is missing" if value is None else "is missing: a number alone does not say what it means", at)
    if len(label) > _LONGEST_LABEL:
        raise BadRow(f"has more than {_LONGEST_LABEL} characters", at)
    data = _where(justification=_justification(review, rating), review_url=_own_address(review))
    numbers = (value, worst, best) if value is not None and worst is not None and best is not None else None
    return Judgement(data, label, publisher=publisher, numbers=numbers)


def _justification(review: Json, rating: Json) -> str | None:
    given_in = (rating.get("ratingExplanation"), review.get("reviewBody"), rating.get("description"))
    return next((said for one in (*given_in, review.get("description")) if (said := given.text(one))), None)


def _own_address(review: Json) -> str | None:
    """Where the review stands. A record like this one names its own page in `url`, and the article in `sameAs`."""
    return given.url(review.get("sameAs")) or given.url(review.get("url")) or given.url(review.get("mainEntityOfPage"))


def _identity(review: Json) -> str | None:
    """An `@id` that is an address, or the review's page with the claim on it, as a page can have several reviews."""
    identity = review.get("@id")
    if isinstance(identity, str) and given.is_url(identity):
        return identity
    page = given.url(review.get("url"))
    claim = given.text(review.get("claimReviewed"))
    # A digest, so that no event repeats the claim's words: they may have to be erased.
    return f"{page} {hashlib.sha256(claim.encode('utf-8', 'replace')).hexdigest()[:16]}" if page and claim else None


def _said(review: Json, rating: Json, judgement: Judgement) -> Json:
    """The publisher's own words, for the events: label and numbers as they stand, and when it was published."""
    numbers = _where(**{name: given.text(rating.get(name)) for name in ("ratingValue", "worstRating", "bestRating")})
    return _where(
        publisher=judgement.publisher,
        label=judgement.label,
        **numbers,
        datePublished=given.text(review.get("datePublished")),
        url=given.url(review.get("url")),
    )


def _language(value: Any) -> str | None:
    said = given.text(value)
    return said.replace("_", "-") if said else None


def _topics(value: Any) -> list[str]:
    words = [word for one in given.listed(value) if (said := given.text(one)) for word in said.split(",")]
    found = dict.fromkeys(word.strip() for word in words if 0 < len(word.strip()) <= 100)
    return list(found)[:_MOST_TOPICS]


def _left(review: Json, item: Json, rating: Json) -> list[str]:
    """Names of what says something and has no place."""
    found = []
    for name, thing in (("", review), ("itemReviewed", item), ("reviewRating", rating)):
        at = f"{name}." if name else ""
        found += [
            f"{at}{key}" for key, value in thing.items()
            if key not in _READ[name] and not key.startswith("@") and value not in (None, "", [], {})
        ]  # fmt: skip
    return found


def _where(**members: Any) -> Json:
    return {name: value for name, value in members.items() if value not in (None, [], {})}


__all__ = ["NAMES", "Unreadable", "entry", "of_json", "of_page"]
