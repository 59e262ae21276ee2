import logging
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from rag.chat import (
    DEFAULT_WINDOW_TOKENS,
    ChatEnd,
    ChatModel,
    ChatPiece,
    Limits,
    load_chat_model,
    probe,
)
from rag.chat.failures import Who, failure_of, retry_after
from rag.chat.providers import PROVIDERS, Address
from rag.chat.replies import Spoken
from rag.errors import ConfigurationError, GenerationError, ModelUnavailableError
from rag.settings import Settings, load_settings

ASKED = [("system", "Be brief."), ("user", "Who closed the harbour?")]
VARIABLES = [
    "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "ANTHROPIC_API_KEY",
    "ANTHROPIC_BASE_URL", "ANTHROPIC_API_URL", "OLLAMA_HOST", "OLLAMA_API_KEY",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _no_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def fake(*texts: str, **limits: Any) -> ChatModel:
    model = GenericFakeChatModel(messages=iter([AIMessage(content=text) for text in texts]))
    return ChatModel.of(model, name="fake:words", limits=Limits(**limits))


class Scripted(BaseChatModel):
    """Streams what it is given: chunks, exceptions, and pauses in seconds."""

    script: list[Any]
    n_asked: int = 0

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        raise NotImplementedError

    async def _astream(
        self, messages: list[BaseMessage], *_: Any, **__: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        import asyncio

        turn = self.script[min(self.n_asked, len(self.script) - 1)]
        self.n_asked += 1
        for step in turn:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, float):
                await asyncio.sleep(step)
            else:
                yield ChatGenerationChunk(message=step)


def words(text: Any, **metadata: Any) -> AIMessageChunk:
    usage = metadata.pop("usage", None)
    return AIMessageChunk(content=text, response_metadata=metadata, usage_metadata=usage)


def scripted(*turns: list[Any], **limits: Any) -> ChatModel:
    limits.setdefault("timeout_seconds", 5.0)
    model = Scripted(script=list(turns))
    return ChatModel.of(model, name="test:m", host="127.0.0.1:9", limits=Limits(**limits))


class BusyError(Exception):
    status_code = 429

    def __init__(self, retry_after: str = "0") -> None:
        super().__init__("secret prompt")
        self.response = type("R", (), {"status_code": 429, "headers": {"retry-after": retry_after}})


def test_the_text_comes_in_pieces_and_the_end_last():
    pieces = list(fake("The port master closed it [1].").stream(ASKED))
    assert "".join(piece.text for piece in pieces) == "The port master closed it [1]."
    assert len(pieces) > 5
    assert all(piece.end is None for piece in pieces[:-1])
    assert pieces[-1].text == ""
    end = pieces[-1].end
    assert isinstance(end, ChatEnd)
    assert (end.finish, end.input_tokens, end.output_tokens, end.n_retries) == (
        "stop", None, None, 0,
    )  # fmt: skip
    assert end.seconds >= 0


def test_a_whole_reply_is_its_pieces_together():
    reply = fake("Yes, it did.").complete(ASKED)
    assert reply.text == "Yes, it did."
    assert reply.end.finish == "stop"


def test_a_model_of_langchain_s_own_fakes_is_in_this_process():
    model = fake("x")
    assert (model.name, model.host, model.remote) == ("fake:words", "this process", False)
    assert model.window_tokens == DEFAULT_WINDOW_TOKENS


def test_a_model_whose_host_is_not_told_counts_as_remote():
    model = ChatModel.of(Scripted(script=[]), name="test:m")
    assert model.remote
    assert model.host == "an unknown host"


def test_a_host_can_be_named_for_a_model_that_does_not_tell_it():
    model = ChatModel.of(Scripted(script=[]), name="test:m", host="192.0.2.7:8000")
    assert (model.host, model.remote) == ("192.0.2.7:8000", True)


def test_reasoning_in_blocks_is_no_text():
    turn = [
        words([{"type": "thinking", "thinking": "hidden", "index": 0}]),
        words([{"type": "text", "text": "Shown.", "index": 1}]),
        words("", stop_reason="end_turn"),
    ]
    assert scripted(turn).complete(ASKED).text == "Shown."


@pytest.mark.parametrize(
    ("texts", "spoken"),
    [
        (["<think>a b</think>\n\nYes."], "Yes."),
        (["<th", "ink>a", "</thi", "nk>", "Yes."], "Yes."),
        (["\n<thinking>", "a<b", "</thinking>Yes."], "Yes."),
        (["<table> is HTML"], "<table> is HTML"),
        (["<", "b"], "<b"),
        (["<thi"], "<thi"),
        (["Yes. <think>no</think>"], "Yes. <think>no</think>"),
        (["<think>never closed"], ""),
        ([" ", "\n", "Yes"], " \nYes"),
    ],
)
def test_reasoning_between_tags_at_the_beginning_is_no_text(texts: list[str], spoken: str):
    heard = Spoken()
    assert "".join(heard.feed(text) for text in texts) + heard.rest() == spoken


def test_tags_are_found_however_the_text_is_cut():
    whole = "  <think>one </thin two</think>\n Yes <think> it is."
    for first in range(len(whole)):
        for second in range(first, len(whole)):
            heard = Spoken()
            parts = [whole[:first], whole[first:second], whole[second:]]
            assert "".join(heard.feed(part) for part in parts) + heard.rest() in (
                "Yes <think> it is.", " Yes <think> it is.", "\n Yes <think> it is.",
            )  # fmt: skip


def test_tokens_told_in_different_pieces_are_added():
    turn = [
        words("Yes.", usage={"input_tokens": 7, "output_tokens": 0, "total_tokens": 7}),
        words("", usage={"input_tokens": 0, "output_tokens": 3, "total_tokens": 3}),
    ]
    end = scripted(turn).complete(ASKED).end
    assert (end.input_tokens, end.output_tokens) == (7, 3)


@pytest.mark.parametrize(
    ("metadata", "finish"),
    [
        ({"finish_reason": "length"}, "length"),
        ({"stop_reason": "max_tokens"}, "length"),
        ({"done_reason": "stop"}, "stop"),
        ({"finish_reason": "STOP"}, "stop"),
        ({"status": "completed"}, "stop"),
        (
            {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}},
            "length",
        ),
        ({"finish_reason": "tool_calls"}, "tool_calls"),
    ],
)
def test_the_providers_words_for_an_end_are_one(metadata: dict[str, Any], finish: str):
    assert scripted([words("Yes."), words("", **metadata)]).complete(ASKED).end.finish == finish


def test_a_failure_is_tried_again_and_counted(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG, logger="rag")
    model = scripted([BusyError()], [BusyError()], [words("Yes.")])
    reply = model.complete(ASKED)
    assert (reply.text, reply.end.n_retries) == ("Yes.", 2)
    assert "try 2: status 429; again in 0.0 s" in caplog.text
    assert "secret" not in caplog.text
    assert "harbour" not in caplog.text


def test_no_more_retries_than_the_setting_says():
    with pytest.raises(ModelUnavailableError, match=r"test:m at 127\.0\.0\.1:9 limits the rate"):
        scripted([BusyError()], [BusyError()], [words("Yes.")], max_retries=1).complete(ASKED)


def test_nothing_is_tried_again_once_text_was_given_out():
    model = scripted([words("The port "), BusyError()], [words("Yes.")])
    stream = model.stream(ASKED)
    assert next(stream) == ChatPiece("The port ")
    with pytest.raises(ModelUnavailableError, match="after 9 characters"):
        next(stream)
    assert model.load().n_asked == 1


def test_waits_double_and_vary_where_the_server_names_none():
    model = scripted([])
    failure = failure_of(ConnectionResetError(), model._who, n_chars=0)
    for n_retries, most in enumerate([0.5, 1.0, 2.0, 4.0, 8.0, 8.0]):
        patient = model.limited(Limits(max_retries=10))
        waits = [patient._wait(failure, n_retries, left=60) for _ in range(200)]
        assert most / 2 <= min(waits) < max(waits) <= most
        assert len(set(waits)) > 100


def test_a_wait_longer_than_the_time_left_ends_it_at_once():
    started = time.monotonic()
    with pytest.raises(ModelUnavailableError, match="asks for a wait of 600 s"):
        scripted([BusyError("600")], [words("Yes.")]).complete(ASKED)
    assert time.monotonic() - started < 3


def test_stopping_ends_a_wait_for_a_retry():
    stopping = threading.Event()
    threading.Timer(0.2, stopping.set).start()
    reply = scripted([BusyError("4")]).complete(ASKED, stopped=stopping.is_set)
    assert (reply.text, reply.end.finish) == ("", "stopped")
    assert reply.end.seconds < 3


def test_stopping_ends_a_silent_model():
    started = time.monotonic()
    reply = scripted([30.0]).complete(ASKED, stopped=lambda: time.monotonic() - started > 0.2)
    assert reply.end.finish == "stopped"
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("turn", "said"),
    [
        ([30.0], "did not begin to answer in time"),
        ([words("The"), 30.0], "stopped in the middle"),
        ([step for _ in range(400) for step in (words("a"), 0.02)], "did not finish in time"),
    ],
)
def test_each_time_out_ends_the_reply(turn: list[Any], said: str):
    started = time.monotonic()
    with pytest.raises(ModelUnavailableError, match=said):
        scripted(turn, timeout_seconds=3.0, max_retries=0).complete(ASKED)
    assert time.monotonic() - started < 7


def test_a_model_that_is_silent_at_first_is_asked_again():
    reply = scripted([30.0], [words("Yes.")], timeout_seconds=3.0).complete(ASKED)
    assert (reply.text, reply.end.n_retries) == ("Yes.", 1)


def test_silence_after_the_last_word_is_no_failure():
    turn = [words("Yes."), words("", finish_reason="stop"), 30.0]
    reply = scripted(turn, timeout_seconds=4.0).complete(ASKED)
    assert (reply.text, reply.end.finish) == ("Yes.", "stop")


@pytest.mark.parametrize(
    ("turn", "said"),
    [
        ([], "no chat reply"),
        ([words("")], "empty reply"),
        ([words(" \n")], "empty reply"),
        ([words("", finish_reason="length")], "RAG_CHAT_MAX_TOKENS=2048"),
        ([words("", finish_reason="content_filter")], "withheld"),
        ([words("Half of"), words("", stop_reason="refusal")], "withheld"),
        ([KeyError("delta")], r"no chat reply \(KeyError\)"),
    ],
)
def test_a_reply_that_is_none_is_an_error_that_no_retry_helps(turn: list[Any], said: str):
    model = scripted(turn)
    with pytest.raises(GenerationError, match=said) as caught:
        model.complete(ASKED)
    assert not isinstance(caught.value, ModelUnavailableError)
    assert model.load().n_asked == 1


def test_a_reply_far_longer_than_asked_for_is_cut():
    reply = scripted([words("a" * 1000) for _ in range(1000)], max_tokens=100).complete(ASKED)
    assert (len(reply.text), reply.end.finish) == (1600, "length")


def test_leaving_the_stream_cancels_the_request():
    cancelled = threading.Event()

    class Watched(Scripted):
        async def _astream(self, *_: Any, **__: Any) -> AsyncIterator[ChatGenerationChunk]:
            import asyncio

            try:
                yield ChatGenerationChunk(message=words("One"))
                await asyncio.sleep(30)
            finally:
                cancelled.set()

    stream = ChatModel.of(Watched(script=[]), name="test:m").stream(ASKED)
    assert next(stream).text == "One"
    stream.close()
    assert cancelled.wait(2)


def test_many_streams_run_at_once():
    model = scripted([words("a"), 0.3, words("b")])
    texts: list[str] = []
    threads = [
        threading.Thread(target=lambda: texts.append(model.complete(ASKED).text)) for _ in range(8)
    ]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == ["ab"] * 8
    assert time.monotonic() - started < 3


def test_a_bug_of_ours_is_no_failure_of_the_model():
    def broken() -> bool:
        raise ZeroDivisionError

    def asking() -> Iterator[ChatPiece]:
        return scripted([0.5, words("a")]).stream(ASKED, stopped=broken)

    with pytest.raises(ZeroDivisionError):
        list(asking())


NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        (None, None),
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=90), usegmt=True)}, 90.0),
        ({"retry-after": format_datetime(NOW - timedelta(seconds=90), usegmt=True)}, 0.0),
        ({"retry-after": "Wed, 25 Nov 2026 12:00:30 -0000"}, 30.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(headers: Any, seconds: float | None):
    assert retry_after(headers, now=NOW) == seconds


def test_what_a_vendor_says_is_never_repeated():
    error = BusyError()
    error.status_code = 400
    error.response.status_code = 400
    failure = failure_of(error, Who("test:m", "h:1", 180, 100), n_chars=0)
    assert "secret" not in str(failure.error)
    assert "rejects the request (400)" in str(failure.error)


def test_the_estimate_of_tokens_is_cautious():
    texts = ["", "word", "The port master of Velm closed the harbour.", "12.4", "港口关闭了", "не"]
    assert fake("x").count_tokens(texts) == [0, 2, 15, 4, 10, 3]


def test_no_setting_is_no_chat_model():
    assert load_chat_model(Settings()) is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("gpt-4o", "not of the form provider:model"),
        (":gpt-4o", "not of the form"),
        ("openai:", "not of the form"),
        ("opnai:gpt-4o", "opnai is no provider; did you mean openai"),
        ("zzzz:x", "zzzz is no provider; write openai, anthropic, ollama before the colon"),
        ("deepseek:x", "run `pip install langchain-deepseek`"),
    ],
)
def test_a_wrong_setting_is_one_line_with_the_remedy(value: str, said: str):
    with pytest.raises(ConfigurationError, match=said) as caught:
        load_chat_model(Settings(chat_model=value))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("provider", ["openai", "anthropic", "ollama"])
def test_a_missing_package_gives_the_line_that_installs_it(
    provider: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, f"langchain_{provider}", None)
    with pytest.raises(ConfigurationError, match=rf"`pip install 'attest\[{provider}\]'`"):
        load_chat_model(Settings(chat_model=f"{provider}:m"))


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_the_provider_s_own_host_wants_a_key(provider: str):
    with pytest.raises(ConfigurationError, match=f"{provider.upper()}_API_KEY is not set"):
        load_chat_model(Settings(chat_model=f"{provider}:m"))


@pytest.mark.parametrize(
    ("model", "variables", "host", "remote"),
    [
        ("openai:m", {"OPENAI_API_KEY": "k"}, "api.openai.com:443", True),
        ("openai:m", {"OPENAI_BASE_URL": "http://localhost:8000/v1"}, "localhost:8000", False),
        ("openai:m", {"OPENAI_API_BASE": "http://127.0.0.1/v1"}, "127.0.0.1:80", False),
        ("openai:m", {"OPENAI_BASE_URL": "http://0.0.0.0:8000/v1"}, "127.0.0.1:8000", False),
        ("openai:m", {"OPENAI_BASE_URL": "http://[::1]:8000/v1"}, "[::1]:8000", False),
        ("openai:m", {"OPENAI_BASE_URL": "http://u:pw@192.168.1.9:1/v1"}, "192.168.1.9:1", True),
        ("openai:m", {"OPENAI_BASE_URL": "https://localhost.evil"}, "localhost.evil:443", True),
        ("openai:m", {"OPENAI_BASE_URL": "http://127.0.0.1.evil"}, "127.0.0.1.evil:80", True),
        ("anthropic:m", {"ANTHROPIC_API_KEY": "k"}, "api.anthropic.com:443", True),
        ("anthropic:m", {"ANTHROPIC_BASE_URL": "http://localhost:1"}, "localhost:1", False),
        ("ollama:m", {}, "127.0.0.1:11434", False),
        ("ollama:m", {"OLLAMA_HOST": "0.0.0.0"}, "127.0.0.1:11434", False),
        ("ollama:m", {"OLLAMA_HOST": ":1234"}, "127.0.0.1:1234", False),
        ("ollama:m", {"OLLAMA_HOST": "box.example:1234"}, "box.example:1234", True),
        ("ollama:m", {"OLLAMA_HOST": "https://box.example"}, "box.example:443", True),
        ("ollama:m", {"OLLAMA_HOST": "[::1]"}, "[::1]:11434", False),
    ],
)  # fmt: skip
def test_the_host_is_told_before_anything_is_imported(
    model: str,
    variables: dict[str, str],
    host: str,
    remote: bool,
    monkeypatch: pytest.MonkeyPatch,
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    loaded = load_chat_model(Settings(chat_model=model))
    assert (loaded.name, loaded.host, loaded.remote) == (model, host, remote)
    assert "pw" not in repr(loaded.address)


def test_two_addresses_that_differ_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:1/v1")
    monkeypatch.setenv("OPENAI_API_BASE", "http://u:pw@localhost:2/v1")
    with pytest.raises(
        ConfigurationError,
        match=r"OPENAI_BASE_URL \(localhost:1\) and OPENAI_API_BASE \(localhost:2\)",
    ):
        load_chat_model(Settings(chat_model="openai:m"))
    monkeypatch.setenv("OPENAI_API_BASE", "http://localhost:1/v1/")
    assert load_chat_model(Settings(chat_model="openai:m")).host == "localhost:1"


@pytest.mark.parametrize("url", ["localhost:8000/v1", "ftp://localhost", "http://", "http://h:x/"])
def test_an_address_that_is_none_is_refused(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    with pytest.raises(
        ConfigurationError, match=r"OPENAI_BASE_URL=.* is no address; write it like"
    ):
        load_chat_model(Settings(chat_model="openai:m"))


def test_the_window_is_the_setting_s_or_the_profile_s_or_the_default(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert load_chat_model(Settings(chat_model="openai:gpt-4o")).window_tokens == 128_000
    assert load_chat_model(Settings(chat_model="openai:unheard-of")).window_tokens == 8192
    small = Settings(chat_model="openai:gpt-4o", chat_window_tokens=2000)
    assert load_chat_model(small).window_tokens == 2000
    # Another server may call any model gpt-4o.
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:1/v1")
    assert load_chat_model(Settings(chat_model="openai:gpt-4o")).window_tokens == 8192


def test_a_model_that_takes_no_temperature_is_sent_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert load_chat_model(Settings(chat_model="openai:o3")).load().temperature is None
    assert load_chat_model(Settings(chat_model="openai:gpt-4o")).load().temperature == 0
    monkeypatch.setenv("RAG_CHAT_TEMPERATURE", "none")
    model = load_chat_model(load_settings(None, chat_model="openai:gpt-4o"))
    assert model.load().temperature is None


def test_the_gateway_that_langsmith_s_variables_name_is_not_taken(monkeypatch: pytest.MonkeyPatch):
    for name, value in {
        "LANGSMITH_GATEWAY": "true", "LANGSMITH_API_KEY": "ls", "OPENAI_API_KEY": "k",
        "ANTHROPIC_API_KEY": "k",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    opened = load_chat_model(Settings(chat_model="openai:m")).load()
    assert str(opened.root_async_client.base_url) == "https://api.openai.com/v1/"
    assert opened.root_async_client.api_key == "k"
    opened = load_chat_model(Settings(chat_model="anthropic:m")).load()
    assert str(opened._async_client.base_url) == "https://api.anthropic.com"


def test_an_address_is_found_in_a_client_that_was_handed_in():
    from langchain_openai import ChatOpenAI

    opened = ChatOpenAI(model="m", api_key="k", base_url="http://u:pw@192.0.2.1:9/v1")
    model = ChatModel.of(opened, name="mine")
    assert (model.host, model.remote) == ("192.0.2.1:9", True)


@pytest.mark.parametrize(
    ("url", "remote"),
    [("http://127.3.4.5", False), ("http://localhost.", False), ("http://a.localhost", False),
     ("http://10.0.0.1", True), ("nothing", True)],
)  # fmt: skip
def test_loopback_is_told_by_name(url: str, remote: bool):
    assert Address(url).remote is remote


def test_naming_a_model_imports_nothing_heavy():
    code = (
        "import sys\n"
        "from rag.chat import load_chat_model\n"
        "from rag.settings import load_settings\n"
        "model = load_chat_model(load_settings(None, chat_model='ollama:m'))\n"
        "print(model.name, model.host, model.count_tokens(['Words.']), model.window_tokens)\n"
        "print(*{'langchain', 'langchain_core', 'ollama', 'httpx', 'torch'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "ollama:m 127.0.0.1:11434 [3] 8192\n\n"


def test_every_known_provider_is_an_extra():
    from importlib.metadata import metadata

    assert set(PROVIDERS) <= set(metadata("attest").get_all("Provides-Extra"))


def test_the_probe_says_how_long_it_took_or_what_is_wrong():
    assert probe(fake("yes")).startswith("answers in 0.")
    with pytest.raises(ModelUnavailableError, match="limits the rate"):
        probe(scripted([BusyError()], [words("Yes.")]))
