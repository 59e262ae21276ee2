"""The shipped graphs against the models they were made of, and a reranker of another make."""

import hashlib
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from rag.cross_encoders import load_entailment
from rag.encoders import EMBEDDER_GRAPH, EMBEDDER_SHA256, READER_GRAPH, READER_SHA256, Encoder
from rag.errors import ConfigurationError
from rag.models import SHIPPED_PACKAGE, SentenceEmbeddings, load_embedding_model, load_reader
from rag.settings import Settings

pytestmark = pytest.mark.integration

TEXTS = [
    "Who closed the harbour of Velm?",
    "Captain Orla Venn closed the harbour of Velm on Tuesday evening. " * 12,
    "",
    "字 😀 naïve coöperation — “quoted”, 12.4 per cent.",
    "the " * 700,
]
QUESTION = "When was the granary of Pellin flooded?"
PASSAGES = [
    ("Granaries\n", "The granary of Pellin was flooded in March 1998. The miller sold his rye."),
    ("", "Captain Orla Venn closed the harbour of Velm on Tuesday evening."),
    ("", "The granary of Pellin was painted green by a carter, who was never paid for it."),
]


def shipped_folder() -> Path:
    spec = find_spec(SHIPPED_PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "model"


def test_the_shipped_files_are_those_the_code_names_and_are_small():
    for path, digest in ((EMBEDDER_GRAPH, EMBEDDER_SHA256), (READER_GRAPH, READER_SHA256)):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
    assert sum(path.stat().st_size for path in EMBEDDER_GRAPH.parent.iterdir()) < 25_000_000


def test_vectors_equal_those_of_sentence_transformers():
    fast = load_embedding_model(Settings()).embeddings
    whole = SentenceEmbeddings(shipped_folder(), dtype="float32", batch=8)
    ours, theirs = fast.embed_now(TEXTS), whole.embed(TEXTS)
    assert ours.shape == theirs.shape
    assert np.sum(ours * theirs, axis=1).min() > 0.9999
    assert np.linalg.norm(ours, axis=1) == pytest.approx(1, abs=1e-5)
    question = fast.embed_questions(TEXTS[:1])
    assert float((question @ whole.embed_questions(TEXTS[:1]).T).item()) > 0.9999


def test_many_texts_go_on_with_torch_where_it_is_faster_and_agree():
    embeddings = load_embedding_model(Settings(embedding_dtype="bfloat16")).embeddings
    first = embeddings.embed(["Seven ferries were left outside the breakwater."])
    embeddings.embed(["rye"] * 900)
    later = embeddings.embed(["Seven ferries were left outside the breakwater."])
    assert not np.array_equal(first, later)  # by another backend
    assert float((first @ later.T).item()) > 0.995


def test_the_reader_puts_its_finger_on_the_answer():
    reader = load_reader(Settings())
    assert reader is not None
    readings = reader.read(QUESTION, PASSAGES)
    best = readings[0].spans[0]
    assert "March 1998" in PASSAGES[0][1][best.start : best.end]
    assert max(range(3), key=lambda place: readings[place].relevance) == 0
    answerable = [reading.answerable for reading in readings]
    assert None not in answerable
    assert answerable[0] > max(answerable[1:])  # type: ignore[type-var]
    again = reader.read(QUESTION, PASSAGES)
    assert again == readings


def test_an_altered_graph_is_refused(tmp_path: Path):
    altered = tmp_path / "reader.onnx"
    data = bytearray(READER_GRAPH.read_bytes())
    data[len(data) // 2] ^= 1
    altered.write_bytes(data)
    weights = shipped_folder() / "model.safetensors"
    encoder = Encoder(altered, weights, sha256=READER_SHA256, own_weights=True)
    with pytest.raises(ConfigurationError, match="not the file that was shipped"):
        encoder.load()


def random_cross_encoder(folder: Path, labels: Sequence[str]) -> Path:
    """A cross-encoder with random weights: it tests the wiring."""
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    config = BertConfig(
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        id2label=dict(enumerate(labels)),
        label2id={label: place for place, label in enumerate(labels)},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(shipped_folder()).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_cross_encoder(tmp_path_factory.mktemp("cross"), ["LABEL_0"])


def test_a_cross_encoder_takes_the_place_of_the_reader_for_relevance_alone(cross_encoder: Path):
    reader = load_reader(Settings(reranker_model=str(cross_encoder)))
    assert reader is not None
    readings = reader.read(QUESTION, PASSAGES)
    assert len(readings) == 3
    assert all(0 <= reading.relevance <= 1 for reading in readings)
    assert all(reading.answerable is None and not reading.spans for reading in readings)
    assert reader.read(QUESTION, []) == []


def test_a_reranker_that_is_not_there_is_one_clear_error(tmp_path: Path):
    reader = load_reader(Settings(reranker_model=str(tmp_path / "none")))
    assert reader is not None
    with pytest.raises(ConfigurationError, match="RAG_RERANKER_MODEL"):
        reader.load()


def test_no_reader_reads_nothing():
    assert load_reader(Settings(reranker_model="none")) is None


@pytest.mark.parametrize(
    "labels", [("contradiction", "ENTAILMENT", "neutral"), ("entailment", "not_entailment")]
)
def test_an_entailment_model_is_read_by_the_names_of_its_labels(tmp_path: Path, labels):
    folder = random_cross_encoder(tmp_path / "nli", labels)
    model = load_entailment(Settings(support_model=str(folder)))
    assert model is not None
    pairs = [("The weir was built in 1907.", "The weir is old."), ("Rain fell.", "It was dry.")]
    told = model.entail(pairs)
    assert len(told) == 2
    for entails, contradicts in told:
        assert 0 < entails < 1
        assert (0 < contradicts < 1) == ("contradiction" in labels)
        assert entails + contradicts < 1 + 1e-6
    assert model.entail([]) == []
    turned = model.entail(pairs[::-1])[::-1]
    assert [one for one, _ in turned] == pytest.approx([one for one, _ in told], abs=1e-5)


def test_what_judges_no_entailment_is_one_clear_error(tmp_path: Path, cross_encoder: Path):
    for folder in (tmp_path / "none", cross_encoder):
        model = load_entailment(Settings(support_model=str(folder)))
        assert model is not None
        with pytest.raises(ConfigurationError, match="RAG_SUPPORT_MODEL"):
            model.entail([("a", "b")])
    assert load_entailment(Settings()) is None
