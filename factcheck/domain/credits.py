"""Credit lines: where a text says of whom it has what it says. Names are looked up, never guessed.

Forms of words are those of news agencies' and newsrooms' own texts in English, German, French, Spanish, Ukrainian and
Russian. Which of the words around is the name of a publisher only the record's publishers can tell, so each credit
has several names, and the longest that is known counts.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby, islice

from factcheck.domain.likeness import words

MAX_PHRASE = 200
_REACH = 100
"""Characters beside a form of words that are looked at for a name."""
_WORDS = 6
"""Words of a name, at most."""
_MOST = 500
"""Places that are looked at for each form: a text with more of them is none."""


@dataclass(frozen=True, slots=True)
class Credit:
    """What may be the name of a publisher, and the words around it to show, up to `MAX_PHRASE` characters.

    Credits with one `at` are readings of one place in the text, the longest first: the first that is known counts.
    """

    name: str
    phrase: str
    at: int


def _listed(names: str) -> frozenset[str]:
    return frozenset(names.split())


# A name follows.
_LEADS = re.compile(
    r"\b(?:[Aa]ccording to|[Tt]old|[Ii]nterview (?:with|to)|[Ss]peaking to|[Cc]ited by|[Qq]uoted by"
    r"|(?:[Ff]irst |[Oo]riginally )?(?:reported|published|appeared|revealed) (?:by|on|in)"
    r"|[Mm]aterial (?:from|by)|[Rr]eprinted (?:from|by)|[Cc]ourtesy of"
    r"|[Ll]aut|[Nn]ach (?:Angaben|Informationen) (?:von|der|des)|[Bb]erichtete?n?|[Mm]eldete?n?|[Mm]aterial (?:von|der)"
    r"|[Ss]elon|[Dd].après|[Rr]apporte(?:nt)?|a rapporté|[Ii]ndique"
    r"|[Ss]egún|[Ii]nformó|[Ii]nforma|[Rr]eportó"
    r"|[Зз]а (?:даними|інформацією|повідомленням)|[Пп]овідомля(?:є|ють)|[Пп]овідоми(?:в|ла|ло|ли)"
    r"|[Пп]ереда(?:є|ють)|[Пп]иш(?:е|уть)|[Зз] посиланням на"
    r"|[Пп]о (?:данным|информации|сообщению)|[Сс]ообща(?:ет|ют)|[Сс]ообщил[аио]?|[Пп]ереда(?:ет|ёт|ют)|[Пп]иш(?:ет|ут)"
    r"|[Сс]о ссылкой на)\s+"
)
# A name went before.
_VERBS = re.compile(
    r"\s(?:(?:has |had |first |have )?reported|reports|said in an? (?:report|dispatch|story)"
    r"|berichte[nt]|berichtete[n]?|melde(?:t|te|n|ten)|a rapporté|rapporte|informó|reportó"
    r"|повідомля(?:є|ють)|повідоми(?:в|ла|ло|ли)|переда(?:є|ють)|сообща(?:ет|ют)|сообщил[аио]?|переда(?:ет|ёт|ют))\b"
)
# Lines that are credits, with the names at their end or in brackets.
_LINES = [
    re.compile(r"^(?:Sources?|Quellen?|Fuentes?|Джерел[оа]|Источники?)\s?: ?(?P<names>[^\n]{2,80})$", re.M),
    re.compile(r"^(?:By|Von|Par|Por) (?:[^\n,|/]{2,60}[,|/] ?)?(?P<names>[^\n,|]{2,60})$", re.M),
    re.compile(r"^[^\n()]{0,60}\((?P<names>[^()\n]{2,40})\)\s?[-–—]", re.M),
    re.compile(r"^[^\W\d_a-zа-яёіїєґ][^\na-zа-яёіїєґ()]{1,40} \((?P<names>[^()\n]{2,40})\)", re.M),
    re.compile(r"(?:^|[.!?”»\"])\s?[(\[](?:(?:avec|mit|con|with) )?(?P<names>[^()\n]{2,40})[)\]]\.?$", re.M),
    re.compile(r"(?:^[–—]|[.!?”»\"]\s?[-–—]{1,2}) ?(?P<names>[^\n.!?–—]{2,40})$", re.M),
    re.compile(r"^(?P<names>The [^\n]{2,60}|[^\n]{2,60}?) contributed to this (?:report|story)\b", re.M),
]
_BETWEEN = re.compile(r"[,/;|&+]| (?:and|und|et|y|и|та|і|avec|mit|con|with) ")

_TOKEN = re.compile(r"[\w.&'’-]*\w")
_POSSESSIVE = re.compile(r"['’]s?$")
_ELIDED = re.compile(r"^[ldLD]['’](?=\w)")
_OPENS = " \t\u00a0«“„\"'’‘"
_ARTICLES = _listed("the der die das den dem le la les el los il lo")
_KINDS = _listed(
    "news agency newspaper magazine broadcaster daily website Nachrichtenagentur Agentur Zeitung Magazin agence journal"
    " quotidien agencia periódico diario агентство агентства агенція агенції агентству газета газети газеты видання"
    " издание"
)
"""Words before a name that say what bears it. "Daily" with a capital is of the name."""
_JOINERS = _listed("of de du des del della di für")
_OPENERS = _listed(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August"
    " September October November December Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"
    " And As But However Later Meanwhile On When While Wie Comme Как Як"
)
"""Words that have a capital and are not of the name beside them."""
_SMALL = _listed("dpa afp apa sda epd kna ansa efe")
"""Agencies that write themselves, or are written, without capitals."""

_AGENCIES = (
    "Associated Press|AP",
    "Agence France-Presse|AFP|France-Presse",
    "Deutsche Presse-Agentur|dpa|dpa International",
    "Reuters|Thomson Reuters|Reuters News Agency|Рейтер|Рейтерс",
    "TASS|ITAR-TASS|ТАСС|ИТАР-ТАСС",
    "RIA Novosti|RIA|РИА Новости|РИА|РІА Новини",
    "Interfax|Интерфакс|Интерфакса|Інтерфакс|Інтерфаксу",
    "Interfax-Ukraine|Інтерфакс-Україна|Интерфакс-Украина",
    "Ukrinform|Укрінформ|Укрінформу|Укринформ|Укринформа",
    "UNIAN|УНІАН|УНИАН",
    "Yonhap|Yonhap News|Yonhap News Agency|연합뉴스",
    "EFE|Efe|Agencia EFE",
    "ANSA|Ansa|Agenzia Nazionale Stampa Associata",
    "Xinhua|Xinhua News Agency|新华社",
    "United Press International|UPI",
    "Press Association|PA|PA Media|PA news agency",
    "Kyodo|Kyodo News|共同通信",
    "Jiji|Jiji Press|時事通信",
    "Anadolu|Anadolu Agency|Anadolu Ajansı",
    "Press Trust of India|PTI",
    "Asian News International|ANI",
    "Australian Associated Press|AAP",
    "Austria Presse Agentur|APA",
    "Keystone-SDA|SDA|Schweizerische Depeschenagentur",
    "Evangelischer Pressedienst|epd",
    "Katholische Nachrichten-Agentur|KNA",
    "Polska Agencja Prasowa|PAP",
    "Česká tisková kancelář|ČTK",
    "Bloomberg|Bloomberg News",
    "British Broadcasting Corporation|BBC|BBC News",
    "New York Times|NYT",
    "Wall Street Journal|WSJ",
    "Radio Free Europe/Radio Liberty|RFE/RL|Radio Free Europe|Radio Liberty|Радіо Свобода|Радио Свобода",
)


def fold(name: str) -> str:
    """A name as it is compared: without article, case, accents and marks; a short one in capitals keeps them.

    So "AP" is no "ap", and "the Sun" is "Sun".
    """
    parts = name.split()
    if len(parts) > 1 and parts[0].lower() in _ARTICLES:
        parts = parts[1:]
    short = parts[0].replace(".", "") if len(parts) == 1 else ""
    if 2 <= len(short) <= 5 and short.isalpha() and short.isupper():
        return short
    return " ".join(words(" ".join(parts)))


def names_of(publisher: str) -> set[str]:
    """The folded names by which a publisher is credited: its own, and for agencies those that they go by."""
    names = {publisher, *_agencies().get(fold(publisher), ())}
    # dpa or DPA, Time or TIME: houses write short names either way.
    names |= {name.upper() for name in names if name.isalpha() and len(name) <= 5}
    return {folded for name in names if (folded := fold(name))}


@cache
def _agencies() -> dict[str, set[str]]:
    """The names that agencies go by, by each of them, folded."""
    found: dict[str, set[str]] = {}
    for forms in (line.split("|") for line in _AGENCIES):
        for form in forms:
            found.setdefault(fold(form), set()).update(forms)
    return found


def credits_in(text: str) -> list[Credit]:
    """The credits of a text in their order, each place with its readings, the longest first."""
    found = [*_following(text), *_preceding(text), *_on_lines(text)]
    return sorted(dict.fromkeys(found), key=lambda credit: (credit.at, -len(credit.name), credit.name))


def known_in(credits_found: Iterable[Credit], known: Mapping[str, str]) -> list[tuple[str, Credit]]:
    """Those who are known by folded names, as (id, credit): of each place the longest name that is known."""
    hits = []
    for _, readings in groupby(credits_found, key=lambda credit: credit.at):
        hit = next(((known[key], one) for one in readings if (key := fold(one.name)) in known), None)
        if hit:
            hits.append(hit)
    return hits


def _following(text: str) -> Iterator[Credit]:
    for lead in islice(_LEADS.finditer(text), _MOST):
        tokens = _run(text, lead.end(), lead.end() + _REACH)
        for first in _starts(tokens):
            for last in range(min(len(tokens), first + _WORDS), first, -1):
                if not _goes_on(tokens[last : last + 2]):
                    name = text[tokens[first].start() : tokens[last - 1].end()]
                    yield from _credits(name, text, lead.start(), lead.end(), lead.end())


def _preceding(text: str) -> Iterator[Credit]:
    for verb in islice(_VERBS.finditer(text), _MOST):
        tokens = _run_before(text, max(0, verb.start() - _REACH), verb.start())
        for first in range(max(0, len(tokens) - _WORDS), len(tokens)):
            if _is_name(tokens[first][0]) and not (first and _belongs(tokens[first - 1][0])):
                name = text[tokens[first].start() : verb.start()]
                yield from _credits(name, text, tokens[first].start(), verb.end(), verb.start())


def _on_lines(text: str) -> Iterator[Credit]:
    for pattern in _LINES:
        for line in islice(pattern.finditer(text), _MOST):
            start, end = line.span("names")
            yield from _credits(text[start:end], text, line.start(), line.end(), start)
            for between in _BETWEEN.finditer(text, start, end):
                yield from _credits(text[start : between.start()], text, line.start(), line.end(), start)
                start = between.end()
            yield from _credits(text[start:end], text, line.start(), line.end(), start)


def _credits(name: str, text: str, start: int, end: int, at: int) -> Iterator[Credit]:
    """A name, and what is left of it without "'s" and "l'"; nothing if it is not written as a name is."""
    name = name.strip(_OPENS)
    shown = _around(text, start, end)
    for form in dict.fromkeys((name, _POSSESSIVE.sub("", name), _ELIDED.sub("", name))):
        if form and _is_name(form):
            yield Credit(form, shown, at)


def _run(text: str, start: int, stop: int) -> list[re.Match[str]]:
    """The words from `start` on, as far as nothing but spaces and quotation marks is between them."""
    run: list[re.Match[str]] = []
    for token in _TOKEN.finditer(text, start, stop):
        if text[start : token.start()].strip(_OPENS):
            break
        run.append(token)
        start = token.end()
    return run


def _run_before(text: str, start: int, stop: int) -> list[re.Match[str]]:
    """The words up to `stop` with nothing but spaces and quotation marks between them."""
    run: list[re.Match[str]] = []
    for token in _TOKEN.finditer(text, start, stop):
        if run and text[run[-1].end() : token.start()].strip(_OPENS):
            run = []
        run.append(token)
    return [] if run and text[run[-1].end() : stop].strip(_OPENS) else run


def _starts(tokens: list[re.Match[str]]) -> Iterator[int]:
    """Where a name may begin: at the first word, and behind an article or what kind of thing it is."""
    for at, token in enumerate(tokens):
        word = _ELIDED.sub("", token[0])
        if _is_name(word):
            yield at
        if word.lower() not in _ARTICLES and word not in _KINDS:
            return


def _is_name(word: str) -> bool:
    """Whether a word is written as names are: no small letter first, where the script has them."""
    return not word[0].islower() or word.partition(" ")[0].lower() in _SMALL


def _goes_on(after: list[re.Match[str]]) -> bool:
    """Whether a name that was cut off here would go on: "the Times" of "the Times of Israel" is another's."""
    if not after:
        return False
    if after[0][0] in _JOINERS:
        return len(after) > 1 and after[1][0][0].isupper()
    return _belongs(after[0][0])


def _belongs(word: str) -> bool:
    if word in _OPENERS | _KINDS or word.lower() in _ARTICLES:
        return False
    return word[0].isupper() or word in _JOINERS


def _around(text: str, start: int, end: int) -> str:
    """The words around a place, of its line."""
    begin = max(text.rfind("\n", 0, start) + 1, start - 40)
    if begin and not text[begin - 1].isspace():
        begin = max(begin, text.find(" ", begin, start) + 1)
    stop = text.find("\n", end, end + _REACH)
    if stop < 0:
        stop = text.rfind(" ", end, end + _REACH) if len(text) > end + _REACH else len(text)
    return " ".join(text[begin : max(stop, end)].split())[:MAX_PHRASE]
