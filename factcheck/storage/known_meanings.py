"""The vectors that a process has read: of each claim some, searched in memory, and read on when there are more."""

import threading
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from factcheck.storage import db, meanings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_BATCH = 10_000


class Known:
    """All vectors of one model, as far as they were read. Those of claims that were worded anew stay, and are passed
    over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: tuple[str, object] = ("", None)
        self._numbers: list[int] = []
        self._claims: list[str] = []
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        self._vectors: Any = None
        self._bits: Any = None

    def nearest(self, model: str, point: "Floats", limit: int) -> dict[str, float]:
        """The claims nearest to a vector of length 1 with their cosines, nearest first."""
        from factcheck.domain import vectors

        with self._lock:
            self._read_on(model)
            if not self._numbers:
                return {}
            places, cosines = vectors.nearest(point, self._vectors, self._bits, limit)
            standing = meanings.standing([self._numbers[at] for at in places])
            found: dict[str, float] = {}
            for at, cosine in zip(places, cosines, strict=True):
                if self._numbers[at] in standing:
                    found.setdefault(self._claims[at], float(cosine))
            return found

    def similarities(self, model: str, points: "Floats", claims: Sequence[str]) -> dict[str, float]:
        """The highest cosine that any of some vectors has with those of each of these claims that has any."""
        import numpy as np

        from factcheck.domain import vectors

        with self._lock:
            self._read_on(model)
            places = [(claim, at) for claim in claims for at in self._places.get(claim, ())]
            standing = meanings.standing([self._numbers[at] for _, at in places])
            places = [(claim, at) for claim, at in places if self._numbers[at] in standing]
            if not places:
                return {}
            rows = self._vectors[[at for _, at in places]]
            cosines = np.max([vectors.similarities(point, rows) for point in points], axis=0)
            found: dict[str, float] = {}
            for (claim, _), cosine in zip(places, cosines, strict=True):
                found[claim] = max(found.get(claim, -1.0), float(cosine))
            return found

    def _read_on(self, model: str) -> None:
        import numpy as np

        from factcheck.domain import vectors

        if (model, db.database.obj) != self._of:
            self._begin(model)
        while rows := meanings.after(self._numbers[-1] if self._numbers else 0, model, _BATCH):
            new = np.frombuffer(b"".join(vector for _, _, vector in rows), dtype=np.int8).reshape(len(rows), -1)
            signs = vectors.bits(new)
            self._vectors = np.concatenate([self._vectors, new]) if self._numbers else new
            self._bits = np.concatenate([self._bits, signs]) if self._numbers else signs
            for number, claim, _ in rows:
                self._places[claim].append(len(self._numbers))
                self._numbers.append(number)
                self._claims.append(claim)

    def _begin(self, model: str) -> None:
        self._of = (model, db.database.obj)
        self._numbers, self._claims = [], []
        self._places = defaultdict(list)


KNOWN = Known()
