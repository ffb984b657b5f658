"""A claim's card as oEmbed describes it (https://oembed.com, version 1.0)."""

import re
from typing import Any
from urllib.parse import urlsplit

from factcheck.formats import card
from factcheck.formats.house import House

CACHE_SECONDS = 300

Json = dict[str, Any]

_PATH = re.compile(r"/claims/([^/.]+)(/card|\.jsonld)?")


def claim_in(url: str, house: House) -> str | None:
    """The id in the address of a claim's public page; None for any other address."""
    try:
        given, own = urlsplit(url), urlsplit(house.url)
    except ValueError:
        return None
    path = given.path.removeprefix(own.path)
    found = _PATH.fullmatch(path)
    # http and https are one place here: addresses are shared in both.
    same = {given.scheme, own.scheme} <= {"http", "https"} and given.netloc.lower() == own.netloc.lower()
    return found[1] if found and same and given.path == own.path + path else None


def describe(document: Json, house: House, most_wide: int | None, most_high: int | None) -> Json:
    """What to show for a claim's document: its card, or a link where there is no room for one."""
    found = {
        "version": "1.0",
        "title": card.title(document),
        "author_name": house.name,
        "author_url": house.url,
        "provider_name": house.name,
        "provider_url": house.url,
        "cache_age": CACHE_SECONDS,
    }
    width, height = min(card.WIDTH, most_wide or card.WIDTH), min(card.HEIGHT, most_high or card.HEIGHT)
    if width < card.NARROWEST or height < card.HEIGHT // 2:
        return {"type": "link", **found}
    shown = {"html": card.frame(document, house, width, height), "width": width, "height": height}
    return {"type": "rich", **found, **shown}
