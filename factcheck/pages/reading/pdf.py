"""What a PDF says."""

from collections.abc import Iterator
from io import BytesIO

from pypdf import PageObject, PdfReader

from factcheck.domain.readings import Reading
from factcheck.domain.wording import MAX_TEXT, address, language, line, lines, without_repeats

MAX_PAGES = 1000

_ENDS = (".", "!", "?", ":", ";", "…", '"', "”", "»", ")")


def read(body: bytes) -> Reading:
    """What a PDF says. Raises whatever pypdf raises for a broken one.

    No date: a PDF tells when the file was made, which can be long after its words were published.
    """
    document = PdfReader(BytesIO(body), strict=False)
    pages = [document.pages[number] for number in range(min(len(document.pages), MAX_PAGES))]
    text = lines("\n".join(_paragraphs(_lines(pages))))
    about = document.metadata
    return Reading(
        text=text,
        everything=text,
        title=line(about.title) if about else None,
        author=line(about.author) if about else None,
        language=language(document.root_object.get("/Lang")),
        links=without_repeats(link for page in pages for link in _links(page)),
    )


def _lines(pages: list[PageObject]) -> Iterator[str]:
    size = 0
    for page in pages:
        text = page.extract_text()
        yield from text.splitlines()
        size += len(text)
        if size > MAX_TEXT:
            break


def _paragraphs(printed: Iterator[str]) -> Iterator[str]:
    """Printed lines put together where a sentence plainly goes on in the next, with the words that they divide."""
    paragraph = ""
    for text in map(str.strip, printed):
        if not paragraph or not text[:1].islower() or paragraph.endswith(_ENDS):
            yield paragraph
            paragraph = text
        elif paragraph.endswith("-") and paragraph[-2:-1].isalpha():
            paragraph = paragraph[:-1] + text
        else:
            paragraph += " " + text
    yield paragraph


def _links(page: PageObject) -> Iterator[str]:
    for annotation in page.annotations or ():
        action = annotation.get_object().get("/A")
        target = action.get_object().get("/URI") if action else None
        if isinstance(target, str) and (link := address(target)):
            yield link
