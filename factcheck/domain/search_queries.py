"""What somebody who searches wants: words, "phrases", beginn* and -unwanted, out of any text at all. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from factcheck.domain import words
from factcheck.domain.stopwords import STOP_WORDS

LONGEST = 1000
"""Characters of a query."""

MOST = 32
"""Words and phrases of a query that are looked for; what follows is passed over."""

_CHUNK = re.compile(r'(?P<not>-(?=["\w]))?(?:"(?P<phrase>[^"]*)"?|(?P<plain>[^\s"]+))')
_OPENED = str.maketrans("“”„«»\uff02", '""""""')
_LEAST_PREFIX = 2


@dataclass(frozen=True, slots=True)
class Group:
    """Something that a claim must have: at least `need` of `parts`, each of them in any of its terms; or, where there
    is a `prefix`, a word that begins so."""

    parts: tuple[tuple[str, ...], ...]
    need: int = 1
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """`phrases` and `unwanted_phrases` are folded words with a space around each, as an entry has them."""

    wanted: tuple[Group, ...]
    unwanted: tuple[Group, ...]
    phrases: tuple[str, ...]
    unwanted_phrases: tuple[str, ...]

    def terms(self) -> set[str]:
        """All terms of all groups."""
        return {term for group in (*self.wanted, *self.unwanted) for part in group.parts for term in part}


def parse(text: str) -> Query:
    """Read a query; whatever is no word of any script says nothing. Without a wanted word nothing is found."""
    wanted: list[Group] = []
    idle: list[Group] = []
    unwanted: list[Group] = []
    phrases: list[str] = []
    unwanted_phrases: list[str] = []
    for match in _CHUNK.finditer(text[:LONGEST].translate(_OPENED)):
        found = list(words.tokens(match["phrase"] or match["plain"] or ""))
        if not found:
            continue
        whole = match["phrase"] is not None
        if match["not"] and (whole or len(found) > 1):
            unwanted_phrases.append(_spelled(found))
        elif match["not"]:
            unwanted.append(_group(found[0], starts=_starts(match["plain"], found[0])))
        elif whole:
            phrases.append(_spelled(found))
            for token in found:
                _sort(token, _literal(token), wanted, idle)
        else:
            for token in found:
                starts = token is found[-1] and _starts(match["plain"], token)
                _sort(token, _group(token, starts=starts), wanted, idle)
    # Words that say nothing are looked for where there are no others.
    return Query(_first(wanted or idle), _first(unwanted), tuple(phrases[:MOST]), tuple(unwanted_phrases[:MOST]))


def _sort(token: words.Token, group: Group, wanted: list[Group], idle: list[Group]) -> None:
    plain = words.folded(token.text, token.kind)
    says_nothing = token.kind is None and not group.prefix and (plain in STOP_WORDS or len(plain) == 1)
    (idle if says_nothing else wanted).append(group)


def _group(token: words.Token, *, starts: bool) -> Group:
    if token.kind == "run":
        return _run(words.spell(token))
    if starts:
        return Group((), prefix=words.folded(token.text, token.kind))
    return Group((words.forms(token.text, token.kind, words.QUERY_LANGUAGES),))


def _run(run: list[str]) -> Group:
    """Particles and unknown limits of words leave some pairs out; of Korean, where they are glued on, more."""
    if len(run) < 2:
        return Group((), prefix="".join(run))
    parts = tuple((pair,) for pair in dict.fromkeys(words.pairs(run)))
    share = 2 if words.is_korean(run) else 1.5
    return Group(parts, need=-int(-len(parts) // share))


def _literal(token: words.Token) -> Group:
    """A word of a phrase, as it stands."""
    if token.kind != "run":
        return Group(((words.folded(token.text, token.kind),),))
    run = words.spell(token)
    if len(run) < 2:
        return Group((), prefix="".join(run))
    parts = tuple((pair,) for pair in dict.fromkeys(words.pairs(run)))
    return Group(parts, need=len(parts))


def _starts(chunk: str, token: words.Token) -> bool:
    """Whether a star follows the word, and enough of it stands before the star."""
    return chunk[token.end : token.end + 1] == "*" and token.kind is None and len(token.text) >= _LEAST_PREFIX


def _spelled(found: Iterable[words.Token]) -> str:
    parts: list[str] = []
    for token in found:
        parts += words.spell(token) if token.kind == "run" else [words.folded(token.text, token.kind)]
    return f" {' '.join(parts)} "


def _first(groups: list[Group]) -> tuple[Group, ...]:
    return tuple(dict.fromkeys(groups))[:MOST]
