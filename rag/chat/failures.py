"""What a provider's package raises → one of our errors, whether a retry can help, and when.

A message says what happened in our own words: a vendor's text may repeat the prompt or the key.
"""

import math
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from rag.chat.providers import PROVIDERS
from rag.errors import (
    ConfigurationError,
    GenerationError,
    ModelUnavailableError,
    PromptTooLongError,
    RagError,
)

RETRIED = frozenset({408, 409, 429})
# How servers say that a prompt is too long: OpenAI, vLLM, llama.cpp, Anthropic, LiteLLM.
_TOO_LONG = re.compile(
    r"context.?(length|window|size)|maximum context|prompt is too long|input tokens exceed"
    r"|too many (input )?tokens|max_model_len|longer than the maximum",
    re.IGNORECASE,
)
_NO_CREDIT = ("insufficient_quota", "billing_hard_limit_reached", "billing_error")
_CODE = re.compile(r"[a-z][a-z0-9_.-]{1,59}")


class ReplyError(Exception):
    """A reply that failed without the provider's package raising; its text is the reason."""


@dataclass(frozen=True, slots=True)
class Who:
    """The model that a message is about."""

    name: str
    host: str
    timeout_seconds: float
    max_tokens: int

    @property
    def provider(self) -> str:
        """What stands before the colon."""
        return self.name.partition(":")[0]

    @property
    def model(self) -> str:
        """What stands after it."""
        return self.name.partition(":")[2]

    @property
    def key(self) -> str:
        """The variable that holds the key."""
        known = PROVIDERS.get(self.provider)
        return known.key if known else "its key"

    @property
    def url(self) -> str:
        """The variable that holds the address."""
        known = PROVIDERS.get(self.provider)
        return known.urls[0] if known else "its address"


@dataclass(frozen=True, slots=True)
class Failure:
    """An error fit to be raised, with a word for the log."""

    error: RagError
    kind: str
    retryable: bool = False
    wait_seconds: float | None = None


def failure_of(error: BaseException, who: Who, *, n_chars: int) -> Failure:
    """What an exception out of a request means; `n_chars` of text had come before it."""
    if isinstance(error, ReplyError):
        return _of_reply(str(error), who, n_chars)
    chain = list(_chain(error))
    if any(type(one).__name__ == "ContextOverflowError" for one in _kinds(chain)):
        return _too_long(who)
    status = next((found for one in chain if (found := _status(one)) is not None), None)
    if status is not None:
        return _of_status(status, error, who, n_chars)
    if _is(chain, "TimeoutException", "APITimeoutError", "ModelTimeoutError", "TimeoutError"):
        return _of_reply("stalled" if n_chars else "silent", who, n_chars)
    if _is(chain, "TransportError", "APIConnectionError", "ModelConnectionError", "OSError"):
        return _of_connection(chain, who, n_chars)
    if _is(chain, "APIError", "ResponseError"):
        # An error that the server reports inside a stream that had begun well.
        if _TOO_LONG.search(_words(error)):
            return _too_long(who)
        return _unavailable(who, "reports an error instead of its reply", n_chars, "error")
    kind = type(error).__name__
    return Failure(
        GenerationError(
            f"{who.name} at {who.host} answers with something that is no chat reply ({kind}); "
            f"check the address in {who.url} and that it serves this kind of model"
        ),
        kind=kind,
    )


def retry_after(headers: Any, *, now: datetime) -> float | None:  # noqa: ANN401 (any mapping of headers)
    """Seconds that Retry-After asks to wait, given as seconds or as a date; None if it does not.

    Source: RFC 9110, section 10.2.3; `retry-after-ms` is OpenAI's and Anthropic's own.
    """
    if headers is None:
        return None
    try:
        seconds = float(headers["retry-after-ms"]) / 1000
    except (KeyError, TypeError, ValueError):
        stated = str(headers.get("retry-after") or "").strip()
        try:
            seconds = float(stated)
        except ValueError:
            try:
                date = parsedate_to_datetime(stated)
            except (TypeError, ValueError):
                return None
            seconds = (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _of_status(status: int, error: BaseException, who: Who, n_chars: int) -> Failure:
    """An answer with an HTTP status that is none of success."""
    at = f"{who.name} at {who.host}"
    code = _code(error)
    kind = f"status {status}" + (f" ({code})" if code else "")
    if 300 <= status < 400:
        message = (
            f"{at} redirects elsewhere ({status}), which is not followed, so that passages go to "
            f"no other host; name the final address in {who.url}"
        )
        return Failure(ConfigurationError(message), kind)
    if status == 401:
        message = f"{at} does not accept the key (401); correct {who.key}"
        return Failure(ConfigurationError(message), kind)
    if status == 403:
        message = f"{at} refuses access (403); {who.key} must belong to an account that may use it"
        return Failure(ConfigurationError(message), kind)
    if status in (413, 400, 422) and (status == 413 or _TOO_LONG.search(_words(error))):
        return _too_long(who)
    if status == 404:
        pull = f"run `ollama pull {who.model}`, or " if who.provider == "ollama" else ""
        message = (
            f"{at} knows no such model or address (404); {pull}correct RAG_CHAT_MODEL or {who.url}"
        )
        return Failure(GenerationError(message), kind)
    if code in _NO_CREDIT:
        message = f"{at} says that the account of {who.key} has no credit left ({status})"
        return Failure(ModelUnavailableError(f"{message}; top it up"), kind)
    if status == 429:
        failure = _unavailable(who, "limits the rate (429)", n_chars, kind)
    elif status in RETRIED or status >= 500:
        failure = _unavailable(who, f"fails ({status})", n_chars, kind)
    else:
        if code == "content_filter":
            return _of_reply("filtered", who, n_chars)
        hint = "set RAG_CHAT_TEMPERATURE=none" if "temperature" in _words(error) else (
            "another model may accept it"
        )  # fmt: skip
        said = f"{status}, {code}" if code else str(status)
        return Failure(GenerationError(f"{at} rejects the request ({said}); {hint}"), kind)
    response = getattr(error, "response", None)
    wait = retry_after(getattr(response, "headers", None), now=datetime.now(UTC))
    if wait is None:
        return failure
    error_ = type(failure.error)(f"{failure.error} (it asks for a wait of {math.ceil(wait)} s)")
    return Failure(error_, kind, retryable=True, wait_seconds=wait)


def _of_reply(reason: str, who: Who, n_chars: int) -> Failure:
    """A reply that did not come, stopped coming, or came and is none."""
    at = f"{who.name} at {who.host}"
    longer = f"raise RAG_CHAT_TIMEOUT_SECONDS={who.timeout_seconds:g} for a slow model"
    if reason in ("silent", "stalled", "slow"):
        what = {
            "silent": "did not begin to answer in time",
            "stalled": "stopped in the middle of its reply",
            "slow": "did not finish in time",
        }[reason]
        return Failure(ModelUnavailableError(f"{at} {what}; {longer}"), reason, retryable=True)
    if reason == "cut":
        return _unavailable(who, "broke off its reply", n_chars, reason)
    message = {
        "no reply": f"{at} answers with something that is no chat reply; check the address in "
        f"{who.url}",
        "empty": f"{at} gave an empty reply; ask again or name another model in RAG_CHAT_MODEL",
        "thought": f"{at} used up its tokens before a word of its reply; raise "
        f"RAG_CHAT_MAX_TOKENS={who.max_tokens}",
        "filtered": f"{at} withheld its reply (its content filter); ask otherwise or name another "
        "model in RAG_CHAT_MODEL",
    }[reason]
    return Failure(GenerationError(message), reason)


def _of_connection(chain: list[BaseException], who: Who, n_chars: int) -> Failure:
    at = f"{who.name} at {who.host}"
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in chain):
        message = f"{at} shows a certificate that is not trusted; correct {who.url} or the host"
        return Failure(ModelUnavailableError(message), "certificate")
    if any(isinstance(one, socket.gaierror) for one in chain):
        return Failure(
            ModelUnavailableError(f"{at}: there is no such host; correct {who.url} or go online"),
            "no such host",
            retryable=True,
        )
    if any(isinstance(one, ConnectionRefusedError) for one in chain) or _is(chain, "ConnectError"):
        start = "start it (`ollama serve`)" if who.provider == "ollama" else "start the server"
        message = f"{at} accepts no connection; {start} or correct {who.url}"
        return Failure(ModelUnavailableError(message), "refused", retryable=True)
    return _unavailable(who, "broke off the connection", n_chars, "cut")


def _unavailable(who: Who, what: str, n_chars: int, kind: str) -> Failure:
    after = f" after {n_chars} characters" if n_chars else ""
    message = f"{who.name} at {who.host} {what}{after}; ask again later"
    return Failure(ModelUnavailableError(message), kind, retryable=True)


def _too_long(who: Who) -> Failure:
    return Failure(
        PromptTooLongError(
            f"{who.name} at {who.host} takes fewer tokens than it was given; set "
            "RAG_CHAT_WINDOW_TOKENS to the window it was started with"
        ),
        kind="too long",
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and what it was raised from, the groups of concurrent tries opened."""
    seen = 0
    waiting: list[BaseException] = [error]
    while waiting and seen < 20:
        one = waiting.pop(0)
        seen += 1
        yield one
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions
        # httpcore raises its errors inside an except clause without "from".
        if (cause := one.__cause__ or one.__context__) is not None:
            waiting.append(cause)


def _kinds(chain: list[BaseException]) -> Iterator[type[BaseException]]:
    for one in chain:
        yield from type(one).__mro__


def _is(chain: list[BaseException], *names: str) -> bool:
    """Whether one of them is of a class of such a name: httpx, httpx2 and the SDKs share names."""
    return any(kind.__name__ in names for kind in _kinds(chain))


def _status(error: BaseException) -> int | None:
    """The HTTP status of a vendor's error, also where the stream told it as a code."""
    status = getattr(error, "status_code", None)
    if status is None:
        status = getattr(getattr(error, "response", None), "status_code", None)
    if status is None:
        status = getattr(error, "code", None)
    try:
        number = int(str(status))
    except ValueError:
        return None
    return number if 300 <= number < 600 else None


def _code(error: BaseException) -> str | None:
    """The vendor's short word for what is wrong, where it is one; never a sentence."""
    body = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, dict) else {}
    for found in (getattr(error, "code", None), inner if isinstance(inner, dict) else {}):
        words = (found.get("code"), found.get("type")) if isinstance(found, dict) else (found,)
        for word in words:
            if isinstance(word, str) and _CODE.fullmatch(word):
                return word
    return None


def _words(error: BaseException) -> str:
    """All that the vendor says, to be searched and never to be shown."""
    return f"{error} {getattr(error, 'body', '')}"
