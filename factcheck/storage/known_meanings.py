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


class Known:
    """All vectors of one model, as far as they were read: of each its signs and its number, 56 bytes; the vectors
    themselves stay in the database. Those of claims that were worded anew or erased are gone there, and so are passed
    over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: tuple[str, object] = ("", None)
        self._numbers = array("q")
        self._signs: Any = None

    def nearest(self, model: str, points: "Floats") -> list[list[str]]:
        """For each of some vectors of length 1 the claims that are nearest to it, nearest first."""
        from factcheck.domain import vectors

        with self._lock:
            self._read_on(model)
            places = {at for point in points for at in self._signs.nearest(point).tolist()}
            numbers = [self._numbers[at] for at in sorted(places)]
        found = meanings.vectors(numbers)
        stored = _matrix([vector for _, vector in found], points.shape[1])
        orders = (-vectors.similarities(points, stored)).argsort(axis=1, kind="stable").tolist()
        return [list(dict.fromkeys(found[at][0] for at in order)) for order in orders]

    def _read_on(self, model: str) -> None:
        from factcheck.domain.vectors import Signs

        if (model, db.database.obj) != self._of:
            self._of = (model, db.database.obj)
            self._numbers, self._signs = array("q"), Signs()
        while rows := meanings.after(self._numbers[-1] if self._numbers else 0, model, _BATCH):
            self._signs.add(_matrix([vector for _, vector in rows], len(rows[0][1])))
            self._numbers.extend(number for number, _ in rows)


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


def _matrix(rows: list[bytes], dimensions: int) -> Any:
    import numpy as np

    return np.frombuffer(b"".join(rows), dtype=np.int8).reshape(len(rows), dimensions)


KNOWN = Known()
