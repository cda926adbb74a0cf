"""The entries of the top bar: each app lists its own in its AppConfig as ``menu = (Entry(...),)``."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.urls import reverse


def anybody(_membership: Any) -> bool:
    """Shown to every signed-in office."""
    return True


@dataclass(frozen=True)
class Entry:
    """One word in the top bar. ``may`` takes the membership in whose name the page is shown."""

    label: str
    url: str  # name of the url, e.g. "orgs:tree"
    order: int
    may: Callable[[Any], bool] = anybody


@dataclass(frozen=True)
class Shown:
    """An entry as the page shows it."""

    label: str
    href: str
    current: bool


def entries(membership: Any, namespace: str) -> list[Shown]:
    """The entries that ``membership`` may open; the one of the app ``namespace`` is the current one."""
    return [
        Shown(e.label, href, e.url.rpartition(":")[0] == namespace) for e, href in _all() if e.may(membership)
    ]


@cache
def _all() -> list[tuple[Entry, str]]:
    """The entries of all apps in their order, with their addresses: the same as long as the program runs."""
    found = [e for config in apps.get_app_configs() for e in getattr(config, "menu", ())]
    return [(e, reverse(e.url)) for e in sorted(found, key=lambda e: e.order)]
