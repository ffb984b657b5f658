"""The drawing of who relies on whom."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from factcheck.desk.telling.witnesses import draw, laid_out

SVG = "{http://www.w3.org/2000/svg}"


def edges(*pairs: str) -> list[dict[str, str]]:
    return [{"source": pair[0], "origin": pair[1]} for pair in pairs]


def test_sources_of_one_origin_share_the_lane_that_leads_to_it() -> None:
    rows = laid_out("abo", edges("ao", "bo"))
    assert [(row.id, row.lane, list(row.lines)) for row in rows] == [
        ("a", 0, [(0, 2)]),
        ("b", 1, [(0, 2)]),
        ("o", 0, []),
    ]


def test_one_that_relies_on_two_parts_into_two_lanes() -> None:
    rows = laid_out("aop", edges("ao", "ap"))
    assert [(row.lane, list(row.lines)) for row in rows] == [(0, [(0, 1), (1, 2)]), (0, []), (1, [])]


@st.composite
def graphs(draw_: st.DrawFn) -> tuple[str, list[dict[str, str]]]:
    """Sources in their order, each relying on later ones alone."""
    names = "abcdefghij"[: draw_(st.integers(1, 10))]
    pairs = [one + other for place, one in enumerate(names) for other in names[place + 1 :]]
    return names, edges(*draw_(st.lists(st.sampled_from(pairs), unique=True, max_size=15) if pairs else st.just([])))


@given(graphs())
def test_no_line_passes_through_a_source_that_it_does_not_end_at(graph: tuple[str, list[dict[str, str]]]) -> None:
    names, cited = graph
    rows = laid_out(names, cited)
    assert [row.id for row in rows] == list(names)
    assert sum(len(row.lines) for row in rows) == len(cited)
    for number, row in enumerate(rows):
        for lane, last in row.lines:
            assert rows[last].lane == lane
            assert {"source": row.id, "origin": rows[last].id} in cited
            assert all(rows[between].lane != lane for between in range(number + 1, last))


@given(graphs())
def test_the_image_has_a_sign_for_each_source_and_a_line_for_each_citation(
    graph: tuple[str, list[dict[str, str]]],
) -> None:
    names, cited = graph
    svg = ElementTree.fromstring(draw(laid_out(names, cited), marked={names[-1]}, itself={names[0]}))  # noqa: S314
    assert len(svg.findall(f"{SVG}path")) == len(cited)
    assert len(svg.findall(f"{SVG}polygon")) == 1
    assert len(svg.findall(f"{SVG}circle[@r='6']")) == len(names) - 1
    assert not [one for one in svg.iter() if "style" in one.attrib]


def test_a_chain_stays_in_its_lane() -> None:
    assert [row.lane for row in laid_out("abc", edges("ab", "bc"))] == [0, 0, 0]
