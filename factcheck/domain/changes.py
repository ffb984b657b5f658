from dataclasses import dataclass


@dataclass
class Hunk:
    removed: tuple[str, ...]
    added: tuple[str, ...]
@dataclass
class Comparison:
    substantive: bool
    hunks: list[Hunk]
def compare(a: str, b: str) -> Comparison:
    return Comparison(a != b, [Hunk(tuple(a.splitlines()), tuple(b.splitlines()))])
