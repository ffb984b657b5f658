"""The tree against published vectors, against the RFC's own definitions, and against an implementation by others."""

from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tlog_scales.reader import TilesReader
from tlog_scales.signing import PlainEd25519Signer
from tlog_scales.tlog import ConsistencyProof, InclusionProof
from tlog_scales.writer import TilesWriter

from factcheck.ledger.merkle import (
    EMPTY_ROOT,
    BadProof,
    Frontier,
    Node,
    Span,
    consistency_spans,
    inclusion_spans,
    joined,
    position,
    prove,
    verify_consistency,
    verify_inclusion,
)
from tests.ledger.trees import GrownTree, leaf_of, leaves, naive_path, naive_proof, naive_root
from tests.thoroughness import times

MOST = 260

# The leaves and roots that implementations of Certificate Transparency test with.
VECTOR_LEAVES = [
    leaf_of(bytes.fromhex(data))
    for data in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
VECTOR_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
VECTOR_INCLUSIONS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
VECTOR_CONSISTENCIES = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


@cache
def tree() -> GrownTree:
    return GrownTree(leaves(MOST))


def inclusion(index: int, size: int) -> list[bytes]:
    return prove(inclusion_spans(index, size), tree().look_up)


def consistency(first: int, second: int) -> list[bytes]:
    return prove(consistency_spans(first, second), tree().look_up)


def consistent(first: int, second: int, path: list[bytes]) -> None:
    verify_consistency(first, second, path, tree().roots[first], tree().roots[second])


def included(index: int, size: int, path: list[bytes]) -> None:
    verify_inclusion(tree().leaves[index], index, size, path, tree().roots[size])


# Published vectors


def test_roots_are_the_published_ones() -> None:
    assert [root.hex() for root in GrownTree(VECTOR_LEAVES).roots] == VECTOR_ROOTS


@pytest.mark.parametrize(("index", "size"), VECTOR_INCLUSIONS)
def test_inclusion_proofs_are_the_published_ones(index: int, size: int) -> None:
    path = prove(inclusion_spans(index, size), GrownTree(VECTOR_LEAVES).look_up)
    assert [node.hex() for node in path] == VECTOR_INCLUSIONS[index, size]
    verify_inclusion(VECTOR_LEAVES[index], index, size, path, bytes.fromhex(VECTOR_ROOTS[size]))


@pytest.mark.parametrize(("first", "second"), VECTOR_CONSISTENCIES)
def test_consistency_proofs_are_the_published_ones(first: int, second: int) -> None:
    path = prove(consistency_spans(first, second), GrownTree(VECTOR_LEAVES).look_up)
    assert [node.hex() for node in path] == VECTOR_CONSISTENCIES[first, second]
    roots = (bytes.fromhex(VECTOR_ROOTS[size]) for size in (first, second))
    verify_consistency(first, second, path, *roots)


# Every tree up to some size


def test_every_root_is_what_the_definition_gives() -> None:
    assert tree().roots == [naive_root(tree().leaves[:size]) for size in range(MOST + 1)]


def test_a_stored_frontier_grows_on_as_the_tree_would_have() -> None:
    for size in range(64):
        frontier = Frontier()
        for leaf in tree().leaves[:size]:
            frontier.append(leaf)
        again = Frontier(size, frontier.peaks)
        again.append(tree().leaves[size])
        assert again.root() == tree().roots[size + 1]


def test_a_frontier_whose_peaks_do_not_fit_its_size_is_refused() -> None:
    with pytest.raises(ValueError, match="peaks"):
        Frontier(3, [EMPTY_ROOT])


def test_inner_nodes_are_numbered_without_a_gap_in_the_order_of_their_completion() -> None:
    found = []
    for size in range(1, MOST + 1):
        # A subtree of each level that the newest leaf ends; of a size 2^n, n of them.
        found += [Node(level, (size >> level) - 1) for level in range(1, (size & -size).bit_length())]
    assert [position(node) for node in found] == list(range(1, len(found) + 1))
    assert len(tree().inner) == len(found)


def test_every_leaf_is_proven_at_every_size() -> None:
    for size in range(1, MOST + 1):
        for index in range(size):
            included(index, size, inclusion(index, size))


def test_every_earlier_size_is_proven_at_every_size() -> None:
    for second in range(1, MOST + 1):
        for first in range(1, second + 1):
            consistent(first, second, consistency(first, second))


def test_proofs_are_what_the_definition_gives() -> None:
    for size in range(1, 40):
        hashes = tree().leaves[:size]
        for index in range(size):
            assert inclusion(index, size) == naive_path(index, hashes)
            assert consistency(index + 1, size) == naive_proof(index + 1, hashes)


def test_the_empty_tree_began_every_tree_and_needs_no_path() -> None:
    for size in (0, 1, 5):
        verify_consistency(0, size, [], EMPTY_ROOT, tree().roots[size])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 3), (3, 3)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_spans(index, size)
    with pytest.raises(BadProof, match="no leaf"):
        verify_inclusion(EMPTY_ROOT, index, size, [], EMPTY_ROOT)


@pytest.mark.parametrize(("first", "second"), [(0, 3), (4, 3), (-1, 3)])
def test_there_is_no_proof_of_what_did_not_come_before(first: int, second: int) -> None:
    with pytest.raises(ValueError, match="no consistency proof"):
        consistency_spans(first, second)


# What a million leaves cost


@pytest.mark.parametrize("size", [1_000_000, 2**20 - 1, 2**20, 2**20 + 1])
def test_a_proof_over_a_million_leaves_needs_few_nodes(size: int) -> None:
    places = {0, 1, size // 3, size // 2, size - 2, size - 1, *(size & ~(2**level - 1) for level in range(20))}
    for index in places - {size}:
        assert _nodes(inclusion_spans(index, size)) < 64
        assert _nodes(consistency_spans(index + 1, size)) < 64
    assert _nodes([Span(0, size)]) <= 20


def _nodes(spans: list[Span]) -> int:
    return sum(len(span.nodes()) for span in spans)


# Whatever is changed is refused


def flips(hash_: bytes) -> Iterator[bytes]:
    for bit in range(len(hash_) * 8):
        changed = int.from_bytes(hash_, "big") ^ (1 << bit)
        yield changed.to_bytes(len(hash_), "big")


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 2), (4, 5), (3, 7), (5, 8), (129, 259)])
def test_no_bit_of_an_inclusion_proof_can_be_flipped(index: int, size: int) -> None:
    leaf, path, root = tree().leaves[index], inclusion(index, size), tree().roots[size]
    for number, hash_ in enumerate([leaf, *path, root]):
        for changed in flips(hash_):
            hashes = [leaf, *path, root]
            hashes[number] = changed
            with pytest.raises(BadProof):
                verify_inclusion(hashes[0], index, size, hashes[1:-1], hashes[-1])


@pytest.mark.parametrize(("first", "second"), [(1, 2), (3, 3), (4, 5), (3, 7), (6, 8), (8, 9), (129, 259)])
def test_no_bit_of_a_consistency_proof_can_be_flipped(first: int, second: int) -> None:
    given_ = [*consistency(first, second), tree().roots[first], tree().roots[second]]
    for number, hash_ in enumerate(given_):
        for changed in flips(hash_):
            hashes = [*given_[:number], changed, *given_[number + 1 :]]
            with pytest.raises(BadProof):
                verify_consistency(first, second, hashes[:-2], hashes[-2], hashes[-1])


def test_an_inclusion_proof_shows_one_leaf_at_one_place() -> None:
    for size in range(1, 36):
        for index in range(size):
            path = inclusion(index, size)
            for other in range(-1, size + 2):
                if other != index:
                    with pytest.raises(BadProof):
                        verify_inclusion(tree().leaves[index], other, size, path, tree().roots[size])


def test_an_inclusion_proof_is_none_for_the_root_of_another_size() -> None:
    for size in range(1, 36):
        for index in range(size):
            path = inclusion(index, size)
            for other in set(range(size + 3)) - {size}:
                with pytest.raises(BadProof):
                    verify_inclusion(tree().leaves[index], index, other, path, tree().roots[other])


def test_a_consistency_proof_is_none_for_roots_of_other_sizes() -> None:
    for second in range(2, 20):
        for first in range(1, second):
            path = consistency(first, second)
            for other in range(1, MOST // 10):
                if other not in (first, second):
                    with pytest.raises(BadProof):
                        consistent(other, second, path)
                    with pytest.raises(BadProof):
                        consistent(first, other, path)


@given(st.integers(1, MOST), st.data())
@settings(max_examples=times(200, 40), deadline=None)
def test_a_path_that_is_longer_shorter_or_in_another_order_is_refused(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    for changed in _changed(inclusion(index, size), data):
        with pytest.raises(BadProof):
            included(index, size, changed)
    for changed in _changed(consistency(index + 1, size), data):
        with pytest.raises(BadProof):
            consistent(index + 1, size, changed)


def _changed(path: list[bytes], data: st.DataObject) -> Iterator[list[bytes]]:
    place = data.draw(st.integers(0, len(path)))
    yield [*path[:place], data.draw(st.sampled_from([*path, EMPTY_ROOT])), *path[place:]]
    if path:
        yield path[: place - 1] + path[place:] if place else path[1:]
    if len(path) > 1:
        yield path[::-1]


@pytest.mark.parametrize("length", [0, 31, 33])
def test_what_is_no_hash_is_refused(length: int) -> None:
    bad, path = bytes(length), inclusion(2, 5)
    with pytest.raises(BadProof, match="32 bytes"):
        verify_inclusion(bad, 2, 5, path, tree().roots[5])
    with pytest.raises(BadProof, match="32 bytes"):
        included(2, 5, [bad, *path[1:]])
    with pytest.raises(BadProof, match="32 bytes"):
        verify_consistency(0, 5, [], bad, tree().roots[5])


def test_a_newer_tree_did_not_begin_an_older_one() -> None:
    with pytest.raises(BadProof, match="did not begin"):
        consistent(5, 3, consistency(3, 5))


def test_the_root_over_nothing_is_that_of_the_empty_tree() -> None:
    assert joined([]) == EMPTY_ROOT == Frontier().root()


# An implementation by others


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> TilesReader:
    """A log of theirs over the same leaves."""
    writer = TilesWriter.create(tmp_path_factory.mktemp("tiles") / "log", "log.example")
    for number in range(MOST):
        writer.add_leaf(str(number).encode())
    writer.commit([PlainEd25519Signer("log.example", bytes(32))])
    return writer.reader


def test_their_roots_are_ours(theirs: TilesReader) -> None:
    assert theirs.calculate_root_hash() == tree().roots[MOST]


@given(st.integers(1, MOST), st.data())
@settings(max_examples=times(100, 20), deadline=None)
def test_their_proofs_are_ours_and_verify_with_either(theirs: TilesReader, size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path, proof = inclusion(index, size), consistency(index + 1, size)
    assert theirs.get_inclusion_proof(index, size).node_hashes == path
    InclusionProof(index, size, path).check(tree().leaves[index], tree().roots[size])
    assert theirs.get_consistency_proof(index + 1, size).node_hashes == proof
    ConsistencyProof(index + 1, size, proof).check(tree().roots[index + 1], tree().roots[size])
