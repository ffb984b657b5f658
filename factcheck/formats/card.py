"""A claim as a small page that others may frame: what was said, by whom, and what the house found. No script."""

import hashlib
from base64 import b64encode
from html import escape
from typing import Any

from factcheck.domain.reviews import day
from factcheck.domain.vocabulary import Status
from factcheck.formats.badge import COLOURS, INK
from factcheck.formats.house import House
from factcheck.formats.wording import inert, shortened, status_words, verdict_words

MEDIA_TYPE = "text/html; charset=utf-8"
WIDTH, HEIGHT = 480, 240
NARROWEST = 240

Json = dict[str, Any]

_LONGEST = 280
_STYLE = f"""
:root {{ color-scheme: light dark; --paper: #ffffff; --ink: #1c1e21; --faint: #5b5f66; --line: #c9ccd1; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --paper: #1b1d20; --ink: #eceef0; --faint: #a9aeb6; --line: #44484f; }}
}}
* {{ box-sizing: border-box; margin: 0; }}
body {{ font: 16px/1.4 system-ui, sans-serif; background: var(--paper); color: var(--ink); }}
article {{ min-height: 100vh; padding: 16px; border: 1px solid var(--line); }}
article {{ display: flex; flex-direction: column; gap: 8px; }}
blockquote {{ font-weight: 600; overflow-wrap: anywhere; }}
p {{ color: var(--faint); font-size: 14px; overflow-wrap: anywhere; }}
strong {{ align-self: flex-start; color: {INK}; padding: 2px 10px; border-radius: 4px; }}
footer {{ margin-top: auto; font-size: 14px; }}
a {{ color: inherit; }}
{"".join(f".{status} {{ background: {colour}; }} " for status, colour in COLOURS.items())}
"""
_HASH = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors *"
"""The page's Content-Security-Policy: its own style, nothing else, in anybody's frame."""


def card(document: Json, house: House) -> bytes:
    """The page of a claim's document."""
    status, verdict, text = document["status"], document["verdict"], shortened(document["text"], _LONGEST)
    found, words = verdict_words(verdict) if verdict else status_words(status), status_words(status)
    label = f"<p>{_shown(found)}</p>" if found != words else ""
    page = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{_shown(f"{found}: {text}")}</title><style>{_STYLE}</style></head>
<body><article>
<strong class="{Status(status)}">{words}</strong>{label}
<blockquote dir="auto"{_language(document)}>{_shown(text)}</blockquote>
<p>{_shown(_said(document))}</p>
<footer><a href="{_shown(house.claim(document["id"]))}" target="_blank" rel="noopener">Fact check by \
{_shown(house.name)}</a></footer>
</article></body></html>
"""
    return page.encode()


def frame(document: Json, house: House, width: int, height: int) -> str:
    """HTML that shows the card, for pages of others; the link opens outside the frame and nothing else may."""
    address = _shown(f"{house.claim(document['id'])}/card")
    return (
        f'<iframe src="{address}" width="{width}" height="{height}" title="{_shown(title(document))}" '
        'sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy" style="border:0"></iframe>'
    )


def title(document: Json) -> str:
    """What the claim's fact check is called in one line."""
    verdict = document["verdict"]
    found = verdict_words(verdict) if verdict else status_words(document["status"])
    return inert(shortened(f"{found}: {document['text']}", _LONGEST))


def _said(document: Json) -> str:
    """Who said it, in which office, when; what is not known is left out."""
    speaker, date = document["speaker"], day(document["claim_date"])
    parts = [speaker["name"] if speaker else None, document["speaker_role"] if speaker else None, date]
    return ", ".join(part for part in parts if part) or "Speaker not known"


def _language(document: Json) -> str:
    return f' lang="{_shown(document["language"])}"' if document["language"] else ""


def _shown(text: str) -> str:
    return escape(inert(text))
