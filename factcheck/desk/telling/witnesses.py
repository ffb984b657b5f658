"""Whether the links are independent witnesses: in words first, then as a drawing of who relies on whom.

The drawing has a row for each source, above all that it relies on; at its side lanes lead down to the origins, as in
a drawing of branches. The rows' words are text of the page, so that they wrap, can be followed and are read aloud;
only the lanes are an image.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from factcheck.desk.telling.words import counted, short, source_name
from factcheck.domain.vocabulary import Stance

Json = dict[str, Any]

MOST_ROWS = 40
"""Sources that a drawing has room for."""
_MOST_GROUPS = 8
_WEIGHED = (Stance.SUPPORTS, Stance.REFUTES)
_ONE = {Stance.SUPPORTS: "that supports the claim", Stance.REFUTES: "that speaks against the claim"}
_MANY = {Stance.SUPPORTS: "that support the claim", Stance.REFUTES: "that speak against the claim"}
_ROW = 64
"""Units of the drawing that a row is high; in the page a row is 4 em."""
_EM = 16
_LANE, _WIDEST = 22, 110
_SIZE = 6


@dataclass(frozen=True, slots=True)
class Row:
    """A source in the drawing: the lane that it stands in, and of each line that leaves it the lane and last row."""

    id: str
    lane: int
    lines: Sequence[tuple[int, int]]


def told(corroboration: Json, document: Json) -> Json:
    """The words and the drawing of a claim's `/corroboration`, for its document."""
    stances = [_stance(stance, corroboration[stance]) for stance in _WEIGHED if corroboration[stance]["links"]]
    nodes = {node["id"]: node for node in corroboration["graph"]["nodes"]}
    edges = [edge for edge in corroboration["graph"]["edges"] if edge["source"] in nodes and edge["origin"] in nodes]
    order = _order(_starts(corroboration, document), edges)
    rows = laid_out(order[:MOST_ROWS], edges)
    return {
        "stances": stances,
        "rows": _rows(rows, nodes, edges, document),
        "image": draw(rows, {one for one, node in nodes.items() if node["is_origin"]}, document_sources(document)),
        "left_out": len(order) - len(rows),
    }


def _stance(stance: Stance, counts: Json) -> Json:
    """ "3 links that support the claim come from 1 independent origin", and why they are counted so."""
    links, origins, unknown = counts["links"], counts["independent_origins"], counts["origin_unknown"]
    found, come = (_ONE[stance], "comes") if links == 1 else (_MANY[stance], "come")
    whence = counted(origins, "independent origin") if origins else "no origin that counts"
    said = f"{counted(links, 'link')} {found} {come} from {whence}."
    if unknown == links:
        said += (
            " Nobody has marked where that is." if links == 1 else " Nobody has marked where any of them comes from."
        )
    elif unknown:
        said += f" Of {unknown} of them nobody has marked where {'it comes' if unknown == 1 else 'they come'} from."
    groups = [short(group["detail"], 400) for group in counts["groups"]]
    return {"words": said, "groups": groups[:_MOST_GROUPS], "more": max(0, len(groups) - _MOST_GROUPS)}


def document_sources(document: Json) -> set[str]:
    """The sources in which the claim itself was made."""
    return {one["source"]["id"] for one in document["appearances"]}


def _starts(corroboration: Json, document: Json) -> list[str]:
    """The sources of the evidence, those of one witness next to each other."""
    source_of = {link["id"]: link["source"]["id"] for link in document["evidence"]}
    grouped = chain.from_iterable(group["links"] for stance in _WEIGHED for group in corroboration[stance]["groups"])
    return list(dict.fromkeys(source_of[link] for link in chain(grouped, source_of) if link in source_of))


def _order(starts: Sequence[str], edges: Iterable[Json]) -> list[str]:
    """These sources and all that they rely on, each above what it relies on, and close to it."""
    origins: dict[str, list[str]] = {}
    for edge in edges:
        origins.setdefault(edge["source"], []).append(edge["origin"])
    reached, waiting = dict.fromkeys(starts, 0), list(starts)
    while waiting:
        for origin in origins.get(waiting.pop(), ()):
            if origin not in reached:
                reached[origin] = 0
                waiting.append(origin)
            reached[origin] += 1
    ready = [one for one in reversed(list(reached)) if not reached[one]]
    order = []
    while ready:
        one = ready.pop()
        order.append(one)
        for origin in origins.get(one, ()):
            reached[origin] -= 1
            if not reached[origin]:
                ready.append(origin)
    return order


def laid_out(order: Sequence[str], edges: Iterable[Json]) -> list[Row]:
    """Give each source its lane, and each line the lane that it runs down in: no line passes through a source that
    it does not end at."""
    place = {one: row for row, one in enumerate(order)}
    origins: dict[str, list[str]] = {}
    for edge in edges:
        if edge["source"] in place and edge["origin"] in place:
            origins.setdefault(edge["source"], []).append(edge["origin"])
    lanes: list[str | None] = []
    rows = []
    for one in order:
        lane = _lane(lanes, one)
        lanes[lane] = None
        lines = []
        for origin in sorted(origins.get(one, ()), key=lambda origin: place[origin]):
            to = lanes.index(origin) if origin in lanes else (lane if lanes[lane] is None else _free(lanes))
            lanes[to] = origin
            lines.append((to, place[origin]))
        rows.append(Row(one, lane, lines))
    return rows


def _lane(lanes: list[str | None], one: str) -> int:
    return lanes.index(one) if one in lanes else _free(lanes)


def _free(lanes: list[str | None]) -> int:
    if None not in lanes:
        lanes.append(None)
    return lanes.index(None)


def draw(rows: Sequence[Row], marked: Iterable[str], itself: Iterable[str]) -> str:
    """The lanes as SVG: a disc for what relies on others, a ring in a ring for a marked origin, a diamond for where
    the claim itself was made, an open ring for what nobody has marked."""
    lanes = 1 + max((lane for row in rows for lane in (row.lane, *(to for to, _ in row.lines))), default=0)
    step = min(_LANE, _WIDEST / lanes)
    width, height = min(_WIDEST, lanes * _LANE), len(rows) * _ROW
    svg = Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width} {height}")
    svg.attrib |= {"width": f"{width / _EM}em", "height": f"{height / _EM}em", "aria-hidden": "true"}
    for number, row in enumerate(rows):
        for to, last in row.lines:
            SubElement(svg, "path", d=_line(_x(row.lane, step), _x(to, step), number, last))
    origins, own = set(marked), set(itself)
    for number, row in enumerate(rows):
        _sign(svg, _x(row.lane, step), _y(number), row, origin=row.id in origins, itself=row.id in own)
    return tostring(svg, encoding="unicode")


def _sign(svg: Element, x: float, y: float, row: Row, *, origin: bool, itself: bool) -> None:
    if itself:
        points = f"{x},{y - _SIZE - 2} {x + _SIZE + 2},{y} {x},{y + _SIZE + 2} {x - _SIZE - 2},{y}"
        svg.append(Element("polygon", points=points))
        return
    kind = "link" if row.lines and not origin else "origin" if origin else "open"
    SubElement(svg, "circle", {"cx": f"{x:g}", "cy": f"{y:g}", "r": str(_SIZE), "class": kind})
    if origin:
        SubElement(svg, "circle", {"cx": f"{x:g}", "cy": f"{y:g}", "r": "2.5", "class": "core"})


def _line(x: float, to: float, row: int, last: int) -> str:
    y, below, end = _y(row), _y(row + 1), _y(last)
    if x == to:
        return f"M{x:g} {y}V{end}"
    bend = f"M{x:g} {y}C{x:g} {y + _ROW // 2} {to:g} {y + _ROW // 2} {to:g} {below}"
    return bend if last == row + 1 else f"{bend}V{end}"


def _x(lane: int, step: float) -> float:
    return _LANE / 2 + lane * step


def _y(row: int) -> int:
    return row * _ROW + _ROW // 2


def _rows(rows: Sequence[Row], nodes: Mapping[str, Json], edges: Sequence[Json], document: Json) -> list[Json]:
    stances: dict[str, list[str]] = {}
    for link in document["evidence"]:
        stances.setdefault(link["source"]["id"], []).append(link["stance"])
    relied: dict[str, int] = {}
    for edge in edges:
        relied[edge["origin"]] = relied.get(edge["origin"], 0) + 1
    itself = document_sources(document)
    return [
        {
            "id": row.id,
            "name": short(source_name(nodes[row.id]), 160),
            "words": _role(nodes[row.id], row, stances.get(row.id, []), relied.get(row.id, 0), row.id in itself),
        }
        for row in rows
    ]


def _role(node: Json, row: Row, stances: Sequence[str], relied: int, itself: bool) -> str:
    """What a source is in the drawing, in words."""
    parts = [f"Evidence that {stance}" for stance in dict.fromkeys(stances)]
    if row.lines:
        parts.append(f"relies on {counted(len(row.lines), 'other')}")
    if relied:
        parts.append(f"{counted(relied, 'source')} here {'relies' if relied == 1 else 'rely'} on it")
    if itself:
        parts.append("the claim itself was made here")
    elif node["is_origin"]:
        by = node["origin_marked_by"]
        parts.append(f"an origin, marked by {by['name']}" if by else "an origin")
    elif not row.lines:
        parts.append("where it comes from is not known")
    said = "; ".join(parts)
    return f"{said[:1].upper()}{said[1:]}"
