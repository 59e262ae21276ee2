import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ConfigurationError
from rag.models import (
    SHIPPED_MODEL,
    SHIPPED_PACKAGE,
    EmbeddingModel,
    load_embedding_model,
)
from rag.settings import Settings

SPEC = find_spec(SHIPPED_PACKAGE)
assert SPEC is not None
assert SPEC.origin is not None
SHIPPED = Path(SPEC.origin).parent / "model"


def named(folder: Path | str) -> Settings:
    return Settings(embedding_model=str(folder))


@pytest.fixture(scope="module")
def shipped() -> EmbeddingModel:
    return load_embedding_model(Settings())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped model without its weights."""
    made = tmp_path / "model"
    shutil.copytree(SHIPPED, made, ignore=shutil.ignore_patterns("*.safetensors", "*.onnx"))
    return made


@pytest.fixture
def altered_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The package of the shipped model, found first on the path, with one byte altered."""
    package = tmp_path / "site" / SHIPPED_PACKAGE
    shutil.copytree(SHIPPED, package / "model")
    (package / "__init__.py").write_text("", encoding="utf-8")
    weights = package / "model" / "model.safetensors"
    weights.chmod(0o600)
    with weights.open("r+b") as file:
        file.seek(-1, 2)
        last = file.read(1)[0]
        file.seek(-1, 2)
        file.write(bytes([last ^ 1]))
    monkeypatch.delitem(sys.modules, SHIPPED_PACKAGE, raising=False)
    monkeypatch.syspath_prepend(str(package.parent))
    yield weights
    weights.unlink()  # 90 MB


def test_the_shipped_model_has_its_published_window_and_says_what_it_is(shipped: EmbeddingModel):
    assert shipped.window == 256
    assert shipped.identity == f"{SHIPPED_MODEL}@53aa51172d142c89"


def test_special_tokens_are_counted(shipped: EmbeddingModel):
    assert shipped.count_tokens(["", "hello", "hello world"]) == [2, 3, 4]
    assert shipped.count_tokens([]) == []


def test_tokens_are_counted_beyond_the_window_and_each_text_by_itself(shipped: EmbeddingModel):
    assert shipped.count_tokens(["hello " * 1000, "hello"]) == [1002, 3]
    assert shipped.count_tokens(["hello", "hello " * 1000]) == [3, 1002]


def test_any_text_can_be_counted(shipped: EmbeddingModel):
    texts = ["😀\u0301\u200d", "字" * 300, "\x00\n", "a" * 5000]
    counts = shipped.count_tokens(texts)
    assert len(counts) == 4
    assert min(counts) >= 2
    assert counts[1] == 302


def test_altered_weights_of_the_shipped_model_are_refused(altered_package: Path):
    with pytest.raises(ConfigurationError) as caught:
        load_embedding_model(Settings())
    message = str(caught.value)
    assert str(altered_package) in message
    assert "is not the published all-MiniLM-L6-v2" in message
    assert f"install {SHIPPED_PACKAGE} again" in message


def test_a_folder_that_is_not_there_is_refused_and_nothing_is_downloaded(tmp_path: Path):
    with pytest.raises(ConfigurationError, match="there is no such folder, and nothing is down"):
        load_embedding_model(named(tmp_path / "missing"))
    with pytest.raises(ConfigurationError, match="RAG_EMBEDDING_MODEL='some-org/some-model'"):
        load_embedding_model(named("some-org/some-model"))


def test_a_folder_without_a_tokenizer_is_refused(tmp_path: Path):
    with pytest.raises(ConfigurationError, match=r"has no readable tokenizer\.json"):
        load_embedding_model(named(tmp_path))


def test_a_broken_tokenizer_is_refused(folder: Path):
    (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"has no readable tokenizer\.json"):
        load_embedding_model(named(folder))


def test_pickled_weights_alone_are_refused(folder: Path):
    (folder / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(ConfigurationError, match=r"holds no model\.safetensors"):
        load_embedding_model(named(folder))


def test_a_model_of_one_s_own_is_named_by_its_folder_and_its_weights(folder: Path):
    (folder / "model.safetensors").write_bytes(b"weights")
    # sha256 of "weights"
    assert load_embedding_model(named(folder)).identity == "model@9a129038d9a00aed"
    (folder / "model.safetensors").write_bytes(b"others!")
    assert load_embedding_model(named(folder)).identity != "model@9a129038d9a00aed"


@pytest.mark.integration
def test_weights_that_are_none_are_refused_at_their_first_use(folder: Path):
    (folder / "model.safetensors").write_bytes(b"no weights at all")
    model = load_embedding_model(named(folder))
    with pytest.raises(ConfigurationError, match="cannot be loaded"):
        model.embeddings.embed(["hello"])


@pytest.mark.parametrize(
    ("file", "words", "window"),
    [
        ("sentence_bert_config.json", '{"max_seq_length": 128}', 128),
        ("sentence_bert_config.json", '{"max_seq_length": null}', 512),
        ("sentence_bert_config.json", "{}", 512),
    ],
)
def test_the_window_is_read_from_the_model(folder: Path, file: str, words: str, window: int):
    (folder / "model.safetensors").write_bytes(b"weights")
    (folder / file).write_text(words, encoding="utf-8")
    assert load_embedding_model(named(folder)).window == window


def test_a_broken_configuration_of_the_model_is_one_line(folder: Path):
    (folder / "model.safetensors").write_bytes(b"weights")
    (folder / "sentence_bert_config.json").write_text("{", encoding="utf-8")
    with pytest.raises(ConfigurationError):
        load_embedding_model(named(folder))


@pytest.mark.integration
def test_vectors_have_length_one_and_an_order(shipped: EmbeddingModel):
    vectors = shipped.embeddings.embed(["The bridge closed.", "", "Bananas are yellow."])
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)
    (question,) = shipped.embeddings.embed_questions(["Was the bridge shut?"])
    near, _, far = (float(vector @ question) for vector in vectors)
    assert near > far + 0.2


@pytest.mark.integration
def test_vectors_have_langchain_s_form_too(shipped: EmbeddingModel):
    (vector,) = shipped.embeddings.embed_documents(["The bridge closed."])
    assert len(vector) == len(shipped.embeddings.embed_query("bridge")) == 384
    assert all(type(value) is float for value in vector)
