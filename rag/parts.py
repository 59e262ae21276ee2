"""Parts of a service that are built at their first use, whichever thread comes first."""

from functools import cached_property
from threading import RLock
from typing import Protocol, TypeVar

_Part = TypeVar("_Part")


class Builder(Protocol):
    """What has parts: `building` is held while one of them is built."""

    building: RLock


class built(cached_property[_Part]):  # noqa: N801 (a decorator, like its base)
    """A part that is built at its first use, once, and kept."""

    def __get__(self, instance: Builder, owner: type | None = None) -> _Part:  # type: ignore[override]
        with instance.building:
            return super().__get__(instance, owner)
