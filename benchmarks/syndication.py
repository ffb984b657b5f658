"""How well copies are told from reports that nobody copied, on a set of pages made for it.

    python -m benchmarks.syndication --seeds 5

Each seed makes 25 stories. An original tells its story in sentences drawn from a grammar: every fact has several
ways to be put, and every way several words for its parts. Four pages of each story are copies of the original, and
four are independent reports of it, so that a set has 100 of each beside the originals.

- **Copies** take turns at: another headline and house style alone (dates, numbers, quotation marks, spelling); cut to
  70, 55 or 40%; a paragraph added; one or two edits in every sentence; another first sentence; and several of these,
  up to cut to 40% with edits in every sentence, a paragraph added and house style.
- **Independent reports** draw each sentence and their order anew, and add what the others do not have. They share
  facts, names, figures, and word by word one to three quotes of officials, in every third of them near half of the
  text; half have the paragraph of background that everybody has, or its first sentence, and half have one sentence of
  the press release without quotation marks.

A page is looked up by its bands among all pages, as a record would, and what comes back is compared. Recall is of the
copies' pairs with their original, precision of all pairs that are called copies. The words are invented, so that the
set can be handed on; on real pages the figures will differ.
"""

import argparse
import random
import re
import time
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from factcheck.domain import likeness, suggestions
from factcheck.domain.suggestions import Known

STORIES, EACH = 25, 4
RECALL, PRECISION = 0.9, 0.95

Paragraphs = list[str]
_Edit = Callable[[Paragraphs, random.Random], Paragraphs]


@dataclass(frozen=True, slots=True)
class Made:
    """A page of the set: what it copies is its `lineage`, an independent report has one of its own."""

    id: str
    story: int
    lineage: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    """What all reports of an event have in common."""

    facts: dict[str, str]
    quotes: list[str]
    background: list[str]
    release: str


_STORIES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("stories.toml").read_text(encoding="utf-8"))
_FACTS: dict[str, list[str]] = _STORIES["facts"]
_NUMBERS = {"n": (12, 90), "cost": (3, 80), "share": (11, 70), "weeks": (6, 40), "year": (1950, 2005)}
_NUMBERS |= {"minutes": (10, 45)}
_THOUSANDS = {"people": (2, 60), "crowd": (70, 400)}


def pages(seed: int, stories: int = STORIES, each: int = EACH) -> list[Made]:
    """The set of a seed: of every story the original, `each` copies and as many independent reports."""
    chance = random.Random(seed)
    made: list[Made] = []
    for number in range(stories):
        story, first = _story(chance), f"{number}-original"
        original = _report(story, chance, range(8), (0, 1, 2, 3), 2)
        made.append(Made(first, number, first, "original", _page(original)))
        for turn in range(each):
            kind, edits = _COPIES[(number * each + turn) % len(_COPIES)]
            made.append(Made(f"{number}-copy-{turn}", number, first, kind, _page(_edited(original, edits, chance))))
        for turn in range(each):
            name = f"{number}-report-{turn}"
            kind, text = _independent(story, number * each + turn, chance)
            made.append(Made(name, number, name, kind, _page(text)))
    return made


def _story(chance: random.Random) -> Story:
    facts = {name: chance.choice(among) for name, among in _FACTS.items()}
    facts |= {name: str(chance.randint(*ends)) for name, ends in _NUMBERS.items()}
    facts |= {name: f"{chance.randint(*ends)},{chance.randint(100, 999)}" for name, ends in _THOUSANDS.items()}
    facts["Body"] = facts["body"].capitalize()

    def say(grammar: str) -> str:
        return _say(grammar, facts, chance)

    return Story(
        facts,
        [say(one) for one in _STORIES["quotes"]],
        [say(one) for one in _STORIES["background"]],
        say(_STORIES["release"]) + ".",
    )


def _report(
    story: Story, chance: random.Random, facts: Iterable[int], quotes: Iterable[int], background: int
) -> Paragraphs:
    """A text of a story: a headline, facts by their numbers, quotes by theirs, sentences of the background."""
    told = [_sentence(chance.choice(_STORIES["sayings"][fact]), story, chance) for fact in facts]
    quoted = [_quoting(story, quote, chance) for quote in quotes]
    body = [*told[1:], *quoted]
    chance.shuffle(body)
    paragraphs = [*told[:1], *(" ".join(body[at : at + 2]) for at in range(0, len(body), 2))]
    if background:
        paragraphs.append(" ".join(story.background[:background]))
    return [_say(chance.choice(_STORIES["headlines"]), story.facts, chance), *paragraphs]


def _independent(story: Story, turn: int, chance: random.Random) -> tuple[str, Paragraphs]:
    """A report in words of its own; in every third the quotes are most of what it has."""
    heavy = turn % 3 == 0
    facts = chance.sample(range(8), 4 if heavy else chance.randint(5, 8))
    quotes = (0, 1, 3) if heavy else chance.sample(range(4), chance.randint(1, 3))
    shares, releases = turn % 4 in (0, 1), turn % 2 == 0
    text = _report(story, chance, facts, quotes, 1 + turn % 4 if shares else 0)
    own = [_sentence(one, story, chance) for one in chance.sample(_STORIES["own"], 2 if heavy else 3)]
    if not heavy:
        own.append(f"“{_say(chance.choice(_STORIES['own_quotes']), story.facts, chance)},” one of them said.")
    if releases:
        own.append(story.release)
    for one in own:
        text.insert(chance.randint(2, len(text)), one)
    kind = ["reports"] + ["quotes"] * heavy + ["background"] * shares + ["release"] * releases
    return " + ".join(kind), text


def _quoting(story: Story, quote: int, chance: random.Random) -> str:
    intro = _STORIES["intros"][3] if quote == 1 else chance.choice(_STORIES["intros"][:3])
    return _say(intro, {**story.facts, "quote": story.quotes[quote]}, chance)


def _sentence(grammar: str, story: Story, chance: random.Random) -> str:
    said = _say(grammar, story.facts, chance)
    return said[0].upper() + said[1:] + "."


def _say(grammar: str, facts: dict[str, str], chance: random.Random) -> str:
    """One of the sentences of a grammar: (this|that) is either, innermost first, and {name} is a fact."""
    inner = re.compile(r"\(([^()]*)\)")
    while inner.search(grammar):
        grammar = inner.sub(lambda found: chance.choice(found[1].split("|")), grammar)
    return grammar.format_map(facts)


def _page(text: Paragraphs) -> str:
    return "\n".join(text)


def _edited(text: Paragraphs, edits: Sequence[_Edit], chance: random.Random) -> Paragraphs:
    for edit in edits:
        text = edit(text, chance)
    return text


def _headline(text: Paragraphs, chance: random.Random) -> Paragraphs:
    return [f"{chance.choice(('Update', 'Region', 'News in brief'))}: {text[0].lower()} for now", *text[1:]]


def _cut(share: float) -> _Edit:
    """Keeps the beginning, by sentences."""

    def edit(text: Paragraphs, _chance: random.Random) -> Paragraphs:
        sentences = [(at, one) for at, paragraph in enumerate(text[1:]) for one in _sentences(paragraph)]
        kept, left = defaultdict(list), share * sum(len(one) for _, one in sentences)
        for at, one in sentences:
            if left > 0:
                kept[at].append(one)
            left -= len(one)
        return [text[0], *(" ".join(paragraph) for paragraph in kept.values())]

    return edit


def _add(text: Paragraphs, chance: random.Random) -> Paragraphs:
    numbers = {"minutes": str(chance.randint(3, 30))}
    at = chance.randint(2, len(text))
    return [*text[:at], f"{_say(chance.choice(_STORIES['local']), numbers, chance)}.", *text[at:]]


def _rewrite_first(text: Paragraphs, _chance: random.Random) -> Paragraphs:
    lead = "It is a blow to a whole town, and hardly anybody saw it coming: what has been in use for decades is shut."
    return [text[0], lead, *text[2:]]


def _touch(times: int) -> _Edit:
    """Changes, drops or adds so many words in each sentence outside of its quotes, as a desk does."""

    def edit(text: Paragraphs, chance: random.Random) -> Paragraphs:
        return [text[0], *(" ".join(_touched(one, times, chance) for one in _sentences(part)) for part in text[1:])]

    return edit


def _touched(sentence: str, times: int, chance: random.Random) -> str:
    parts = re.split(r"(“[^”]*”)", sentence)
    longest = max(range(0, len(parts), 2), key=lambda at: len(parts[at]))
    found = parts[longest].split(" ")
    for _ in range(times):
        at = chance.randrange(len(found))
        swaps = [place for place, word in enumerate(found) if word in _STORIES["synonyms"]]
        if swaps and chance.random() < 0.6:
            at = chance.choice(swaps)
            found[at] = _STORIES["synonyms"][found[at]]
        elif chance.random() < 0.5:
            found.insert(at, chance.choice(("reportedly", "there", "in fact", "then")))
        elif len(found) > 4:
            del found[at]
    parts[longest] = " ".join(found)
    return "".join(parts)


def _house_style(text: Paragraphs, chance: random.Random) -> Paragraphs:
    """Other marks, numbers and days, as another house would have them."""
    opening, closing = chance.choice(("«»", '""', "„“", "‘’"))
    separator = chance.choice((".", "\u202f", ""))
    swaps = {"“": opening, "”": closing, "%": " per cent", " million": "m", " euros": " €", "metre": "meter"}
    swaps |= {day: day[:3] for day in _FACTS["day"]}
    return [_swapped(re.sub(r"(?<=\d),(?=\d{3})", separator, one), swaps) for one in text]


def _swapped(text: str, swaps: dict[str, str]) -> str:
    return re.sub("|".join(map(re.escape, swaps)), lambda found: swaps[found[0]], text)


def _sentences(paragraph: str) -> list[str]:
    return re.split(r"(?<=[.”]) (?=[A-Z“0-9])", paragraph)


_COPIES: list[tuple[str, list[_Edit]]] = [
    ("style", [_headline, _house_style]),
    ("cut 70", [_headline, _cut(0.7)]),
    ("cut 55, style", [_headline, _cut(0.55), _house_style]),
    ("cut 40", [_cut(0.4)]),
    ("added", [_headline, _add]),
    ("added twice, style", [_headline, _add, _add, _house_style]),
    ("edits", [_headline, _touch(1)]),
    ("two edits, style", [_headline, _touch(2), _house_style]),
    ("first sentence, added, style", [_headline, _rewrite_first, _add, _house_style]),
    ("cut 55, edits, added", [_headline, _cut(0.55), _touch(1), _add]),
    ("cut 40, two edits, style", [_headline, _cut(0.4), _touch(2), _house_style]),
    ("cut 40, edits, added, style", [_headline, _cut(0.4), _touch(1), _add, _house_style]),
    ("cut 40, edits, first sentence, added", [_headline, _cut(0.4), _rewrite_first, _touch(1), _add]),
]


@dataclass(frozen=True, slots=True)
class Score:
    """What came out at a threshold: `pairs` called copies and how many of them `rightly`, copies and those `found`."""

    pairs: int
    rightly: int
    copies: int
    found: int

    @property
    def precision(self) -> float:
        return self.rightly / self.pairs if self.pairs else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.copies


def compared(made: Sequence[Made]) -> dict[tuple[str, str], float]:
    """The likeness of the pairs that share a band."""
    runs = {page.id: likeness.shingles(page.text) for page in made}
    return {(one, other): likeness.containment(runs[one], runs[other]) for one, other in _candidates(made)}


def score(made: Sequence[Made], likened: dict[tuple[str, str], float], threshold: float = likeness.COPIED) -> Score:
    """How right it is to call copies what is at least so much alike."""
    lineage = {page.id: page.lineage for page in made}
    pairs = {pair for pair, share in likened.items() if share >= threshold}
    true = {(page.lineage, page.id) for page in made if page.lineage != page.id}
    rightly = sum(lineage[one] == lineage[other] for one, other in pairs)
    return Score(len(pairs), rightly, len(true), len(true & pairs))


def suggested(made: Sequence[Made]) -> Score:
    """The same by what is suggested to a reviewer, each page looked at when those before it are known."""
    pages_by_id = {page.id: _as_source(page, number) for number, page in enumerate(made)}
    before: dict[str, list[str]] = defaultdict(list)
    for one, other in _candidates(made):
        before[other].append(one)
    pairs = {
        (one.origin, one.source)
        for page in made
        for one in suggestions.suggest(pages_by_id[page.id], [pages_by_id[other] for other in before[page.id]], Known())
    }
    lineage = {page.id: page.lineage for page in made}
    true = {(page.lineage, page.id) for page in made if page.lineage != page.id}
    rightly = sum(lineage[origin] == lineage[source] for origin, source in pairs if origin)
    return Score(len(pairs), rightly, len(true), len(true & pairs))


def _candidates(made: Iterable[Made]) -> set[tuple[str, str]]:
    """Pairs of pages with a key in common, the earlier first."""
    having: dict[int, list[str]] = defaultdict(list)
    pairs: set[tuple[str, str]] = set()
    for page in made:
        signed = likeness.signature(page.text)
        for key in likeness.bands(signed) if signed else ():
            pairs.update((other, page.id) for other in having[key])
            having[key].append(page.id)
    return pairs


def _as_source(page: Made, number: int) -> suggestions.Page:
    return suggestions.Page(page.id, page.text, datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=number))


def _table(sets: Sequence[Sequence[Made]]) -> None:
    likened = [compared(made) for made in sets]
    print("| threshold | precision | recall | least of a set |\n|---|---|---|---|")
    for threshold in (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6):
        _row(str(threshold), [score(made, shares, threshold) for made, shares in zip(sets, likened, strict=True)])
    _row("suggestions", [suggested(made) for made in sets])


def _row(name: str, scores: Sequence[Score]) -> None:
    total = Score(*(sum(getattr(one, part) for one in scores) for part in ("pairs", "rightly", "copies", "found")))
    least = f"{min(one.precision for one in scores):.3f}, {min(one.recall for one in scores):.3f}"
    print(f"| {name} | {total.precision:.3f} | {total.recall:.3f} | {least} |")


def _kinds(sets: Sequence[Sequence[Made]]) -> None:
    """How much each kind of page is like the original of its story."""
    shares: dict[str, list[float]] = defaultdict(list)
    for made in sets:
        by_story = defaultdict(list)
        for page in made:
            by_story[page.story].append(page)
        for original, *others in by_story.values():
            for page in others:
                shares[page.kind].append(likeness.likeness(original.text, page.text))
    print("| kind | least | median | most |\n|---|---|---|---|")
    for kind, found in sorted(shares.items(), key=lambda one: -median(one[1])):
        print(f"| {kind} | {min(found):.2f} | {median(found):.2f} | {max(found):.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="of the first set")
    parser.add_argument("--seeds", type=int, default=5, help="how many sets")
    options = parser.parse_args()
    sets = [pages(seed) for seed in range(options.seed, options.seed + options.seeds)]
    texts = [page.text for made in sets for page in made]
    began = time.perf_counter()
    for text in texts:
        likeness.signature(text)
    each = (time.perf_counter() - began) / len(texts)
    _kinds(sets)
    _table(sets)
    met = all(one.precision >= PRECISION and one.recall >= RECALL for one in map(suggested, sets))
    print(f"{len(sets)} sets of {len(texts) // len(sets)} pages; {each * 1000:.2f} ms for the signature of a page")
    print(f"precision at least {PRECISION}, recall at least {RECALL} in every set: {'met' if met else 'missed'}")


if __name__ == "__main__":
    main()
