"""A claim's document as its page shows it."""

from collections.abc import Mapping
from typing import Any

from factcheck.desk.telling import standing, words
from factcheck.desk.telling.words import chip, cut, headed, safe_link, short, source_name
from factcheck.domain.vocabulary import FlagReason, LinkState, QuoteState, Stance, VerdictState
from factcheck.formats.wording import status_words, verdict_words

Json = dict[str, Any]

MOST_LINKS = 50
"""Links that a page shows; the rest stands on further pages."""
MOST_RELATIONS = 40
_MOST_FLAGS = 6
_HEADLINE = 140
"""Characters up to which a claim is set as a headline is; longer ones are set smaller."""
_IN_A_LIST = 400
_VERDICT_ROOM, _REPLY_ROOM, _RELATION_ROOM = 16_000, 10_000, 8_000
"""Bytes that each of these may take of a page."""
_ROOM, _LEAST = 46_000, 8_000
"""Bytes that links may take of a page of their own, and at least of the claim's, where they have what others leave."""
_REASONS = 3000

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
_FLAGS = {
    FlagReason.QUOTE_MISSING: "The quote is no longer on the page",
    FlagReason.PAGE_CHANGED: "The page has changed",
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


def told(document: Json, others: Mapping[str, Json], *, signed_in: bool) -> Json:
    """The claim, its verdicts, replies and relations; `others` are documents of the claims that it bears on. What
    changed on a page of others is for those who are `signed_in`."""
    links = {link["id"]: link for link in document["evidence"]}
    standing_now = [_verdict(one, links) for one in _newest(document, VerdictState.PUBLISHED)]
    past = [_verdict(one, links) for one in _newest(document, VerdictState.SUPERSEDED, VerdictState.VOID)]
    fitting = words.fitting([*standing_now, *past], _VERDICT_ROOM)
    relations = [_relation(one, others) for one in document["relations"][:MOST_RELATIONS]]
    replies = [{**one, "text": cut(one["text"], _REASONS)} for one in document["replies"]]
    return {
        **document,
        "chip": chip(document["status"]),
        "flags": [_flag(flag, links, signed_in=signed_in) for flag in document["needs_review"][:_MOST_FLAGS]],
        "label": _label(document),
        "how": standing.sentences(document),
        "size": "long" if len(document["text"]) > _HEADLINE else "short",
        "said_by": words.office(document["speaker_role"], document["speaker_affiliation"]),
        "elsewhere": [one["source"] for one in document["appearances"] if not one["first"]],
        "standing": standing_now[:fitting],
        "past": past[: max(0, fitting - len(standing_now))],
        "more_verdicts": len(standing_now) + len(past) - fitting,
        "relations": relations[: words.fitting(relations, _RELATION_ROOM)],
        "more_relations": len(document["relations"]) - words.fitting(relations, _RELATION_ROOM),
        "replies": replies[: words.fitting(replies, _REPLY_ROOM)],
        "more_replies": len(replies) - words.fitting(replies, _REPLY_ROOM),
        "preview": preview(document),
    }


def preview(document: Json) -> str:
    """What a link to the page is shown with elsewhere."""
    speaker = document["speaker"]
    who = f"{speaker['name']}: " if speaker else ""
    return f"{words.finding(document)}. {who}{short(document['text'], 180)}"


def room(shown: Json) -> int:
    """Bytes that a claim's page has left for links, beside the rest of it."""
    names = ("text", "quote", "standing", "past", "replies", "relations")
    return max(_LEAST, _ROOM - sum(len(repr(shown[name]).encode()) for name in names))


def links(document: Json, start: int = 0, room: int = _ROOM) -> tuple[list[Json], int | None]:
    """Links from a place on, as many as there is room for, and the place of the first one left out."""
    shown = [_link(link) for link in document["evidence"][start : start + MOST_LINKS]]
    fitting = words.fitting(shown, room)
    further = start + fitting
    return shown[:fitting], further if further < len(document["evidence"]) else None


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
        "justification": cut(verdict["justification"], _REASONS),
        "override_reason": cut(verdict["override_reason"], 600),
        "label": "" if label == own else label,
        "review_url": safe_link(verdict["review_url"]),
        "rests_on": [
            {"id": one, "name": short(source_name(links[one]["source"]), 120)}
            for one in verdict["evidence"][:12]
            if one in links
        ],
        "rests_on_more": max(0, len(verdict["evidence"]) - 12),
        "taken_back": verdict["state"] == VerdictState.VOID,
        "corrections": [_correction(one) for one in verdict["corrections"][-12:]],
    }


def _correction(correction: Json) -> Json:
    before, after = correction["rating"]["before"], correction["rating"]["after"]
    change = ""
    if after is None:
        change = f"“{status_words(before)}” taken back"
    elif after != before:
        change = f"“{status_words(before)}” became “{status_words(after)}”"
    return {
        "kind": headed(correction["type"]),
        "change": change,
        "reason": short(correction["reason"], 600),
        "created_at": correction["created_at"],
    }


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
        "stance": words.STANCES[stance],
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


def _flag(flag: Json, links: Mapping[str, Json], *, signed_in: bool) -> Json:
    """Why somebody should look again, and at which source."""
    link = links.get(flag["evidence"])
    return {
        "words": _FLAGS[FlagReason(flag["reason"])],
        "source": flag["source"],
        "name": short(source_name(link["source"] if link else None), 160),
        "at": flag["created_at"],
        # A browser's session opens nothing under /v1.
        "diff": f"/desk{flag['diff'].removeprefix('/v1')}" if signed_in else "",
    }


def _relation(relation: Json, others: Mapping[str, Json]) -> Json:
    other = others.get(relation["claim"])
    return {
        "claim": relation["claim"],
        "note": short(relation["note"], 400) or "",
        "words": _RELATIONS[relation["kind"], relation["direction"]],
        "text": short(other["text"], 300) if other else f"claim {relation['claim']}",
        "lang": other["language"] if other else None,
        "chip": chip(other["status"]) if other else None,
    }
