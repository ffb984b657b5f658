"""What pages say: text, dates and links of pages as sites make them, and nothing raised for what is no page."""

import json
import re
from unicodedata import is_normalized

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.domain.readings import Reading, ReadingFailure
from factcheck.domain.wording import MAX_LINE, MAX_LINKS, MAX_TEXT
from factcheck.pages.reading import read
from tests import articles
from tests.articles import URL
from tests.thoroughness import times

NO_META = {"meta": ""}
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def html(text: str, url: str = URL) -> Reading:
    return read(text.encode(), "text/html", "utf-8", url)


def test_an_article_is_told_from_what_stands_around_it() -> None:
    found = html(articles.ARTICLE)
    assert (found.title, found.author, found.published_at) == (
        "Troops have arrived, White House says", "Jane Doe", "2024-10-23",
    )  # fmt: skip
    assert (found.language, found.failed) == ("en-US", None)
    assert found.canonical == "https://paper.example.org/world/briefing?utm_source=x"
    text = (found.text or "").split("\n")
    assert {"What is not known", "They travelled by ship from Wonsan to Vladivostok.", "White House 3,000"} < set(text)
    said = "“We do not yet know whether these soldiers will enter into combat,” he said, adding that it was a highly "
    assert said + "concerning probability. Up Share" in text
    assert not any(word in str(found.text) for word in ("Home", "25 November", "storm", "Imprint", "never", "color"))


def test_everything_has_menus_boxes_and_captions_too() -> None:
    found = str(html(articles.ARTICLE).everything).split("\n")
    for block in ("Wednesday, 25 November 2026", "Home", "A storm is coming to the islands",
                  "John Kirby at the lectern. Photo: Example", "© 2019-2026 The Example Paper. Imprint"):  # fmt: skip
        assert block in found
    assert not any(word in "\n".join(found) for word in ("never seen", "color", "<", "so -->"))


def test_links_are_those_of_the_main_text_each_once() -> None:
    assert html(articles.ARTICLE).links == (
        "https://paper.example.org/world/russia", "https://gov.example.org/briefing",
    )  # fmt: skip


def test_there_is_an_end_to_links() -> None:
    many = "".join(
        f'<p>Paragraph {n} of a long list of <a href="/{n}">links to pages</a> here.</p>' for n in range(900)
    )
    found = html(f"<html><body><article>{many}</article></body></html>").links
    assert len(found) == MAX_LINKS


@pytest.mark.parametrize(
    ("body", "media_type", "charset"),
    [
        (articles.RUSSIAN.format(**NO_META).encode("windows-1251"), "text/html", "windows-1251"),
        (articles.RUSSIAN.format(meta='<meta charset="windows-1251">').encode("windows-1251"), "text/html", None),
        (articles.RUSSIAN.format(**NO_META).encode("windows-1251"), "text/html", None),
        (articles.RUSSIAN.format(**NO_META).encode("windows-1251"), "text/html", "utf-8"),
        (articles.RUSSIAN.format(**NO_META).encode("koi8-r"), "text/html", "koi8-r"),
        (articles.RUSSIAN.format(meta='<meta charset="windows-1251">').encode(), "text/html", "iso-8859-1"),
        (articles.RUSSIAN.format(**NO_META).encode(), None, None),
        (articles.RUSSIAN.format(**NO_META).encode("utf-16"), "text/html", None),
        (articles.RUSSIAN.format(**NO_META).encode("utf-8-sig"), "text/html", "windows-1251"),
        (articles.RUSSIAN.format(**NO_META).encode(), "text/html", "no-such-charset"),
        (articles.RUSSIAN.format(**NO_META).encode(), "text/html", "idna"),
        # A byte that somebody's advertisement broke is no other charset.
        (articles.RUSSIAN.format(**NO_META).encode() * 3 + b"\xff", "text/html", "utf-8"),
    ],
)
def test_russian_is_read_whatever_its_charset(body: bytes, media_type: str | None, charset: str | None) -> None:
    found = read(body, media_type, charset, URL)
    assert found.title == "Заявление представителя"
    assert "заявил в среду, что не менее трёх тысяч военнослужащих прибыли на восток страны в начале октября" in str(
        found.text
    )


@pytest.mark.parametrize(
    ("codec", "meta", "charset"),
    [
        ("euc-kr", "", "EUC-KR"),
        ("euc-kr", '<meta http-equiv="Content-Type" content="text/html; charset=ks_c_5601-1987">', None),
        ("euc-kr", "", None),
        ("cp949", "", "euc-kr"),
        ("utf-8", "", "euc-kr"),
    ],
)
def test_korean_is_read_whatever_its_charset(codec: str, meta: str, charset: str | None) -> None:
    found = read(articles.KOREAN.format(meta=meta).encode(codec), "text/html", charset, URL)
    assert "백악관 대변인은 수요일 기자들에게 최소 3천 명의 병력이" in str(found.text)
    assert found.language == "ko"


def test_words_that_a_page_carries_in_its_data_alone_are_read() -> None:
    body = "The report says that three thousand soldiers had come by ship. " * 8
    found = html(articles.CARRIED.format(body=body))
    assert (found.title, found.author, found.published_at) == ("What the report says", "Ann Lee", "2024-10-23")
    assert found.text == body.strip()


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("<article><p>He said no.</p><p>She left.</p></article>", "He said no.\nShe left."),
        ("<main><p>He said <i>n</i>o.</p></main>", "He said no."),
        ("<div role='main'><p>He said no.</p></div>", "He said no."),
        ("<p>He said no.</p>", "He said no."),
        ("<article><p>He said no.<p>She left<br>at six.", "He said no.\nShe left\nat six."),
    ],
)
def test_a_page_of_a_few_words_is_read_too(part: str, text: str) -> None:
    menu = "".join(f"<li><a href='/{n}'>Part {n}</a></li>" for n in range(60))
    found = html(f"<html><body><header>The Paper</header><nav><ul>{menu}</ul></nav>{part}</body></html>")
    assert found.text == text
    assert str(found.everything).startswith("The Paper\nPart 0\n")


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ("", "<article><time datetime='2024-10-23T09:00Z'>x</time><p>Words.</p></article>", "2024-10-23"),
        ("", "<article><span class='post-date'>23 October 2024</span><p>Words.</p></article>", "2024-10-23"),
        ("<meta itemprop='datePublished' content='2024-10-23'>", "<p>Words.</p>", "2024-10-23"),
        ("", "<div class=date>25 November 2025</div><article><p>Words.</p></article>", None),
        ("", "<article><p>Words.</p></article><footer>© 2019 A Paper. 2020-01-02</footer>", None),
        ("", "<article><p>On 2020-01-02 he said words.</p></article>", None),
        ("<meta property='article:modified_time' content='2024-10-23'>", "<article><p>Words.</p></article>", None),
        ("<meta property='article:published_time' content='2999-10-23'>", "<article><p>Words.</p></article>", None),
        ("", "<article><p>Words.</p><aside><time datetime='2020-01-02'></time></aside></article>", None),
        ("<meta property='og:image' content='https://a.example.org/2020/01/02/a.jpg'>", "<p>Words.</p>", None),
    ],
)
def test_a_date_is_what_a_page_says_of_itself(head: str, body: str, expected: str | None) -> None:
    assert html(f"<html><head>{head}</head><body>{body}</body></html>").published_at == expected


def test_a_date_may_stand_in_the_address() -> None:
    assert html("<p>Words.</p>", "https://paper.example.org/2024/10/23/words").published_at == "2024-10-23"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<link rel='canonical' href='https://a.example.org/1'>", "https://a.example.org/1"),
        ("<base href='https://b.example.org/x/'><link rel=canonical href='2'>", "https://b.example.org/x/2"),
        ("<meta name='syndication-source' content='https://c.example.org/3'><link rel=canonical href='/1'>",
         "https://c.example.org/3"),
        ("<meta name='Original-Source' content='https://c.example.org/4'>", "https://c.example.org/4"),
        ("<link rel='canonical' href='javascript:x'><link rel='canonical' href='http://[bad'>", None),
        ("<link rel='canonical' href='https://user:pass@a.example.org/'>", None),
        ("<link rel='canonical' href=''>", None),
        ("<link rel='alternate' href='/amp'>", None),
    ],
)  # fmt: skip
def test_where_a_page_says_that_it_is_from(head: str, expected: str | None) -> None:
    assert html(f"<html><head>{head}</head><body><p>Words.</p></body></html>").canonical == expected


@pytest.mark.parametrize(
    ("tag", "expected"), [("en_GB", "en-GB"), ("zh-Hant-TW", "zh-Hant-TW"), ("", None), ("<x>", None), ("e" * 99, None)]
)
def test_a_language_is_a_tag_or_nothing(tag: str, expected: str | None) -> None:
    assert html(f'<html lang="{tag}"><body><p>Words.</p></body></html>').language == expected


def test_a_pdf_is_read_with_the_words_that_its_lines_divide() -> None:
    body = articles.pdf(
        ["STATEMENT", "At least 3,000 soldiers have ar-", "rived in the east of the", "country.", "More will come."],
        ["The end."],
        Title="A statement",
        Author="The Ministry",
    )
    for media_type in ("application/pdf", "application/octet-stream", None):
        found = read(body, media_type, None, URL)
        sentence = "At least 3,000 soldiers have arrived in the east of the country."
        assert found == Reading(
            text=f"STATEMENT\n{sentence}\nMore will come.\nThe end.",
            everything=found.text,
            title="A statement",
            author="The Ministry",
        )


def test_plain_text_is_read_as_it_stands() -> None:
    found = read("Zwölf\r\n\r\nSätze \t mehr\x00.".encode("latin-1"), "text/plain", "iso-8859-1", URL)
    assert found == Reading(text="Zwölf\nSätze mehr.", everything="Zwölf\nSätze mehr.")


@pytest.mark.parametrize(
    ("body", "media_type"),
    [(b"", "text/html"), (b"", "application/pdf"), (b"", None), (b"\x89PNG\r\n\x1a\n", "image/png"),
     (bytes(range(256)) * 20, "application/octet-stream"), (b" \n ", "text/html"), (b"", "text/plain")],
)  # fmt: skip
def test_where_there_is_no_text_there_is_none(body: bytes, media_type: str | None) -> None:
    found = read(body, media_type, None, URL)
    assert (found.text, found.everything, found.title, found.links) == (None, None, None, ())
    assert found.failed == (ReadingFailure.UNREADABLE if media_type == "application/pdf" else None)


def test_lines_of_what_was_set_beforehand_are_kept() -> None:
    assert html("<html><body><pre>He said\n  no.\n</pre></body></html>").everything == "He said\nno."


def test_broken_html_gives_what_there_is() -> None:
    found = html("<p>He said <b>no.</p></div></b><table><td>12<script>x</scr")
    assert str(found.everything).split("\n") == ["He said no.", "12"]
    assert html("<div>" * 200_000 + "deep").failed is None


def test_there_is_an_end_to_everything() -> None:
    found = html(f"<html><head><title>{'t' * 9000}</title></head><body><p>{'word ' * 700_000}</p></body></html>")
    assert (len(str(found.text)), len(str(found.everything))) == (MAX_TEXT - 1, MAX_TEXT - 1)
    assert len(str(found.title)) <= MAX_LINE


def is_fit(found: Reading) -> bool:
    """Whether all that a reading says can be kept."""
    said = [found.title, found.author, found.text, found.everything, found.canonical, found.language, *found.links]
    texts = [one for one in said if one is not None]
    json.dumps(texts, ensure_ascii=False).encode()
    return all(texts) and not any(not is_normalized("NFC", one) or CONTROL.search(one) for one in texts)


def test_what_could_not_be_kept_is_left_out() -> None:
    found = html(
        "<html><head><title>e\u0301&#0;&#xD800;&#x8;x\u0085y</title></head>"
        "<body><article><p>e\u0301&#1;&#xDFFF;\x02\u2028z&#127;</p><a href='/e\u0301&#10;b'>a</a></article>"
    )
    assert is_fit(found)
    assert (str(found.title)[0], str(found.text)[0]) == ("é", "é")


tags = st.sampled_from(
    ["<p>", "</p>", "<div>", "<table>", "<tr>", "<td>", "<article>", "</article>", "<a href='", "'>", "<script>",
     "<!--", "<html lang='", "<head>", "<body>", "<meta name='date' content='", "<title>", "&#0;", "&#xD800;",
     "<![CDATA[", "<?", "<link rel=canonical href='", "<template>", "<svg>", "<pre>", "<base href='",
     "2024-10-23", "<time datetime='"]
)  # fmt: skip


@settings(max_examples=times(200, 40), deadline=None)
@given(
    st.binary(max_size=300) | st.lists(tags | st.text(max_size=10), max_size=40).map("".join).map(
        lambda text: text.encode("utf-8", "surrogatepass")
    ),
    st.sampled_from(["text/html", "text/plain", "application/xhtml+xml", None]),
    st.sampled_from([None, "utf-8", "utf-16", "windows-1251", "shift_jis", "hz", "base64", "rot13", "a\x00b"]),
)  # fmt: skip
def test_any_bytes_are_a_page(body: bytes, media_type: str | None, charset: str | None) -> None:
    assert is_fit(read(body, media_type, charset, URL))


@settings(max_examples=times(200, 40), deadline=None)
@given(st.data())
def test_any_bytes_are_a_pdf(data: st.DataObject) -> None:
    whole = articles.pdf(["Words of a page."], Title="A title")
    start, junk = data.draw(st.integers(0, len(whole))), data.draw(st.binary(max_size=40))
    broken = whole[:start] + junk + whole[start + data.draw(st.integers(0, 60)) :]
    for body in (broken, b"%PDF-1.7\n" + junk, whole[:start]):
        assert is_fit(read(body, "application/pdf", None, URL))
