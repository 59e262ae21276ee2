import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from rag.errors import ConfigurationError
from rag.settings import Settings, load_settings

TRACING = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2")


def env_file(folder: Path, *lines: str) -> Path:
    path = folder / ".env"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_defaults_need_no_file_and_no_environment():
    settings = load_settings(None)
    assert settings.data_dir == Path(".rag")
    assert settings.k == 10
    assert settings.max_sentences == 5
    assert settings.keep_originals is True
    assert settings.tracing is False


def test_a_missing_file_is_no_error(tmp_path: Path):
    assert load_settings(tmp_path / ".env").k == 10


def test_the_file_goes_before_the_default(tmp_path: Path):
    assert load_settings(env_file(tmp_path, "RAG_K=7")).k == 7


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RAG_K", "8")
    assert load_settings(env_file(tmp_path, "RAG_K=7")).k == 8


def test_a_flag_goes_before_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RAG_K", "8")
    assert load_settings(env_file(tmp_path, "RAG_K=7"), k=9).k == 9


def test_a_flag_that_was_not_given_is_none_and_counts_for_nothing(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("RAG_K", "8")
    assert load_settings(None, k=None).k == 8


def test_a_flag_of_false_or_zero_counts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RAG_DENSE_WEIGHT", "0.7")
    settings = load_settings(None, dense_weight=0.0, keep_originals=False)
    assert settings.dense_weight == 0
    assert settings.keep_originals is False


def test_an_unknown_name_is_refused_with_the_nearest_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RAG_MAX_SENTENCE", "3")
    with pytest.raises(
        ConfigurationError, match=r"RAG_MAX_SENTENCE is no setting; did you mean RAG_MAX_SENTENCES"
    ):
        load_settings(None)


def test_an_unknown_name_in_the_file_is_refused(tmp_path: Path):
    with pytest.raises(ConfigurationError, match=r"RAG_DATADIR is no setting.*RAG_DATA_DIR"):
        load_settings(env_file(tmp_path, "RAG_DATADIR=/x"))


def test_an_unknown_name_like_no_other_is_refused_with_a_remedy(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RAG_ZZZZZZZZZZZZ", "1")
    with pytest.raises(ConfigurationError, match="RAG_ZZZZZZZZZZZZ is no setting; `rag doctor`"):
        load_settings(None)


def test_an_unknown_flag_is_refused():
    with pytest.raises(ConfigurationError, match="BOGUS"):
        load_settings(None, bogus=1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RAG_K", "many"),
        ("RAG_K", "0"),
        ("RAG_K", "1001"),
        ("RAG_DENSE_WEIGHT", "1.5"),
        ("RAG_DENSE_WEIGHT", "nan"),
        ("RAG_ABSTAIN_THRESHOLD", "-0.1"),
        ("RAG_EMBEDDING_DTYPE", "int4"),
        ("RAG_KEEP_ORIGINALS", "perhaps"),
        ("RAG_APP_PORT", "99999"),
        ("RAG_MAX_FILE_MB", "0"),
        ("RAG_CHAT_TIMEOUT_SECONDS", "0"),
        ("RAG_CHAT_MAX_RETRIES", "-1"),
        ("RAG_CHAT_MAX_TOKENS", "many"),
        ("RAG_CHAT_WINDOW_TOKENS", "10"),
        ("RAG_CHAT_TEMPERATURE", "3"),
    ],
)
def test_a_bad_value_is_one_line_that_names_variable_and_value(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        load_settings(None)
    message = str(caught.value)
    assert message.startswith(f"{name}=")
    assert value in message
    assert "\n" not in message


def test_none_switches_off_what_has_a_default(monkeypatch: pytest.MonkeyPatch):
    assert load_settings(None).chat_temperature == 0
    for name in ("RAG_CHAT_MODEL", "RAG_CHAT_TEMPERATURE", "RAG_CHAT_WINDOW_TOKENS"):
        monkeypatch.setenv(name, "none")
    settings = load_settings(None)
    assert settings.chat_model is None
    assert settings.chat_temperature is None
    assert settings.chat_window_tokens is None


def test_an_empty_data_folder_is_not_the_working_folder(monkeypatch: pytest.MonkeyPatch):
    # The data folder is made 0700: an empty name must not do that to the folder one stands in.
    monkeypatch.setenv("RAG_DATA_DIR", "")
    try:
        data_dir = load_settings(None).data_dir
    except ConfigurationError:
        return
    assert data_dir == Path(".rag")


def test_foreign_names_of_the_file_reach_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    load_settings(env_file(tmp_path, "OPENAI_API_KEY=from-file", "# a comment", "BARE"))
    assert os.environ["OPENAI_API_KEY"] == "from-file"
    assert "BARE" not in os.environ


def test_foreign_names_of_the_file_do_not_override(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", "from-shell")
    load_settings(env_file(tmp_path, "OPENAI_API_KEY=from-file"))
    assert os.environ["OPENAI_API_KEY"] == "from-shell"


def test_tracing_is_switched_off_whatever_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in TRACING:
        monkeypatch.setenv(name, "true")
    load_settings(env_file(tmp_path, "LANGSMITH_TRACING=true", "LANGSMITH_API_KEY=k"))
    assert [os.environ[name] for name in TRACING] == ["false"] * 3


def test_tracing_is_left_alone_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("RAG_TRACING", "1")
    assert load_settings(None).tracing is True
    assert os.environ["LANGSMITH_TRACING"] == "true"


def test_langsmith_itself_sees_no_tracing(monkeypatch: pytest.MonkeyPatch):
    from langsmith.utils import get_env_var, tracing_is_enabled

    for name in ("LANGCHAIN_TRACING", "LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(name, "true")
    load_settings(None)
    get_env_var.cache_clear()
    try:
        assert tracing_is_enabled() is False
    finally:
        get_env_var.cache_clear()


def test_models_are_not_looked_for_on_the_network(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    load_settings(None)
    assert os.environ["HF_HUB_OFFLINE"] == "1"


def test_settings_are_not_edited():
    settings = load_settings(None)
    with pytest.raises(ValidationError):
        settings.k = 3


def test_every_setting_says_what_it_is_for():
    for name, field in Settings.model_fields.items():
        assert field.description, name


def test_telemetry_of_the_runtime_of_the_models_is_off_whatever_the_environment_says(monkeypatch):
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "0")
    load_settings(None)
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"
