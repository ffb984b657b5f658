import numpy as np
import pytest

from factcheck.domain import vectors


def made(count: int, seed: int = 1) -> "vectors.Floats":
    found = np.random.default_rng(seed).standard_normal((count, 128), dtype=np.float32)
    scaled: vectors.Floats = found / np.linalg.norm(found, axis=1, keepdims=True)
    return scaled


def test_bytes_keep_the_angles() -> None:
    exact, query = made(500), made(1, 2)[0]
    assert np.abs(vectors.similarities(query, vectors.quantized(exact)) - exact @ query).max() < 0.01


def test_vectors_of_nothing_are_like_nothing() -> None:
    empty = vectors.quantized(np.zeros((2, 128), dtype=np.float32))
    assert vectors.similarities(made(1)[0], empty).tolist() == [0, 0]
    rows, found = vectors.nearest(made(1)[0], empty[:0], vectors.bits(empty[:0]), 5)
    assert len(rows) == len(found) == 0


@pytest.mark.parametrize("exact_to", [0, 10_000])
def test_the_nearest_are_found_by_bits_and_bytes(exact_to: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "EXACT_TO", exact_to)
    stored = made(5_000)
    query = stored[4_321] + 0.05 * made(1, 3)[0]
    query /= np.linalg.norm(query)
    rows, found = vectors.nearest(query, vectors.quantized(stored), vectors.bits(stored), 10)
    assert rows[0] == 4_321
    assert len(rows) == 10
    assert found.tolist() == sorted(found.tolist(), reverse=True)
    true = np.argsort(-(stored @ query))[:10]
    assert len(set(rows.tolist()) & set(true.tolist())) >= 9


def test_distance_is_the_number_of_signs_that_differ() -> None:
    one, other = made(2)
    signs = vectors.bits(np.stack([one, -one, other]))
    found = vectors.distances(vectors.bits(one[None])[0], signs)
    assert found.tolist() == [0, 128, int(((one > 0) != (other > 0)).sum())]
