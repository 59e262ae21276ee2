"""Chat models over a real connection: a scripted server on loopback, and every way it can fail."""

import json
import logging
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from chat_server import (
    DONE,
    EVENTS,
    ChatServer,
    Scripted,
    chunk,
    event,
    fails,
    says,
    streams,
)
from rag.chat import ChatModel, ChatReply, load_chat_model, probe
from rag.errors import (
    ConfigurationError,
    GenerationError,
    ModelUnavailableError,
    PromptTooLongError,
)
from rag.settings import Settings

pytestmark = pytest.mark.integration

KEY = "sk-secret-0123456789"
ASKED = [("system", "Be brief."), ("user", "Who closed the harbour of Velm?")]
VARIABLES = (
    "OPENAI_", "ANTHROPIC_", "OLLAMA_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
)  # fmt: skip

Serve = Callable[..., tuple[ChatModel, ChatServer]]


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith(VARIABLES):
            monkeypatch.delenv(name)


@pytest.fixture
def start() -> Iterator[Callable[..., ChatServer]]:
    with ExitStack() as open_servers:
        yield lambda *script: open_servers.enter_context(ChatServer(script))


@pytest.fixture
def serve(start: Callable[..., ChatServer], monkeypatch: pytest.MonkeyPatch) -> Serve:
    """A chat model whose server answers as scripted; time-outs are short."""

    def made(*script: Scripted, **settings: Any) -> tuple[ChatModel, ChatServer]:
        server = start(*script)
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        settings = {"chat_timeout_seconds": 4, "chat_model": "openai:scripted", **settings}
        model = load_chat_model(Settings(**settings))
        assert model is not None
        return model, server

    return made


def test_words_usage_and_end_come_over_the_wire(serve: Serve):
    model, server = serve(says("The port ", "master [1].", usage=(31, 7)))
    pieces = list(model.stream(ASKED))
    assert [piece.text for piece in pieces] == ["The port ", "master [1].", ""]
    end = pieces[-1].end
    assert (end.finish, end.input_tokens, end.output_tokens, end.n_retries) == ("stop", 31, 7, 0)
    assert 0 < end.seconds < 4
    (request,) = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Who closed the harbour of Velm?"},
    ]
    sent = {name: request.body[name] for name in ("model", "temperature", "max_tokens", "stream")}
    assert sent == {"model": "scripted", "temperature": 0, "max_tokens": 2048, "stream": True}
    assert request.headers["authorization"] == f"Bearer {KEY}"


def test_usage_that_is_not_told_is_none(serve: Serve):
    model, _ = serve(says("Yes."))
    end = model.complete(ASKED).end
    assert (end.input_tokens, end.output_tokens) == (None, None)


def test_a_reply_that_reached_its_length_says_so(serve: Serve):
    model, _ = serve(says("The port", finish="length"))
    reply = model.complete(ASKED)
    assert (reply.text, reply.end.finish) == ("The port", "length")


def test_reasoning_is_no_text(serve: Serve):
    model, _ = serve(says("Yes.", reasoning="Let me think."), says("<think>Hm.</think>\n", "Yes."))
    assert model.complete(ASKED).text == "Yes."
    assert model.complete(ASKED).text == "Yes."


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (fails(401, f"Incorrect API key: {KEY}"), ConfigurationError, "key .401.; correct OPENAI_"),
        (fails(403), ConfigurationError, "refuses access .403.; OPENAI_API_KEY must belong"),
        (fails(404), GenerationError, "no such model or address .404.; correct RAG_CHAT_MODEL"),
        (fails(400, code="context_length_exceeded"), PromptTooLongError, "RAG_CHAT_WINDOW_TOKENS"),
        (fails(400, "maximum context length is 8192 tokens"), PromptTooLongError, "fewer tokens"),
        (fails(413), PromptTooLongError, "fewer tokens"),
        (fails(400, code="content_filter"), GenerationError, "withheld its reply"),
        (fails(400, "'temperature' does not support 0"), GenerationError, "TEMPERATURE=none"),
        (fails(422, code="bad_field"), GenerationError, "rejects the request .422, bad_field."),
        (fails(429, code="insufficient_quota"), ModelUnavailableError, "no credit left"),
        (fails(307, headers={"Location": "http://192.0.2.1/"}), ConfigurationError, "redirects"),
        (says("", finish="content_filter"), GenerationError, "withheld its reply"),
        (says(finish="stop"), GenerationError, "empty reply"),
        (says(finish="length"), GenerationError, "raise RAG_CHAT_MAX_TOKENS=2048"),
        (streams([DONE]), GenerationError, "no chat reply"),
        (streams([event(b'{"choices": [')]), GenerationError, "no chat reply .JSONDecodeError."),
        (streams([event({"choices": [{}]})]), GenerationError, "no chat reply"),
        (streams([event([1, 2])]), GenerationError, "no chat reply"),
        (streams([b"\xff\xfe\x00garbage\n\n"]), GenerationError, "no chat reply"),
        (
            Scripted(headers={"Content-Type": "text/html"}, pieces=[b"<html>Log in</html>"]),
            GenerationError,
            "no chat reply .*; check the address in OPENAI_BASE_URL",
        ),
        (
            streams([event({"error": {"message": "prompt is too long", "code": 400}})]),
            PromptTooLongError,
            "fewer tokens",
        ),
    ],
)
def test_what_no_retry_can_help_is_said_at_once(
    serve: Serve, answer: Scripted, kind: type, said: str, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    model, server = serve(answer)
    with pytest.raises(kind, match=said) as caught:
        model.complete(ASKED)
    assert type(caught.value) is kind
    assert len(server.requests) == 1
    message = str(caught.value)
    assert message.startswith(f"openai:scripted at {server.host} ")
    assert "\n" not in message
    assert KEY not in message
    assert KEY not in caplog.text
    assert "Velm" not in message


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
def test_a_failure_that_may_pass_is_tried_again(serve: Serve, status: int):
    model, server = serve(fails(status, retry_after="0"), says("Yes."))
    reply = model.complete(ASKED)
    assert (reply.text, reply.end.n_retries, len(server.requests)) == ("Yes.", 1, 2)


def test_a_wait_asked_for_in_seconds_is_kept(serve: Serve):
    model, server = serve(fails(429, retry_after="0.8"), says("Yes."))
    assert model.complete(ASKED).text == "Yes."
    assert 0.8 <= server.requests[1].at - server.requests[0].at < 3


def test_a_wait_asked_for_as_a_date_is_kept(serve: Serve):
    date = datetime.now(UTC) + timedelta(seconds=2)
    model, server = serve(
        fails(429, retry_after=format_datetime(date, usegmt=True)),
        says("Yes."),
        chat_timeout_seconds=8,
    )
    assert model.complete(ASKED).text == "Yes."
    # A date is written to the second.
    assert 0.8 <= server.requests[1].at - server.requests[0].at < 4


def test_a_wait_beyond_the_time_out_ends_it_at_once(serve: Serve):
    model, server = serve(fails(429, retry_after="120"))
    started = time.monotonic()
    with pytest.raises(ModelUnavailableError, match=r"limits the rate .*a wait of 120 s"):
        model.complete(ASKED)
    assert time.monotonic() - started < 3
    assert len(server.requests) == 1


def test_a_rate_that_stays_limited_ends_after_the_retries(
    serve: Serve, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    model, server = serve(fails(429, retry_after="0"), chat_max_retries=3)
    with pytest.raises(ModelUnavailableError, match=r"limits the rate \(429\); ask again later"):
        model.complete(ASKED)
    assert len(server.requests) == 4
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("rag")]
    assert [line.rpartition("; ")[2] for line in ours] == ["again in 0.0 s"] * 3 + ["given up"]
    assert KEY not in caplog.text


def test_waits_grow_where_the_server_names_none(serve: Serve):
    model, server = serve(fails(500), fails(500), says("Yes."))
    assert model.complete(ASKED).end.n_retries == 2
    first, second, third = (request.at for request in server.requests)
    assert 0.25 <= second - first < 2
    assert 0.5 <= third - second < 3


def test_a_server_silent_before_its_headers_is_left(serve: Serve):
    model, server = serve(
        Scripted(stall_seconds=30), says("Yes."), chat_timeout_seconds=3, chat_max_retries=1
    )
    reply = model.complete(ASKED)
    assert (reply.text, reply.end.n_retries) == ("Yes.", 1)
    assert 1.5 <= reply.end.seconds < 3
    assert server.wait_for_hang_up()


def test_a_server_that_stays_silent_is_a_time_out(serve: Serve):
    model, _ = serve(Scripted(stall_seconds=30), chat_timeout_seconds=1, chat_max_retries=0)
    started = time.monotonic()
    with pytest.raises(
        ModelUnavailableError,
        match=r"did not begin to answer in time; raise RAG_CHAT_TIMEOUT_SECONDS=1 ",
    ):
        model.complete(ASKED)
    assert time.monotonic() - started < 3


def test_a_stall_in_the_middle_ends_the_reply(serve: Serve):
    stalled = streams([chunk("The port ")], hold_seconds=30)
    model, server = serve(stalled, says("Yes."), chat_timeout_seconds=6)
    heard = []
    with pytest.raises(ModelUnavailableError, match="stopped in the middle of its reply"):
        heard += [piece.text for piece in _kept(model, heard)]
    assert heard == ["The port "]
    assert len(server.requests) == 1
    assert server.wait_for_hang_up()


def test_a_reply_that_drips_ends_with_its_time(serve: Serve):
    drips = says(*["a "] * 200, pause_seconds=0.05)
    model, server = serve(drips, chat_timeout_seconds=4, chat_max_retries=0)
    started = time.monotonic()
    with pytest.raises(ModelUnavailableError, match="did not finish in time"):
        model.complete(ASKED)
    assert time.monotonic() - started < 8
    assert server.wait_for_hang_up()


@pytest.mark.parametrize(
    "broken",
    [
        streams([chunk("The port ")], cut=True),
        streams([chunk("The port ")]),
        streams([chunk("The port "), DONE]),
        streams([chunk("The port "), event({"error": {"message": KEY, "code": 500}})]),
        streams([chunk("The port "), event({"error": {"message": KEY}})]),
    ],
    ids=["connection cut", "end without a word", "done without a word", "status", "error"],
)
def test_a_stream_that_breaks_in_the_middle_is_not_taken_for_a_reply(
    serve: Serve, broken: Scripted
):
    model, server = serve(broken, says("Yes."))
    heard: list[str] = []
    with pytest.raises(ModelUnavailableError, match="after 9 characters; ask again") as caught:
        heard += [piece.text for piece in _kept(model, heard)]
    assert heard == ["The port "]
    assert len(server.requests) == 1
    assert KEY not in str(caught.value)


def test_a_connection_that_is_cut_before_any_word_is_tried_again(serve: Serve):
    model, server = serve(streams([chunk("")], cut=True), Scripted(cut=True), says("Yes."))
    assert model.complete(ASKED).text == "Yes."
    assert len(server.requests) == 3


def test_garbage_in_the_middle_ends_the_reply(serve: Serve):
    model, _ = serve(streams([chunk("The port "), event(b"{nonsense"), DONE]))
    with pytest.raises(GenerationError, match="no chat reply"):
        model.complete(ASKED)


def test_silence_after_the_end_is_no_failure(serve: Serve):
    model, _ = serve(streams([chunk("Yes."), chunk(finish="stop")], hold_seconds=30))
    reply = model.complete(ASKED)
    assert (reply.text, reply.end.finish) == ("Yes.", "stop")
    assert reply.end.seconds < 3


@pytest.mark.parametrize("n_pieces", [1, 100])
def test_a_reply_of_a_megabyte_is_cut_at_what_was_asked_for(serve: Serve, n_pieces: int):
    model, server = serve(says(*["a " * (500_000 // n_pieces)] * n_pieces), chat_max_tokens=1000)
    reply = model.complete(ASKED)
    assert (len(reply.text), reply.end.finish) == (16_000, "length")
    assert len(server.requests) == 1


def test_stopping_in_the_middle_closes_the_connection(serve: Serve):
    model, server = serve(says(*["word "] * 400, pause_seconds=0.05))
    heard: list[str] = []
    pieces = []
    for piece in model.stream(ASKED, stopped=lambda: len(heard) >= 3):
        heard.append(piece.text)
        pieces.append(piece)
    assert pieces[-1].end.finish == "stopped"
    assert len(heard) < 8
    assert server.wait_for_hang_up()


def test_stopping_a_server_that_reads_a_long_prompt_closes_the_connection(serve: Serve):
    model, server = serve(Scripted(stall_seconds=30))
    started = time.monotonic()
    reply = model.complete(ASKED, stopped=lambda: time.monotonic() - started > 0.3)
    assert (reply.text, reply.end.finish) == ("", "stopped")
    assert server.wait_for_hang_up()
    assert time.monotonic() - started < 3


def test_leaving_the_loop_closes_the_connection(serve: Serve):
    model, server = serve(says(*["word "] * 400, pause_seconds=0.05))
    stream = model.stream(ASKED)
    next(stream)
    stream.close()
    assert server.wait_for_hang_up()


@pytest.mark.parametrize("variable", ["OPENAI_BASE_URL", "OPENAI_API_BASE"])
def test_either_variable_names_the_server_and_no_key_is_wanted_there(
    variable: str, start: Callable[..., ChatServer], monkeypatch: pytest.MonkeyPatch
):
    server = start(says("Yes."))
    monkeypatch.setenv(variable, server.url)
    model = load_chat_model(Settings(chat_model="openai:scripted"))
    assert (model.host, model.remote) == (server.host, False)
    assert model.complete(ASKED).text == "Yes."
    assert server.requests[0].headers["authorization"] == "Bearer none"


@pytest.mark.parametrize("provider", ["openai", "anthropic", "ollama"])
def test_a_proxy_in_the_environment_gets_nothing_that_is_for_this_machine(
    provider: str, start: Callable[..., ChatServer], monkeypatch: pytest.MonkeyPatch
):
    proxy, server = start(fails(401)), start(fails(404))
    for name in ("HTTP_PROXY", "ALL_PROXY", "OPENAI_PROXY", "ANTHROPIC_PROXY"):
        monkeypatch.setenv(name, f"http://{proxy.host}")
        monkeypatch.setenv(name.lower(), f"http://{proxy.host}")
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", f"http://{server.host}")
    monkeypatch.setenv("OLLAMA_HOST", server.host)
    with pytest.raises(GenerationError, match="knows no such model or address"):
        load_chat_model(Settings(chat_model=f"{provider}:scripted")).complete(ASKED)
    assert proxy.requests == []
    assert len(server.requests) == 1


@pytest.mark.parametrize("provider", ["openai", "anthropic", "ollama"])
def test_a_redirect_carries_no_passage_to_another_host(
    provider: str, start: Callable[..., ChatServer], monkeypatch: pytest.MonkeyPatch
):
    other = start(says("Caught."))
    server = start(Scripted(status=307, headers={"Location": f"http://{other.host}/v1/x"}))
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", f"http://{server.host}")
    monkeypatch.setenv("OLLAMA_HOST", server.host)
    with pytest.raises(ConfigurationError, match=r"redirects elsewhere \(307\), which is not"):
        load_chat_model(Settings(chat_model=f"{provider}:scripted")).complete(ASKED)
    assert other.requests == []


def test_no_server_is_said_with_the_remedy(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    settings = Settings(chat_model="openai:m", chat_max_retries=1)
    with pytest.raises(
        ModelUnavailableError,
        match=r"127\.0\.0\.1:9 accepts no connection; start the server or correct OPENAI_BASE_URL",
    ):
        load_chat_model(settings).complete(ASKED)
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    with pytest.raises(ModelUnavailableError, match=r"start it \(`ollama serve`\) or correct OLL"):
        probe(load_chat_model(Settings(chat_model="ollama:m")))


def anthropic_says(*texts: str, stop: str = "end_turn") -> Scripted:
    usage = {"input_tokens": 12, "output_tokens": 1}
    message = {
        "id": "m", "type": "message", "role": "assistant", "model": "scripted", "content": [],
        "stop_reason": None, "stop_sequence": None, "usage": usage,
    }  # fmt: skip
    told: list[dict[str, Any]] = [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0,
         "content_block": {"type": "thinking", "thinking": "", "signature": ""}},
        {"type": "content_block_delta", "index": 0,
         "delta": {"type": "thinking_delta", "thinking": "Hm."}},
        {"type": "content_block_stop", "index": 0},
        {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
        *({"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": text}}
          for text in texts),
        {"type": "content_block_stop", "index": 1},
        {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None},
         "usage": {**usage, "output_tokens": 5}},
        {"type": "message_stop"},
    ]  # fmt: skip
    return Scripted(
        headers={"Content-Type": EVENTS},
        pieces=[f"event: {one['type']}\ndata: {json.dumps(one)}\n\n".encode() for one in told],
    )


def test_anthropic_s_wire(start: Callable[..., ChatServer], monkeypatch: pytest.MonkeyPatch):
    server = start(
        fails(529, headers={"retry-after": "0"}),
        anthropic_says("The port ", "master."),
        anthropic_says("No.", stop="refusal"),
        fails(401),
        fails(400, "prompt is too long: 200001 tokens > 200000 maximum"),
    )
    monkeypatch.setenv("ANTHROPIC_BASE_URL", f"http://{server.host}")
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    model = load_chat_model(Settings(chat_model="anthropic:scripted", chat_temperature=None))
    reply = model.complete(ASKED)
    assert reply.text == "The port master."
    assert (reply.end.finish, reply.end.n_retries) == ("stop", 1)
    assert (reply.end.input_tokens, reply.end.output_tokens) == (12, 5)
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert server.requests[0].body["max_tokens"] == 2048
    assert server.requests[0].body["system"] == "Be brief."
    with pytest.raises(GenerationError, match="withheld"):
        model.complete(ASKED)
    with pytest.raises(ConfigurationError, match="correct ANTHROPIC_API_KEY"):
        model.complete(ASKED)
    with pytest.raises(PromptTooLongError):
        model.complete(ASKED)


def ollama_says(*texts: str, reason: str = "stop") -> Scripted:
    common = {"model": "scripted", "created_at": "2026-11-25T12:00:00Z"}
    told: list[dict[str, Any]] = [
        {**common, "message": {"role": "assistant", "content": text}, "done": False}
        for text in texts
    ]
    end = {"done": True, "done_reason": reason, "prompt_eval_count": 12, "eval_count": 5}
    told.append({**common, "message": {"role": "assistant", "content": ""}, **end})
    return Scripted(
        headers={"Content-Type": "application/x-ndjson"},
        pieces=[json.dumps(one).encode() + b"\n" for one in told],
    )


def test_ollama_s_wire(start: Callable[..., ChatServer], monkeypatch: pytest.MonkeyPatch):
    server = start(
        Scripted(status=503, pieces=[b'{"error":"busy"}']),
        ollama_says("<think>Hm.</think>", "The port ", "master."),
        Scripted(status=404, pieces=[b'{"error":"model not found"}']),
        Scripted(pieces=[b'{"error":"out of memory"}\n']),
        Scripted(pieces=[b"{}\n"]),
        ollama_says(*["word "] * 3, reason="length"),
    )
    monkeypatch.setenv("OLLAMA_HOST", server.host)
    model = load_chat_model(Settings(chat_model="ollama:llama3.2", chat_max_retries=1))
    reply = model.complete(ASKED)
    assert reply.text == "The port master."
    assert (reply.end.finish, reply.end.n_retries) == ("stop", 1)
    assert (reply.end.input_tokens, reply.end.output_tokens) == (12, 5)
    sent = server.requests[0].body
    assert sent["options"] == {"num_ctx": 8192, "num_predict": 2048, "temperature": 0}
    with pytest.raises(GenerationError, match=r"run `ollama pull llama3\.2`"):
        model.complete(ASKED)
    once = model.limited(model.limits.__class__(max_retries=0))
    with pytest.raises(ModelUnavailableError, match="reports an error instead of its reply"):
        once.complete(ASKED)
    with pytest.raises(GenerationError):
        once.complete(ASKED)
    assert model.complete(ASKED).end.finish == "length"


def test_doctor_tries_the_model_and_says_where_passages_go(
    place: Any, serve: Serve, monkeypatch: pytest.MonkeyPatch
):
    from rag.doctor import examine, hosts

    _, server = serve(says("yes"), fails(401))
    with place.open(chat_model="openai:scripted") as pipeline:
        found = examine(pipeline)
        assert not found.problems
        assert re.fullmatch(
            rf"openai:scripted at {server.host}, window of 8192 tokens, answers in \d\.\d s",
            found.sections["model"]["chat"],
        )
        assert found.sections["hosts reached"] == {"none": "nothing leaves this machine"}
        found = examine(pipeline)
        assert found.sections["model"]["chat"] == (
            f"openai:scripted at {server.host}, which does not answer"
        )
        (problem,) = found.problems
        assert "does not accept the key (401); correct OPENAI_API_KEY" in problem
        assert KEY not in found.to_text()
    monkeypatch.setenv("OPENAI_BASE_URL", "http://model.example.org:8000/v1")
    settings = Settings(chat_model="openai:scripted")
    assert hosts(settings) == ["model.example.org:8000"]


def test_doctor_lists_a_model_that_cannot_be_had(place: Any):
    from rag.doctor import examine

    with place.open(chat_model="openai:m") as pipeline:
        found = examine(pipeline)
    assert any("OPENAI_API_KEY is not set" in problem for problem in found.problems)
    assert found.sections["model"]["chat"] == "openai:m, which does not answer"
    assert found.sections["model"]["embedding"].startswith("all-MiniLM")


STRACE = ("strace", "-f", "-qq", "-e", "trace=connect,sendto", "-o")
ONE_REPLY = """
from rag.chat import load_chat_model
from rag.settings import load_settings
print(load_chat_model(load_settings(None)).complete([("user", "Who?")]).text)
"""


def test_a_model_on_this_machine_is_all_that_is_contacted(
    start: Callable[..., ChatServer], tmp_path: Path
):
    server = start(says("Yes."))
    if shutil.which("strace") is None:
        if os.environ.get("CI"):
            pytest.fail("strace is not installed")
        pytest.skip("strace is not installed")
    log = tmp_path / "strace"
    done = subprocess.run(
        [*STRACE, str(log), sys.executable, "-W", "error", "-c", ONE_REPLY],
        cwd=tmp_path,
        env={
            **os.environ, "RAG_CHAT_MODEL": "openai:gpt-4o", "OPENAI_BASE_URL": server.url,
            "LANGSMITH_TRACING": "true", "LANGSMITH_API_KEY": "x", "LANGSMITH_GATEWAY": "true",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("Yes.\n", "")
    reached = re.findall(r'AF_INET6?\b.*?"([^"]+)"', log.read_text(errors="replace"))
    assert set(reached) == {"127.0.0.1"}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """`transformers serve` with a tiny random model: its base URL and the model's name."""
    folder = tmp_path_factory.mktemp("tiny")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = Path(__file__).parents[1] / "tiny_model.py"
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, str(script), str(folder / "model"), str(port)],
            env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
            stdout=log,
            stderr=log,
        )
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and server.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail((folder / "log").read_text(errors="replace")[-2000:])
        yield f"http://127.0.0.1:{port}/v1", str(folder / "model")
    finally:
        server.terminate()
        server.wait(20)


def test_a_real_server_answers(tiny: tuple[str, str], monkeypatch: pytest.MonkeyPatch):
    url, name = tiny
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    model = load_chat_model(Settings(chat_model=f"openai:{name}", chat_max_tokens=24))
    pieces = list(model.stream(ASKED))
    text = "".join(piece.text for piece in pieces)
    assert len(pieces) > 10
    assert re.fullmatch("[A-Za-z]{24}", text)
    end = pieces[-1].end
    assert (end.finish, end.output_tokens, end.n_retries) == ("length", 24, 0)
    # A token is a byte there.
    asked = "system: Be brief.\nuser: Who closed the harbour of Velm?\nassistant: "
    assert end.input_tokens == len(asked)
    assert model.complete(ASKED).text == text
    assert sum(model.count_tokens([asked])) > 0
    assert re.fullmatch(r"answers in \d+\.\d s", probe(model))


def test_a_real_server_is_left_in_the_middle(
    tiny: tuple[str, str], monkeypatch: pytest.MonkeyPatch
):
    url, name = tiny
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    model = load_chat_model(Settings(chat_model=f"openai:{name}", chat_max_tokens=400))
    heard: list[str] = []
    for piece in model.stream(ASKED, stopped=lambda: len(heard) >= 3):
        heard.append(piece.text)
        end = piece.end
    assert end is not None
    assert end.finish == "stopped"
    assert len(heard) < 300


def test_a_real_server_that_knows_no_such_model_is_an_error(
    tiny: tuple[str, str], monkeypatch: pytest.MonkeyPatch
):
    url, _ = tiny
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    settings = Settings(chat_model="openai:nobody/nothing", chat_max_retries=0)
    with pytest.raises(GenerationError):
        load_chat_model(settings).complete(ASKED)


def _kept(model: ChatModel, heard: list[str]) -> Iterator[Any]:
    """The pieces, each kept as it comes, since an error ends the list of them."""
    for piece in model.stream(ASKED):
        heard.append(piece.text)
        yield from ()


def test_a_reply_is_a_value(serve: Serve):
    model, _ = serve(says("Yes."))
    assert isinstance(model.complete(ASKED), ChatReply)
