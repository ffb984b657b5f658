"""Trains the ranker and its calibration: python -m benchmarks.matching.train --data FOLDER [--out FILE]

FOLDER has one folder a set, each with corpus.jsonl, queries.train.jsonl, qrels.train.tsv and the same for dev. One
model is fitted over the train parts of all sets; each query is used twice, as it is and with its matches taken out of
the corpus, since most texts that are looked up have no match. Numpy alone; a minute or two a set.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.matching.index import Index, corpus, lines
from factcheck.domain.ranking import NAMES, WORD_NAMES, WORDS_ALONE, Model, features, model
from factcheck.encoding import encoder, use

Floats = NDArray[np.float64]
FOLDS = 5
RIDGE = 1e-3
"""What keeps weights of features that say the same from growing against each other, as a share of the pairs."""
KNOTS = 14
LIMIT = 5


@dataclass(frozen=True, slots=True)
class Group:
    """A query's candidates: their ids, rows of features, which match, and how many matches there are in all."""

    query: str
    ids: tuple[str, ...]
    rows: Floats
    matches: NDArray[np.bool_]
    matching: int


def groups(index: Index, folder: Path, part: str, emptied: bool) -> list[Group]:
    """The groups of one part of a set; `emptied`: with the matches taken away first."""
    relevant = qrels(folder / f"qrels.{part}.tsv")
    found = []
    for one in lines(folder / f"queries.{part}.jsonl"):
        right = relevant.get(one["id"], frozenset())
        asked, known = index.query(one["text"])
        those = index.candidates(asked, right if emptied else frozenset())
        rows = features(asked, those, known)
        table = np.array([[row[name] for name in NAMES] for row in rows]).reshape(len(rows), len(NAMES))
        ids = tuple(candidate.id for candidate in those)
        found.append(Group(one["id"], ids, table, np.array([i in right for i in ids], dtype=bool), len(right)))
    return found


def qrels(path: Path) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        query, _, claim, relevance = line.split("\t")
        if float(relevance) > 0:
            found.setdefault(query, set()).add(claim)
    return {query: frozenset(claims) for query, claims in found.items()}


def fit(those: Sequence[Group], names: Sequence[str]) -> tuple[Floats, float]:
    """Weights and bias of a logistic regression by Newton's method (Hastie, Tibshirani and Friedman, 4.4.1)."""
    use = [NAMES.index(name) for name in names]
    rows = np.concatenate([one.rows[:, use] for one in those])
    right = np.concatenate([one.matches for one in those]).astype(float)
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = np.column_stack([(rows - middle) / spread, np.ones(len(rows))])
    ridge = np.diag([RIDGE * right.sum()] * len(use) + [0.0])
    beta = np.zeros(len(use) + 1)
    for _ in range(30):
        chance = 1 / (1 + np.exp(-scaled @ beta))
        slope = scaled.T @ (right - chance) - ridge @ beta
        curve = (scaled * (chance * (1 - chance))[:, None]).T @ scaled + ridge
        step = np.linalg.solve(curve, slope)
        beta += step
        if np.abs(step).max() < 1e-8:
            break
    weights = beta[:-1] / spread
    return weights, float(beta[-1] - weights @ middle)


def out_of_fold(those: Sequence[Group], names: Sequence[str]) -> list[Floats]:
    """The sums of each group by a model that has not seen its query."""
    use = [NAMES.index(name) for name in names]
    folds = {query: at % FOLDS for at, query in enumerate(dict.fromkeys(one.query for one in those))}
    fitted = [fit([one for one in those if folds[one.query] != fold], names) for fold in range(FOLDS)]
    return [one.rows[:, use] @ fitted[folds[one.query]][0] + fitted[folds[one.query]][1] for one in those]


def calibration(sums: Floats, right: NDArray[np.bool_]) -> tuple[list[float], list[float]]:
    """Points of the sum and the share of matches there, rising: isotonic regression in few steps, joined by lines.

    Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass probability estimates" (2002). Shares
    are drawn a little to the middle (one match and one miss more a step), so that none is wholly certain.
    """
    order = np.argsort(sums)
    blocks: list[list[float]] = []
    for value, match in zip(sums[order], right[order].astype(float), strict=True):
        blocks.append([match, 1.0, value])
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] >= blocks[-1][0] * blocks[-2][1]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    merged = _merged(blocks)
    points = [total / count for _, count, total in merged]
    shares = [(matches + 1) / (count + 2) for matches, count, _ in merged]
    return [round(p, 4) for p in points], [round(float(s), 4) for s in np.maximum.accumulate(shares)]


def _merged(blocks: list[list[float]]) -> list[list[float]]:
    """Neighbours put together until each has its share of the matches, so that the curve has about `KNOTS` points."""
    least = sum(matches for matches, _, _ in blocks) / KNOTS
    found: list[list[float]] = []
    for block in blocks:
        if found and found[-1][0] < least:
            found[-1] = [a + b for a, b in zip(found[-1], block, strict=True)]
        else:
            found.append(block)
    return found


def trained(those: Sequence[Group], names: Sequence[str]) -> dict[str, Any]:
    weights, bias = fit(those, names)
    sums = np.concatenate(out_of_fold(those, names))
    points, shares = calibration(sums, np.concatenate([one.matches for one in those]))
    named = {name: round(float(weight), 5) for name, weight in zip(names, weights, strict=True)}
    return {"weights": named, "bias": round(bias, 5), "points": points, "shares": shares}


def map_at(those: Sequence[Group], sums: Callable[[Group], Floats]) -> float:
    """The mean of the average precision of the first `LIMIT`."""
    return float(
        np.mean([_precision(one.matches[np.argsort(-sums(one), kind="stable")], one.matching) for one in those])
    )


def _precision(ranked: NDArray[np.bool_], matching: int) -> float:
    hits = np.flatnonzero(ranked[:LIMIT])
    return float(sum((at + 1) / (place + 1) for at, place in enumerate(hits)) / (matching or 1))


def by_model(ranker: Model) -> Callable[[Group], Floats]:
    return lambda one: np.array([ranker.logit(dict(zip(NAMES, row, strict=True))) for row in one.rows])


def reliability(
    those: Sequence[Group], ranker: Model, steps: Sequence[float] = (0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.01)
) -> str:
    """A table: of the pairs with a score between two steps, how many, the mean score, and how many are matches."""
    scores = np.concatenate([[ranker.probability(s) for s in by_model(ranker)(one)] for one in those])
    right = np.concatenate([one.matches for one in those])
    rows = []
    for low, high in pairwise(steps):
        within = (scores >= low) & (scores < high)
        if within.any():
            mean, share = scores[within].mean(), right[within].mean()
            rows.append(f"  {low:.1f}-{min(high, 1):.1f}  {within.sum():6}  {mean:.3f}  {share:.3f}")
    return "\n".join(rows)


def main() -> None:
    given = arguments()
    use(given.encoder)
    used = None if given.words else encoder()
    names = NAMES if used else WORD_NAMES
    train: dict[str, list[Group]] = {}
    dev: dict[str, list[Group]] = {}
    for folder in sorted(one for one in given.data.iterdir() if (one / "qrels.train.tsv").exists()):
        index = Index(corpus(folder / "corpus.jsonl"), used, given.cache and given.cache / f"{folder.name}.npy")
        train[folder.name] = groups(index, folder, "train", False) + groups(index, folder, "train", True)
        dev[folder.name] = groups(index, folder, "dev", False) + groups(index, folder, "dev", True)
        print(folder.name, len(train[folder.name]), "groups", flush=True)
    report(train, dev, names)
    found = trained([one for those in train.values() for one in those], names)
    ranker = model(found)
    for name, those in dev.items():
        print(f"{name} dev: MAP@5 {map_at(_with_matches(those), by_model(ranker)):.4f}")
        print("  score     pairs  mean   matches")
        print(reliability(those, ranker))
    kept = json.loads(given.out.read_text()) if given.out.exists() else {}
    kept[used.name if used else WORDS_ALONE] = found
    given.out.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")


def report(train: dict[str, list[Group]], dev: dict[str, list[Group]], names: Sequence[str]) -> None:
    """Each set as ranked by a model of every one, and with one feature less: by queries that it has not seen."""
    for trained_on, those in train.items():
        ranker = model(trained(those, names))
        others = "  ".join(f"{name} {map_at(_with_matches(dev[name]), by_model(ranker)):.4f}" for name in dev)
        print(f"trained on {trained_on} alone, dev: {others}", flush=True)
    for left_out in ("", *names):
        print(
            f"without {left_out or 'nothing':16}",
            _cross_validated(train, [n for n in names if n != left_out]),
            flush=True,
        )


def _cross_validated(train: dict[str, list[Group]], names: Sequence[str]) -> str:
    those = [one for several in train.values() for one in several]
    sums = {id(one): found for one, found in zip(those, out_of_fold(those, names), strict=True)}
    return "  ".join(
        f"{name} {map_at(_with_matches(several), lambda one: sums[id(one)]):.4f}" for name, several in train.items()
    )


def _with_matches(those: Sequence[Group]) -> list[Group]:
    """The groups as they are: the second half are those that were emptied."""
    return list(those[: len(those) // 2])


def arguments() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--out", type=Path, default=Path("factcheck/domain/data/ranker.json"))
    asked.add_argument("--cache", type=Path, help="a folder to keep the vectors in")
    asked.add_argument("--encoder", default="", help="a folder with a model of sentence-transformers")
    asked.add_argument("--words", action="store_true", help="train the ranking for words alone")
    return asked.parse_args()


if __name__ == "__main__":
    main()
