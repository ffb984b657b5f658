import numpy as np

from factcheck.domain import vectors
from factcheck.domain.vectors import Signs


def made(count: int, seed: int = 1) -> "vectors.Floats":
    found = np.random.default_rng(seed).standard_normal((count, 128), dtype=np.float32)
    scaled: vectors.Floats = found / np.linalg.norm(found, axis=1, keepdims=True)
    return scaled


def signs(*parts: "vectors.Floats") -> Signs:
    found = Signs()
    for part in parts:
        found.add(vectors.quantized(part))
    return found


def test_bytes_keep_the_angles() -> None:
    exact, queries = made(500), made(2, 2)
    assert np.abs(vectors.similarities(queries, vectors.quantized(exact)) - queries @ exact.T).max() < 0.01


def test_vectors_of_nothing_are_like_nothing() -> None:
    empty = vectors.quantized(np.zeros((2, 128), dtype=np.float32))
    assert vectors.similarities(made(1), empty).tolist() == [[0, 0]]
    assert signs().nearest(made(1)[0]).tolist() == []


def test_the_nearest_are_among_those_that_the_signs_choose() -> None:
    stored = made(5_000)
    query = stored[4_321] + 0.05 * made(1, 3)[0]
    query /= np.linalg.norm(query)
    chosen = signs(stored).nearest(query, 1_000)
    assert len(chosen) == 1_000
    assert 4_321 in chosen
    true = np.argsort(-(stored @ query))[:10]
    assert len(set(chosen.tolist()) & set(true.tolist())) >= 9


def test_none_is_left_out_that_differs_in_fewer_signs_than_one_that_is_chosen() -> None:
    store, query = signs(made(5_000)), made(1, 2)[0]
    distances = store.distances(query)
    chosen = np.isin(np.arange(5_000), store.nearest(query, 777))
    assert chosen.sum() == 777
    assert distances[chosen].max() <= distances[~chosen].min()


def test_where_there_are_few_all_are_chosen() -> None:
    assert signs(made(300)).nearest(made(1, 2)[0], 300).tolist() == list(range(300))


def test_distance_is_the_number_of_signs_that_differ() -> None:
    one, other = vectors.quantized(made(2))
    found = signs(np.stack([one, other]).astype(np.float32)).distances(one.astype(np.float32))
    assert found.tolist() == [0, int(((one > 0) != (other > 0)).sum())]


def test_what_is_added_bit_by_bit_lies_as_what_is_added_at_once() -> None:
    stored, query = np.tile(made(7_000), (10, 1)), made(1, 2)[0]
    whole, parts = signs(stored), signs(stored[:1], stored[1:65_536], stored[65_536:65_537], stored[65_537:])
    assert len(whole) == len(parts) == 70_000
    assert np.array_equal(whole.distances(query), parts.distances(query))
    assert np.array_equal(whole.distances(query)[:7_000], whole.distances(query)[63_000:])
