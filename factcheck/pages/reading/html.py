"""What a page of HTML says."""

import re
from collections.abc import Iterable, Iterator
from configparser import ConfigParser
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from htmldate import find_date
from lxml import etree, html
from trafilatura import bare_extraction, baseline, extract_metadata
from trafilatura.settings import DEFAULT_CONFIG

from factcheck.domain.readings import Reading
from factcheck.domain.wording import address, language, line, lines, without_repeats

# An element of lxml, which comes without types.
Element = Any

_SHORT = 250
"""Below so many characters trafilatura may have missed what there is."""

# trafilatura takes all there is on a page, menus too, where it finds less than this: `_marked` knows better.
_WITHOUT_DUMPS = ConfigParser()
_WITHOUT_DUMPS.read_dict({"DEFAULT": {**DEFAULT_CONFIG["DEFAULT"], "min_extracted_size": "0"}})

# Tags of HTML, and trafilatura's own in what it extracts.
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "br", "button", "caption", "dd", "details", "dialog",
        "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "hr", "legend", "li", "main", "menu", "nav", "ol", "option", "p", "pre", "search", "section",
        "summary", "table", "tbody", "tfoot", "thead", "tr", "ul", "head", "item", "lb", "list", "quote", "row",
    }
)  # fmt: skip
_CELLS = frozenset({"td", "th", "cell"})
_UNSEEN = frozenset(
    {
        "script", "style", "template", "noscript", "iframe", "object", "audio", "video", "canvas", "datalist", "title",
        "meta", "link",
    }
)  # fmt: skip
_AROUND = frozenset({"nav", "aside", "footer", "form", "button", "menu", "dialog"})
_KEEP_BREAKS = frozenset({"pre", "code"})

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LATER = re.compile("modif|updat|revis|copyright|expir", re.IGNORECASE)
_DATED = re.compile("date|time|pub|posted|creat|issue|fecha|datum", re.IGNORECASE)
_DATED_DATA = re.compile('"date(Published|Created)"')
_DATE_LENGTH = 120
_SOURCES = ("syndication-source", "original-source")


def read(text: str, url: str) -> Reading:
    """What the page at a URL says. Raises whatever libraries raise for pages that they cannot take."""
    page = _parsed(text)
    if page is None:
        return Reading()
    base = address(_attribute(page.find(".//base[@href]"), "href"), url) or url
    _make_absolute(page, base)
    main = _main(page, url)
    about = extract_metadata(deepcopy(page), url, _date_limits(), False)
    return Reading(
        text=lines(_visible(main)),
        everything=lines(_visible(page, _UNSEEN)),
        title=line(about.title),
        author=line(about.author),
        published_at=_published(page, url),
        language=language(page.get("lang") or page.get("xml:lang")),
        links=without_repeats(_links(main, url)),
        canonical=_canonical(page, base),
    )


def _parsed(text: str) -> Element | None:
    # The parser puts the text after a comment where it belongs, which a walk over the tree would miss.
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    plain = _UNFIT.sub("", text)
    if not plain.strip():
        return None
    page = html.document_fromstring(plain.encode(), parser=parser)
    return page if page.tag == "html" else None


def _make_absolute(page: Element, base: str) -> None:
    for link in page.iter("a"):
        target = address(link.attrib.pop("href", ""), base)
        if target is not None:
            link.set("href", target)


def _main(page: Element, url: str) -> Element:
    """The main part of a page: trafilatura's choice, or the page's own where that is next to nothing."""
    found = bare_extraction(
        page, url, favor_recall=True, include_comments=False, include_links=True, config=_WITHOUT_DUMPS
    )
    main = getattr(found, "body", None)
    size = len(_visible(main)) if main is not None else 0
    if main is not None and size >= _SHORT:
        return main
    marked = _marked(page)
    if main is None or len(_visible(marked)) > 2 * size:
        main, size = marked, len(_visible(marked))
    # A page that is put together in the browser may have its words in its data alone.
    carried, text, _length = baseline(_document(page.iterfind('.//script[@type="application/ld+json"]')))
    return carried if size < _SHORT and len(text) > size else main


def _marked(page: Element) -> Element:
    """The part that a page marks as its main one: the longest article, or else the first that is anything."""
    articles = sorted(page.iter("article"), key=lambda one: -len(_visible(one)))
    for part in (*articles[:1], *page.iter("main"), *page.iterfind(".//*[@role='main']")):
        if _visible(part).strip():
            return part
    body = deepcopy(page)
    for header in list(body.iter("header")):
        header.drop_tree()
    return body


def _visible(root: Element, unseen: frozenset[str] = _UNSEEN | _AROUND) -> str:
    """The text below an element: a line for each block, cells of a row side by side."""
    parts, kept = list[str](), 0
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag, skipped = element.tag, element.tag in unseen and element is not root
        if event == "start":
            kept += tag in _KEEP_BREAKS
            parts += _edge(tag), "" if skipped else _spaced(element.text, kept)
            if skipped:
                walk.skip_subtree()
        else:
            kept -= tag in _KEEP_BREAKS
            parts += _edge(tag), "" if element is root else _spaced(element.tail, kept)
    return "".join(parts)


def _edge(tag: str) -> str:
    return "\n" if tag in _BLOCKS else " " if tag in _CELLS else ""


def _spaced(text: str | None, kept: int) -> str:
    return (text or "") if kept else " ".join(re.split(r"\s+", text or ""))


def _date_limits() -> dict[str, Any]:
    """What htmldate may take: no guess, and no day that has begun nowhere yet."""
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    return {"original_date": True, "extensive_search": False, "max_date": tomorrow.strftime("%Y-%m-%d")}


def _published(page: Element, url: str) -> str | None:
    """The day on which a page says that it was published: in its head, its data, its address or beside its headline.

    Any other date on it may be the day of the look, of another article or of the site's first year.
    """
    limits = {**_date_limits(), "url": url, "deferred_url_extractor": True}
    found: str | None = find_date(_document(_dated(page)), **limits)
    for element in () if found else _beside_headline(page):
        found = find_date(_document([element]), **limits)
        if found:
            break
    return found


def _dated(page: Element) -> Iterator[Element]:
    for meta in page.iter("meta"):
        names = " ".join(str(meta.get(one, "")) for one in ("name", "property", "itemprop", "pubdate", "http-equiv"))
        if _DATED.search(names) and not _LATER.search(names):
            yield meta
    for script in page.iterfind('.//script[@type="application/ld+json"]'):
        if _DATED_DATA.search(script.text or ""):
            yield script


def _beside_headline(page: Element) -> Iterator[Element]:
    """The first element with a date in the article, as a tag that htmldate takes at its word."""
    for element in page.iterfind(".//article//*"):
        names = " ".join(str(element.get(one, "")) for one in ("class", "itemprop", "id"))
        is_date = (element.tag == "time" or _DATED.search(names)) and not _LATER.search(names)
        text = element.get("datetime") or element.get("content") or _visible(element).strip()
        if is_date and 0 < len(text) <= _DATE_LENGTH and not any(one.tag in _AROUND for one in element.iterancestors()):
            yield html.Element("meta", name="date", content=text)
            return


def _document(elements: Iterable[Element]) -> Element:
    """A page of nothing but copies of these in its head."""
    page = html.document_fromstring("<html><head></head><body></body></html>")
    page.head.extend([deepcopy(element) for element in elements])
    return page


def _links(main: Element, url: str) -> Iterator[str]:
    """Where links lead, but for those to other places on the same page; trafilatura has tags of its own for them."""
    here = address(url)
    for link in main.iter("a", "ref"):
        target = address(link.get("href") or link.get("target") or "")
        if target is not None and target != here:
            yield target


def _canonical(page: Element, base: str) -> str | None:
    """Where a page says that it is from: what it was taken over from, or else its own best address."""
    taken_over = [one.get("content", "") for one in page.iter("meta") if one.get("name", "").lower() in _SOURCES]
    own = [one.get("href", "") for one in page.iter("link") if "canonical" in one.get("rel", "").lower().split()]
    return next((found for one in taken_over + own if one and (found := address(one, base))), None)


def _attribute(element: Element | None, name: str) -> str:
    return element.get(name, "") if element is not None else ""
