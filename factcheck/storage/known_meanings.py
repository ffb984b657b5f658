"""The vectors that a process knows of: their signs, searched in memory, and read on when there are more."""

import threading
from array import array
from typing import TYPE_CHECKING, Any

from factcheck.storage import db, meanings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_BATCH = 10_000
_KEPT = 65_536
"""Up to so many vectors are kept in memory, 25 MB of 384 numbers each: reading hundreds takes longer than the rest."""


class Known:
    """All vectors of one model, as far as they were read: of each its signs and its number, 56 bytes. While they are
    few, the vectors themselves and whose they are too; of many they stay in the database.

    A claim that was worded anew, merged or erased may still be named by a vector that it had.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: tuple[str, object] = ("", None)
        self._numbers = array("q")
        self._signs: Any = None
        self._owners: list[str] = []
        self._vectors: Any = None

    def nearest(self, model: str, points: "Floats") -> list[list[str]]:
        """For each of some vectors of length 1 the claims that are nearest to it, nearest first."""
        import numpy as np

        from factcheck.domain import vectors

        with self._lock:
            self._read_on(model)
            places = np.unique(np.concatenate([self._signs.nearest(point) for point in points])).tolist()
            kept = self._kept(places)
            numbers = [] if kept else [self._numbers[at] for at in places]
        owners, stored = kept or _read(numbers, points.shape[1])
        orders = (-vectors.similarities(points, stored)).argsort(axis=1, kind="stable").tolist()
        return [list(dict.fromkeys(owners[at] for at in order)) for order in orders]

    def _kept(self, places: list[int]) -> tuple[list[str], Any] | None:
        if self._vectors is None:
            return None
        return [self._owners[at] for at in places], self._vectors[places]

    def _read_on(self, model: str) -> None:
        from factcheck.domain.vectors import Signs

        # The main one, whichever is asked: a replica gives the same numbers, as far as it has come.
        record = (model, db.database.main)
        if record != self._of:
            self._of = record
            self._numbers, self._signs, self._owners, self._vectors = array("q"), Signs(), [], None
        while rows := meanings.after(self._numbers[-1] if self._numbers else 0, model, _BATCH):
            read = _matrix([vector for _, _, vector in rows], len(rows[0][2]))
            self._keep([owner for _, owner, _ in rows], read)
            self._signs.add(read)
            self._numbers.extend(number for number, _, _ in rows)

    def _keep(self, owners: list[str], vectors: Any) -> None:
        import numpy as np

        count = len(self._signs)
        if count + len(vectors) > _KEPT:
            self._owners, self._vectors = [], None
            return
        if self._vectors is None:
            self._vectors = np.empty((_KEPT, vectors.shape[1]), dtype=np.int8)
        self._vectors[count : count + len(vectors)] = vectors
        # In their places, where reading on broke off before and begins there again.
        self._owners[count:] = owners


def similarities(model: str, points: "Floats", claims: dict[str, str]) -> dict[str, tuple[float, float]]:
    """Of claims with their texts, those that mean what their vectors say, each with the highest cosine that any of some
    vectors has with any of its own, and with that of its text. One that was worded anew is among them once a worker has
    come by."""
    from factcheck.domain import vectors

    rows = meanings.of(claims, model)
    if not rows:
        return {}
    stored = _matrix([vector for _, vector in rows], points.shape[1])
    found: dict[str, tuple[float, float]] = {}
    for (claim, _), cosine in zip(rows, vectors.similarities(points, stored).max(axis=0).tolist(), strict=True):
        # The first vector of a claim is that of its text.
        highest, text = found.get(claim, (cosine, cosine))
        found[claim] = max(highest, cosine), text
    return found


def _read(numbers: list[int], dimensions: int) -> tuple[list[str], Any]:
    found = meanings.vectors(numbers)
    return [owner for owner, _ in found], _matrix([vector for _, vector in found], dimensions)


def _matrix(rows: list[bytes], dimensions: int) -> Any:
    import numpy as np

    return np.frombuffer(b"".join(rows), dtype=np.int8).reshape(len(rows), dimensions)


KNOWN = Known()
