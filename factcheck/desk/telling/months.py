"""How many claims were made in each month, as bars; the numbers stand beside them, so nothing rests on the image."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from factcheck.desk.telling import dates
from factcheck.desk.telling.words import counted

Json = dict[str, Any]

MOST = 24
"""Months that the plot goes back."""
_HEIGHT, _STEP, _GAP = 100, 10, 2


def told(months: Mapping[str, int]) -> Json | None:
    """The plot of the months up to the newest that has any; None where no month is known."""
    if not months:
        return None
    shown = [(name, months.get(name, 0)) for name in _up_to(max(months))]
    while shown and not shown[0][1]:
        shown = shown[1:]
    most = max(shown, key=lambda one: one[1])
    return {
        "image": draw([count for _, count in shown]),
        "first": dates.month(shown[0][0]),
        "last": dates.month(shown[-1][0]),
        "words": f"Most were made in {dates.month(most[0])}: {counted(most[1], 'claim')}.",
        "rows": [{"month": dates.month(name), "claims": f"{count:,}"} for name, count in reversed(shown) if count],
        "one": len(shown) == 1,
    }


def draw(counts: list[int]) -> str:
    """Bars from the left to the right, the highest of them as high as the image, as SVG that stretches to its place."""
    most, width = max(counts), max(len(counts), 6) * _STEP
    svg = Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width} {_HEIGHT}")
    svg.attrib |= {"preserveAspectRatio": "none", "aria-hidden": "true", "focusable": "false"}
    for place, count in enumerate(counts):
        if count:
            # One claim stays to be seen beside thousands.
            height = max(2, round(_HEIGHT * count / most))
            at = {
                "x": str(place * _STEP),
                "y": str(_HEIGHT - height),
                "width": str(_STEP - _GAP),
                "height": str(height),
            }
            SubElement(svg, "rect", at)
    return tostring(svg, encoding="unicode")


def _up_to(newest: str) -> list[str]:
    """So many months up to one, oldest first."""
    year, month = int(newest[:-3]), int(newest[-2:])
    last = year * 12 + month - 1
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(last - MOST + 1, last + 1)]
