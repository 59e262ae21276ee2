"""The setting `provider:model` and the environment → LangChain's client, and the host it reaches.

Three providers are known by name, so that their host, key and package can be told before anything
is imported; every other one that `init_chat_model` knows is opened as it comes.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.util import find_spec
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from rag.errors import ConfigurationError
from rag.settings import Settings

if TYPE_CHECKING:
    # langchain_core takes half a second to import.
    from langchain_core.language_models import BaseChatModel

# Sent where no key is set: the packages want one, servers on one's own machine do not.
NO_KEY = "none"
UNKNOWN_HOST = "an unknown host"
OWN_PROCESS = "this process"
# One request, one connection: it is closed when the reply ends or is stopped, and none is left
# over that a server has long since given up.
HEADERS = {"Connection": "close"}


@dataclass(frozen=True, slots=True)
class Address:
    """Where requests go: a base URL, or a word where there is none."""

    url: str = field(repr=False)  # it may hold a password

    @property
    def host(self) -> str:
        """host:port, without a user or a password that may stand in the URL."""
        parts = urlsplit(self.url)
        if not parts.hostname:
            return self.url
        name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        return f"{name}:{parts.port or (443 if parts.scheme == 'https' else 80)}"

    @property
    def encrypted(self) -> bool:
        """Whether others on the way cannot read along."""
        return urlsplit(self.url).scheme == "https"

    @property
    def remote(self) -> bool:
        """Whether it is beyond this machine, as far as its name tells."""
        if self.url == OWN_PROCESS:
            return False
        name = (urlsplit(self.url).hostname or "").rstrip(".")
        try:
            return not ip_address(name).is_loopback
        except ValueError:
            return name != "localhost" and not name.endswith(".localhost")


@dataclass(frozen=True, slots=True)
class Provider:
    """What is known of a provider before its package is imported.

    `key` and `urls` are variables of the environment, `proxy` too; hosts under `domain` are the
    provider's own.
    """

    name: str
    package: str
    key: str
    urls: tuple[str, ...]
    own_url: str
    domain: str

    def address(self) -> Address:
        """The address that the environment names, or the provider's own.

        Raises:
            ConfigurationError: two variables name different ones, or one names none.
        """
        stated = {name: value for name in self.urls if (value := os.environ.get(name, "").strip())}
        found = {name: _address(name, value) for name, value in stated.items()}
        if len(set(found.values())) > 1:
            each = " and ".join(f"{name} ({at.host})" for name, at in found.items())
            raise ConfigurationError(f"{each} name different addresses; keep one of them")
        return next(iter(found.values()), Address(self.own_url))

    def owns(self, address: Address) -> bool:
        """Whether the address is the provider's own."""
        host = urlsplit(address.url).hostname or ""
        return bool(self.domain) and (host == self.domain or host.endswith(f".{self.domain}"))

    def key_for(self, address: Address) -> str:
        """The key to send there.

        Raises:
            ConfigurationError: none is set, and the provider's own host wants one.
        """
        if key := os.environ.get(self.key, "").strip():
            return key
        if self.owns(address):
            local = f", or name your own server in {self.urls[0]}"
            raise ConfigurationError(
                f"{self.key} is not set; {self.name} wants a key: set it{local}"
            )
        return NO_KEY


PROVIDERS = {
    provider.name: provider
    for provider in (
        Provider(
            "openai",
            package="langchain_openai",
            key="OPENAI_API_KEY",
            urls=("OPENAI_BASE_URL", "OPENAI_API_BASE"),
            own_url="https://api.openai.com/v1",
            domain="openai.com",
        ),
        Provider(
            "anthropic",
            package="langchain_anthropic",
            key="ANTHROPIC_API_KEY",
            urls=("ANTHROPIC_BASE_URL", "ANTHROPIC_API_URL"),
            own_url="https://api.anthropic.com",
            domain="anthropic.com",
        ),
        Provider(
            "ollama",
            package="langchain_ollama",
            key="OLLAMA_API_KEY",
            urls=("OLLAMA_HOST",),
            own_url="http://127.0.0.1:11434",
            domain="",
        ),
    )
}


def checked(setting: str) -> tuple[str, str]:
    """Provider and model of `RAG_CHAT_MODEL`, as far as they can be told without a request.

    Raises:
        ConfigurationError: the form is wrong, no such provider, its package or key is missing.
    """
    provider, colon, model = (part.strip() for part in setting.partition(":"))
    provider = provider.replace("-", "_").lower()
    if not (provider and colon and model):
        raise ConfigurationError(
            f"RAG_CHAT_MODEL={setting!r} is not of the form provider:model; write for example "
            "openai:gpt-4o-mini, anthropic:claude-haiku-4-5 or ollama:llama3.2"
        )
    known = PROVIDERS.get(provider)
    if known is None:
        # The registry is LangChain's: for these providers it is imported now, half a second.
        from langchain.chat_models.base import _BUILTIN_PROVIDERS

        if provider not in _BUILTIN_PROVIDERS:
            close = get_close_matches(provider, [*PROVIDERS, *_BUILTIN_PROVIDERS], n=1)
            hint = f"did you mean {close[0]}?" if close else f"write {', '.join(PROVIDERS)} before"
            raise ConfigurationError(
                f"RAG_CHAT_MODEL={setting!r}: {provider} is no provider; {hint}"
                + ("" if close else " the colon, or another that LangChain knows")
            )
        _present(_BUILTIN_PROVIDERS[provider][0].partition(".")[0], extra=None)
        return provider, model
    _present(known.package, extra=known.name)
    known.key_for(known.address())
    return provider, model


def build(
    provider: str,
    model: str,
    *,
    settings: Settings,
    address: Address | None,
    window_tokens: int,
) -> "BaseChatModel":
    """LangChain's client for the model; nothing is contacted.

    Raises:
        ConfigurationError: the provider's package refuses the settings.
    """
    # Imported here: with a provider's package it takes one to two seconds.
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"temperature": settings.chat_temperature}
    if address is not None:
        options |= _options(PROVIDERS[provider], address, settings, window_tokens)
    else:
        options |= {"max_tokens": settings.chat_max_tokens}
    try:
        opened: BaseChatModel = init_chat_model(model, model_provider=provider, **options)
    except ImportError as error:
        raise ConfigurationError(
            f"the package of {provider} cannot be imported ({type(error).__name__}); install it "
            "again"
        ) from error
    except Exception as error:
        # The packages raise what they like here; their text may hold the key.
        raise ConfigurationError(
            f"RAG_CHAT_MODEL={provider}:{model} cannot be opened ({type(error).__name__}); see the "
            f"documentation of LangChain's {provider} for what it needs in the environment"
        ) from error
    if (opened.profile or {}).get("temperature") is False:
        # Models that reason take none and reject a request that names one.
        vars(opened)["temperature"] = None
    if provider == "anthropic" and address is not None:
        _own_anthropic_client(opened, address, settings)
    return opened


def address_of(model: "BaseChatModel") -> Address:
    """The address that a LangChain model reaches, as far as its clients tell.

    A fake of langchain_core reaches none; where nothing is told the host is unknown.
    """
    for part in _clients(model):
        for name in ("base_url", "_base_url", "api_base", "endpoint"):
            url = str(getattr(part, name, None) or "")
            if urlsplit(url).hostname:
                return Address(_without_password(urlsplit(url)))
    if type(model).__module__.startswith("langchain_core."):
        return Address(OWN_PROCESS)
    return Address(UNKNOWN_HOST)


def _clients(model: "BaseChatModel") -> Iterator[object]:
    yield model
    for part in vars(model).values():
        yield part
        if (inner := getattr(part, "_client", None)) is not None:
            yield inner


def _options(
    provider: Provider, address: Address, settings: Settings, window_tokens: int
) -> dict[str, Any]:
    """What each of the three is opened with; the retries are ours, so theirs are off."""
    seconds, most = settings.chat_timeout_seconds, settings.chat_max_tokens
    if provider.name == "ollama":
        return {
            "base_url": address.url,
            # Ollama cuts a longer prompt silently, and its default window is short.
            "num_ctx": window_tokens,
            "num_predict": most,
            "client_kwargs": {**_http(provider, address, seconds), "headers": dict(HEADERS)},
        }
    common = {
        "base_url": address.url,
        "api_key": provider.key_for(address),
        "timeout": seconds,
        "max_retries": 0,
        "default_headers": HEADERS,
        "stream_usage": True,
    }
    if provider.name == "anthropic":
        # The address of its proxy goes to our own client instead.
        return {**common, "max_tokens": most, "anthropic_proxy": None}
    # openai is LangChain's own dependency here: its clients follow redirects and proxies.
    import openai

    http = _http(provider, address, seconds)
    common |= {
        "openai_proxy": None,
        "http_client": openai.DefaultHttpxClient(**http),
        "http_async_client": openai.DefaultAsyncHttpxClient(**http),
        "stream_chunk_timeout": None,
    }
    if provider.owns(address):
        return {**common, "max_tokens": most}
    # LangChain writes max_completion_tokens, which many compatible servers do not read; and only
    # OpenAI itself has the other interface, which is chosen by the model's name.
    return {**common, "extra_body": {"max_tokens": most}, "use_responses_api": False}


def _http(provider: Provider, address: Address, seconds: float) -> dict[str, Any]:
    """Options of an HTTP client that sends passages to that host and to no other.

    A proxy in the environment is for other hosts than this machine; a redirect would carry the
    passages wherever it points.
    """
    options: dict[str, Any] = {
        "timeout": seconds,
        "follow_redirects": False,
        "trust_env": address.remote,
    }
    proxy = os.environ.get(f"{provider.name}_PROXY".upper(), "").strip()
    if proxy and address.remote:
        options["proxy"] = proxy
    return options


def _own_anthropic_client(model: "BaseChatModel", address: Address, settings: Settings) -> None:
    """Put our client where ChatAnthropic, which takes none, would make its own at first use."""
    # Both come with langchain_anthropic and take a second to import. The client is httpx2's own:
    # the one that anthropic makes takes the environment's proxies whatever it is told.
    import anthropic
    import httpx2

    provider = PROVIDERS["anthropic"]
    http = _http(provider, address, settings.chat_timeout_seconds)
    vars(model)["_async_client"] = anthropic.AsyncAnthropic(
        api_key=provider.key_for(address),
        base_url=address.url,
        max_retries=0,
        timeout=settings.chat_timeout_seconds,
        default_headers=HEADERS,
        http_client=httpx2.AsyncClient(**http),
    )


def _present(package: str, *, extra: str | None) -> None:
    if find_spec(package) is None:
        name = package.replace("_", "-")
        line = f"pip install 'attest[{extra}]'" if extra else f"pip install {name}"
        raise ConfigurationError(f"the package {name} is not installed; run `{line}`")


def _address(variable: str, value: str) -> Address:
    """A base URL from the environment; Ollama's may lack scheme and port."""
    given = value
    if variable == "OLLAMA_HOST" and "://" not in value:
        value = f"http://{value if not value.startswith(':') else '127.0.0.1' + value}"
        if urlsplit(value).netloc.rpartition("]")[2].count(":") == 0:
            parts = urlsplit(value)
            value = urlunsplit(parts._replace(netloc=f"{parts.netloc}:11434"))
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        shown = given if "@" not in given else "(with a password)"
        raise ConfigurationError(
            f"{variable}={shown} is no address; write it like http://127.0.0.1:8000/v1"
        )
    # What a server listens on is often copied: all of one's addresses, none to connect to.
    name = parts.hostname or ""
    if name in ("0.0.0.0", "::"):
        own = "127.0.0.1" + (f":{parts.port}" if parts.port else "")
        parts = parts._replace(netloc=own)
    return Address(urlunsplit(parts).rstrip("/"))


def _without_password(parts: SplitResult) -> str:
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
