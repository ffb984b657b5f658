"""Languages by their tags (BCP 47), where the region does not count. Pure."""

from collections.abc import Iterable


def alike(wanted: str, tags: Iterable[str]) -> list[str]:
    """Those tags that are of a tag's language, and of its script where both name one; regions do not count."""
    language, script = _parts(wanted)
    return [tag for tag in tags if _fits(language, script, *_parts(tag))]


def _fits(language: str, script: str, other: str, other_script: str) -> bool:
    return language == other and (not script or not other_script or script == other_script)


def _parts(tag: str) -> tuple[str, str]:
    """The language, and the script or "" (RFC 5646, section 2.2: four letters, right behind the language)."""
    language, _, rest = tag.lower().partition("-")
    second = rest.partition("-")[0]
    return language, second if len(second) == 4 and second.isalpha() else ""
