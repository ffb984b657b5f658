"""A claim's document as its page shows it."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from factcheck.desk.telling import standing, words
from factcheck.desk.telling.words import chip, headed, safe_link, short, source_name
from factcheck.domain.vocabulary import LinkState, QuoteState, Stance, VerdictState
from factcheck.formats.wording import status_words, verdict_words

Json = dict[str, Any]

MOST_LINKS = 50
"""Links that a page shows; the rest stands on further pages."""
_HEADLINE = 140
"""Characters up to which a claim is set as a headline is; longer ones are set smaller."""
_IN_A_LIST = 400
_ROOM = 24_000
"""Bytes of the links' own texts that a page has room for."""

_STANCES = {
    Stance.SUPPORTS: "Supports the claim",
    Stance.REFUTES: "Speaks against the claim",
    Stance.MENTIONS: "Mentions it",
}
_LINKS = {
    LinkState.UNCHECKED: "Link not checked yet",
    LinkState.ALIVE: "Link works",
    LinkState.FAILING: "Link has failed lately",
    LinkState.DEAD: "Link is dead",
    LinkState.BLOCKED: "Page refuses to be checked",
}
_QUOTES = {
    QuoteState.UNCHECKED: "Quote not looked for yet",
    QuoteState.PRESENT: "Quote is on the page",
    QuoteState.MOVED: "Quote is on the page, in another place",
    QuoteState.MISSING: "Quote is no longer on the page",
}
_RELATIONS = {
    ("same_event", "outgoing"): "Speaks of the same event",
    ("same_event", "incoming"): "Speaks of the same event",
    ("narrower", "outgoing"): "Says less than",
    ("narrower", "incoming"): "Says more than",
    ("contradicts", "outgoing"): "Contradicts",
    ("contradicts", "incoming"): "Is contradicted by",
    ("confirms", "outgoing"): "Confirms",
    ("confirms", "incoming"): "Is confirmed by",
    ("later_version", "outgoing"): "Is a later version of",
    ("later_version", "incoming"): "Has a later version",
    ("distinct", "outgoing"): "Looks like, and is not",
    ("distinct", "incoming"): "Looks like, and is not",
}


def told(document: Json, others: Mapping[str, Json]) -> Json:
    """The claim, its verdicts, replies and relations; `others` are documents of the claims that it bears on."""
    links = {link["id"]: link for link in document["evidence"]}
    return {
        **document,
        "chip": chip(document["status"]),
        "label": _label(document),
        "how": standing.sentences(document),
        "size": "long" if len(document["text"]) > _HEADLINE else "short",
        "said_by": " · ".join(filter(None, [document["speaker_role"], document["speaker_affiliation"]])),
        "elsewhere": [one["source"] for one in document["appearances"] if not one["first"]],
        "standing": [_verdict(one, links) for one in _newest(document, VerdictState.PUBLISHED)],
        "past": [_verdict(one, links) for one in _newest(document, VerdictState.SUPERSEDED, VerdictState.VOID)],
        "relations": [_relation(one, others) for one in document["relations"]],
        "preview": preview(document),
    }


def preview(document: Json) -> str:
    """What a link to the page is shown with elsewhere."""
    speaker = document["speaker"]
    who = f"{speaker['name']}: " if speaker else ""
    return f"{words.finding(document)}. {who}{short(document['text'], 180)}"


def links(document: Json, start: int = 0) -> tuple[list[Json], int | None]:
    """Links from a place on, as many as a page has room for, and the place of the first one left out."""
    shown: list[Json] = []
    room = _ROOM
    for place, link in enumerate(document["evidence"][start:], start):
        told_link = _link(link)
        room -= sum(len(str(told_link[name]).encode()) for name in ("quoted", "note", "name", "href"))
        if shown and (room < 0 or len(shown) >= MOST_LINKS):
            return shown, place
        shown.append(told_link)
    return shown, None


def _label(document: Json) -> str:
    """The house's own label where it says something else than the status."""
    verdict = document["verdict"]
    found = verdict_words(verdict) if verdict else ""
    return "" if found == status_words(document["status"]) else found


def _newest(document: Json, *states: str) -> list[Json]:
    found = [verdict for verdict in document["verdicts"] if verdict["state"] in states]
    return sorted(found, key=lambda verdict: str(verdict["published_at"]), reverse=True)


def _verdict(verdict: Json, links: Mapping[str, Json]) -> Json:
    own = status_words(verdict["rating"])
    label = verdict_words(verdict)
    return {
        **verdict,
        "chip": chip(verdict["rating"]),
        "label": "" if label == own else label,
        "review_url": safe_link(verdict["review_url"]),
        "rests_on": [
            {"id": one, "name": short(source_name(links[one]["source"]), 120)}
            for one in verdict["evidence"][:MOST_LINKS]
            if one in links
        ],
        "taken_back": verdict["state"] == VerdictState.VOID,
        "corrections": [_correction(one) for one in verdict["corrections"]],
    }


def _correction(correction: Json) -> Json:
    before, after = correction["rating"]["before"], correction["rating"]["after"]
    change = ""
    if after is None:
        change = f"“{status_words(before)}” taken back"
    elif after != before:
        change = f"“{status_words(before)}” became “{status_words(after)}”"
    return {**correction, "kind": headed(correction["type"]), "change": change}


def _link(link: Json) -> Json:
    source, stated = link["source"], link["quote"]
    stance = Stance(link["stance"])
    return {
        "id": link["id"],
        "source": source["id"],
        "name": short(source_name(source), 200),
        "href": safe_link(source["url"]),
        "publisher": source["publisher"]["name"] if source["publisher"] else "",
        "published_at": source["published_at"],
        "stance": _STANCES[stance],
        "stance_name": stance.value,
        "quoted": short(stated["exact"], _IN_A_LIST) if stated else "",
        "note": short(link["note"], _IN_A_LIST) or "",
        "states": _states(link),
        "archive_url": safe_link(link["archive_url"]),
        "by": link["attached_by"]["name"],
        "at": link["attached_at"],
    }


def _states(link: Json) -> list[Json]:
    """What is known of the page; whether that is well or not is said in words and by a sign."""
    found = []
    if link["source"]["url"] is None:
        found.append({"words": "Has no web address", "well": "unknown"})
    else:
        state = LinkState(link["link_state"])
        well = {LinkState.ALIVE: "well", LinkState.DEAD: "ill", LinkState.FAILING: "ill"}.get(state, "unknown")
        found.append({"words": _LINKS[state], "well": well})
    if link["quote"] and link["quote_state"]:
        quoted = QuoteState(link["quote_state"])
        well = {QuoteState.PRESENT: "well", QuoteState.MISSING: "ill"}.get(quoted, "unknown")
        found.append({"words": _QUOTES[quoted], "well": well})
    return found


def _relation(relation: Json, others: Mapping[str, Json]) -> Json:
    other = others.get(relation["claim"])
    return {
        **relation,
        "words": _RELATIONS[relation["kind"], relation["direction"]],
        "text": short(other["text"], 300) if other else f"claim {relation['claim']}",
        "lang": other["language"] if other else None,
        "chip": chip(other["status"]) if other else None,
    }


def address(path: str, **query: object) -> str:
    """A path of this service with the given query."""
    pairs: Sequence[str] = [f"{name}={quote(str(value))}" for name, value in query.items() if value is not None]
    return f"{path}?{'&'.join(pairs)}" if pairs else path
