"""URLs of sources: which are taken, and under which spelling a page is one source."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.domain.urls import MAX_LENGTH, canonical, check
from tests.thoroughness import times

REFUSED = [
    "",
    "example.org/page",
    "//example.org/page",
    "/page",
    "javascript:alert(1)",
    "data:text/html,hello",
    "file:///etc/passwd",
    "ftp://example.org/file",
    "mailto:somebody@example.org",
    "https://user:password@example.org/",
    "https://user@example.org/",
    "https://:password@example.org/",
    "https://@example.org/",
    "http://",
    "http:///page",
    "http://?q=1",
    "http://:80/",
    "https://example.org:99999/",
    "https://example.org:http/",
    "https://[::1/",
    "https://exa mple.org/",
    "https://example.org/a page",
    "https://example.org/page\n",
    "https://example.org/\tpage",
    " https://example.org/",
    "https://example.org/\x00",
    "https://example.org/\x7f",
    "https://example.org\\@evil.example/",
    'https://example.org/"quoted"',
    "https://example.org/<tag>",
    "https://example.org/" + "a" * MAX_LENGTH,
    "https://example.org/" + "\u044f" * 500,
]

ONE_PAGE = [
    ("https://example.org/page", "http://example.org/page"),
    ("https://example.org/page", "HTTPS://Example.ORG/page"),
    ("https://example.org/page", "https://example.org:443/page"),
    ("https://example.org/page", "http://example.org:80/page"),
    ("https://example.org/page", "https://example.org:/page"),
    ("https://example.org/page", "https://example.org/page#part"),
    ("https://example.org/page", "https://example.org/a/../page"),
    ("https://example.org/page", "https://example.org/./page"),
    ("https://example.org/page", "https://example.org/p%61ge"),
    ("https://example.org/page", "https://example.org/page?utm_source=letter&utm_medium=email"),
    ("https://example.org/page", "https://example.org/page?fbclid=abc"),
    ("https://example.org/", "https://example.org"),
    ("https://example.org/page?id=1", "https://example.org/page?id=1&utm_source=letter"),
    ("https://example.org/page?id=1", "https://example.org/page?gclid=2&id=1#part"),
    ("https://example.org/%C3%BC", "https://example.org/%c3%bc"),
    ("https://example.org/%C3%BC", "https://example.org/ü"),
    ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    ("https://bücher.example/", "https://BÜCHER.example/"),
]

OTHER_PAGES = [
    ("https://example.org/page", "https://example.org/Page"),
    ("https://example.org/page", "https://example.org/page2"),
    ("https://example.org/page", "https://example.com/page"),
    ("https://example.org/page", "https://www.example.org/page"),
    ("https://example.org/page", "https://example.org:8080/page"),
    ("https://example.org/page?id=1", "https://example.org/page?id=2"),
    ("https://example.org/page?id=1", "https://example.org/page"),
    ("https://example.org:8080/", "http://example.org:8080/"),
    ("https://example.org/a%2Fb", "https://example.org/a/b"),
]


@pytest.mark.parametrize("url", REFUSED)
def test_a_url_that_is_not_a_web_page_without_credentials_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical(url)


@pytest.mark.parametrize("url", ["https://例え.テスト/ページ", "http://192.0.2.1/", "http://[2001:db8::1]:8080/x"])
def test_hosts_of_other_scripts_and_addresses_are_taken(url: str) -> None:
    check(url)
    assert canonical(url).isascii()


def test_a_url_of_the_greatest_length_is_taken() -> None:
    url = "https://example.org/".ljust(MAX_LENGTH, "a")
    assert canonical(url) == url


@pytest.mark.parametrize(("one", "other"), ONE_PAGE)
def test_two_spellings_of_one_page_are_one(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(("one", "other"), OTHER_PAGES)
def test_different_pages_stay_different(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/?flag",
        "https://example.org/?to=https://example.com/a",
        "https://example.org/?q=a%20b",
        "https://example.org/?q=%FF",
        "https://example.org/?a=1;b=2",
        "https://example.org/?id=1&&page=2",
    ],
)
def test_a_tracking_parameter_leaves_the_other_parameters_as_they_are(url: str) -> None:
    assert canonical(f"{url}&utm_source=letter") == canonical(url)


def _urls() -> st.SearchStrategy[str]:
    piece = st.sampled_from(["a", "B", "1", ".", "..", "~", "%7E", "%2F", "%ff", "ü", "%C3%BC", "+", "%20", ":", ";"])
    text = st.lists(piece, max_size=4).map("".join)
    name = st.one_of(text, st.sampled_from(["id", "utm_source", "fbclid", "to"]))
    pair = st.one_of(name, st.tuples(name, text).map("=".join), st.tuples(name, text).map("=/".join))
    query = st.lists(pair, max_size=4).map("&".join)
    return st.builds(
        "{}://{}{}/{}{}{}".format,
        st.sampled_from(["http", "https", "HTTP"]),
        st.sampled_from(["example.org", "EXAMPLE.org", "bücher.example", "192.0.2.1", "[2001:DB8::1]", "example.org."]),
        st.sampled_from(["", ":80", ":443", ":8080", ":"]),
        st.lists(text, max_size=4).map("/".join),
        st.one_of(st.just(""), query.map("?{}".format)),
        st.one_of(st.just(""), text.map("#{}".format)),
    )


@given(_urls())
@settings(max_examples=times(100, 20), deadline=None)
def test_the_canonical_spelling_is_its_own_canonical_spelling(url: str) -> None:
    once = canonical(url)
    assert canonical(once) == once


@given(_urls().filter(lambda url: "#" not in url), st.sampled_from(["utm_source=x", "fbclid=1", "gclid", "utm_id="]))
@settings(max_examples=times(100, 20), deadline=None)
def test_tracking_never_makes_another_page(url: str, tracking: str) -> None:
    joint = "&" if "?" in url else "?"
    assert canonical(f"{url}{joint}{tracking}") == canonical(url)
