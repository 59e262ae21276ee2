"""The only door to chat models: messages → a stream of text, with every failure in our own words.

`load_chat_model(settings)` contacts nothing and imports nothing heavy; the provider's package is
imported at the first request. What is asked and what is made of a reply is decided elsewhere.
"""

import logging
import random
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Self

from rag.chat.failures import Failure, ReplyError, Who, failure_of
from rag.chat.providers import PROVIDERS, Address, address_of, build, checked
from rag.chat.replies import Gathered
from rag.chat.streaming import POLL_SECONDS, Patience, RequestError, received
from rag.chat.tokens import count_tokens
from rag.settings import Settings, keep_private

if TYPE_CHECKING:
    # langchain_core takes half a second to import.
    from langchain_core.language_models import BaseChatModel

__all__ = ["ChatEnd", "ChatModel", "ChatPiece", "ChatReply", "Limits", "load_chat_model", "probe"]

# A role (system, user, assistant) and a text.
Message = tuple[str, str]

# Where neither the setting nor the model's own profile tells the window. Ollama is asked for as
# many; a server started with less needs RAG_CHAT_WINDOW_TOKENS.
DEFAULT_WINDOW_TOKENS = 8192
# Waits before a retry where the server names none: this, doubled each time, with "equal jitter".
# Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.5, 8.0
# A token is some 4 characters; a server that sends far more than was asked for is cut off here.
MOST_CHARS_PER_TOKEN = 16
PROBE: tuple[Message, ...] = (("user", "Answer with the one word yes."),)
PROBE_SECONDS = 60.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one reply may take; `window_tokens` None: from the model's profile, or the default."""

    timeout_seconds: float = 180.0
    max_retries: int = 3
    max_tokens: int = 2048
    window_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class ChatEnd:
    """How a reply ended: stop, length, stopped (by the person), or the provider's own word.

    Tokens are None where the server does not tell them.
    """

    finish: str
    input_tokens: int | None
    output_tokens: int | None
    seconds: float
    n_retries: int


@dataclass(frozen=True, slots=True)
class ChatPiece:
    """The next words of a reply, or, as the last piece, no words and how it ended."""

    text: str = ""
    end: ChatEnd | None = None


@dataclass(frozen=True, slots=True)
class ChatReply:
    """A whole reply; reasoning is no part of its text."""

    text: str
    end: ChatEnd


def _never() -> bool:
    return False


class ChatModel:
    """A chat model by its name, the host it reaches, and its window; safe to share."""

    def __init__(
        self,
        name: str,
        open_model: Callable[[], "BaseChatModel"],
        *,
        address: Address | None,
        limits: Limits,
        tells_end: bool = False,
    ) -> None:
        self.name = name
        self.limits = limits
        self._open_model = open_model
        self._tells_end = tells_end
        self._known_address = address
        self._opening = RLock()

    @classmethod
    def of(
        cls,
        model: "BaseChatModel",
        *,
        name: str,
        host: str | None = None,
        limits: Limits | None = None,
    ) -> Self:
        """Any LangChain chat model; `host` (host:port) where its client does not tell it."""
        address = Address(f"http://{host}") if host else None
        return cls(name, lambda: model, address=address, limits=limits or Limits())

    def limited(self, limits: Limits) -> "ChatModel":
        """The same model with other limits."""
        return ChatModel(
            self.name,
            self.load,
            address=self._known_address,
            limits=limits,
            tells_end=self._tells_end,
        )

    def load(self) -> "BaseChatModel":
        """LangChain's model, built at its first use; nothing is contacted.

        Raises:
            ConfigurationError: the provider is unknown or refuses the settings.
        """
        with self._opening:
            return self._model

    @cached_property
    def _model(self) -> "BaseChatModel":
        return self._open_model()

    @property
    def address(self) -> Address:
        """The address that the client reaches."""
        return self._known_address or address_of(self.load())

    @property
    def host(self) -> str:
        """host:port that requests go to, without any password in the address."""
        return self.address.host

    @property
    def remote(self) -> bool:
        """Whether what is sent leaves this machine; so it is where the host cannot be told."""
        return self.address.remote

    @property
    def window_tokens(self) -> int:
        """The tokens that prompt and reply may have together.

        From the setting; else the profile that the provider's package ships, where the provider's
        own host is asked (another server may call any model by that name); else
        `DEFAULT_WINDOW_TOKENS`.
        """
        if self.limits.window_tokens is not None:
            return self.limits.window_tokens
        provider = PROVIDERS.get(self._who.provider)
        if provider is None or provider.owns(self.address):
            told = (self.load().profile or {}).get("max_input_tokens")
            if isinstance(told, int) and told > 0:
                return told
        return DEFAULT_WINDOW_TOKENS

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """At least as many tokens as most tokenizers make of each text; see `tokens`."""
        return count_tokens(texts)

    def complete(
        self, messages: Sequence[Message], *, stopped: Callable[[], bool] = _never
    ) -> ChatReply:
        """The whole reply; raises as `stream`."""
        pieces = list(self.stream(messages, stopped=stopped))
        end = pieces[-1].end
        if end is None:
            raise AssertionError("a stream ends with its end")
        return ChatReply("".join(piece.text for piece in pieces), end)

    def stream(
        self, messages: Sequence[Message], *, stopped: Callable[[], bool] = _never
    ) -> Iterator[ChatPiece]:
        """The reply as it comes, then one piece without text that says how it ended.

        `stopped` is asked some twenty times a second; once it says True the connection is closed
        and the reply ends with finish "stopped". A failure is tried again as long as no text has
        been given out, the retries are not used up, and the time-out leaves room for the wait.

        Raises:
            ConfigurationError: the key is missing or not accepted; redirected elsewhere.
            PromptTooLongError: more tokens than the model takes.
            ModelUnavailableError: timed out, refused, rate-limited, cut in the middle.
            GenerationError: the model is unknown, or its reply is empty, withheld or no reply.
        """
        self.load()  # importing a provider's package takes seconds that are not the model's
        started = time.monotonic()
        deadline = started + self.limits.timeout_seconds
        n_retries = 0
        while True:
            got = Gathered(most_chars=self.limits.max_tokens * MOST_CHARS_PER_TOKEN)
            try:
                trying = self._attempt(messages, got, deadline=deadline, stopped=stopped)
                with closing(trying) as texts:
                    for text in texts:
                        yield ChatPiece(text)
            except (ReplyError, RequestError) as error:
                cause = error.__cause__ or error
                failure = failure_of(cause, self._who, n_chars=got.n_chars)
                wait = self._wait(failure, n_retries, left=deadline - time.monotonic())
                if got.n_chars or wait is None:
                    self._log_failure(failure, n_retries, None)
                    raise failure.error from cause
                self._log_failure(failure, n_retries, wait)
                n_retries += 1
                if _sleep(wait, stopped):
                    got.finish = "stopped"
                    break
            else:
                break
        end = ChatEnd(
            finish=got.finish or "stop",
            input_tokens=got.input_tokens,
            output_tokens=got.output_tokens,
            seconds=time.monotonic() - started,
            n_retries=n_retries,
        )
        logger.info(
            "%s: %d characters, tokens %s in %s out, finish %s, %.1f s, %d retries",
            self.name, got.n_chars, end.input_tokens, end.output_tokens, end.finish, end.seconds,
            n_retries,
        )  # fmt: skip
        yield ChatPiece(end=end)

    def _attempt(
        self,
        messages: Sequence[Message],
        got: Gathered,
        *,
        deadline: float,
        stopped: Callable[[], bool],
    ) -> Generator[str]:
        """One request; the text of its reply as it comes, the rest in `got`."""
        model = self.load()
        patience = Patience(self.limits.timeout_seconds, deadline)
        asked = [(role, text) for role, text in messages]
        coming = received(lambda: model.astream(asked), patience=patience, stopped=stopped)
        with closing(coming) as chunks:
            for chunk in chunks:
                if chunk is None:
                    got.finish = "stopped"
                    break
                if text := got.add(chunk):
                    yield text
                if got.full:
                    got.finish = "length"
                    break
                patience.spoken = got.n_chars > 0
                patience.finishing = got.finish is not None
        if text := got.rest():
            yield text
        if got.finish == "stopped":
            return
        if got.n_chunks == 0:
            raise ReplyError("no reply")
        if got.finish is None and self._tells_end:
            # The known providers say why a reply ended; without that word it was cut.
            raise ReplyError("cut")
        if got.finish == "filtered":
            raise ReplyError("filtered")
        if got.blank:
            raise ReplyError("thought" if got.finish == "length" else "empty")

    @cached_property
    def _who(self) -> Who:
        limits = self.limits
        return Who(self.name, self.host, limits.timeout_seconds, limits.max_tokens)

    def _wait(self, failure: Failure, n_retries: int, *, left: float) -> float | None:
        """Seconds until the next try, or None: it cannot help, or there is no time for it."""
        if not failure.retryable or n_retries >= self.limits.max_retries:
            return None
        wait = failure.wait_seconds
        if wait is None:
            most = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2**n_retries)
            wait = most / 2 + random.uniform(0, most / 2)
        return wait if wait < left else None

    def _log_failure(self, failure: Failure, n_retries: int, wait: float | None) -> None:
        then = "given up" if wait is None else f"again in {wait:.1f} s"
        logger.info("%s: try %d: %s; %s", self.name, n_retries + 1, failure.kind, then)


def load_chat_model(settings: Settings) -> ChatModel | None:
    """The chat model that the settings name, or None where they name none.

    Raises:
        ConfigurationError: no such provider, its package or its key is missing, or the address
            in the environment is none.
    """
    if settings.chat_model is None:
        return None
    keep_private(settings)
    provider, model = checked(settings.chat_model)
    known = PROVIDERS.get(provider)
    address = known.address() if known else None
    limits = Limits(
        timeout_seconds=settings.chat_timeout_seconds,
        max_retries=settings.chat_max_retries,
        max_tokens=settings.chat_max_tokens,
        window_tokens=settings.chat_window_tokens,
    )
    window = limits.window_tokens or DEFAULT_WINDOW_TOKENS

    def open_model() -> "BaseChatModel":
        return build(provider, model, settings=settings, address=address, window_tokens=window)

    return ChatModel(
        f"{provider}:{model}",
        open_model,
        address=address,
        limits=limits,
        tells_end=known is not None,
    )


def probe(model: ChatModel) -> str:
    """A one-word request, without retries: how long it took, in a line.

    Raises:
        RagError: its text says in a line what is wrong.
    """
    seconds = min(model.limits.timeout_seconds, PROBE_SECONDS)
    quick = model.limited(replace(model.limits, max_retries=0, timeout_seconds=seconds))
    reply = quick.complete(PROBE)
    return f"answers in {reply.end.seconds:.1f} s"


def _sleep(seconds: float, stopped: Callable[[], bool]) -> bool:
    """Wait; True as soon as `stopped` says so."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if stopped():
            return True
        time.sleep(min(POLL_SECONDS, left))
    return False
