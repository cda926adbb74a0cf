"""The entries of the top bar: each app lists its own in its AppConfig as ``menu = (Entry(...),)``."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Entry:
    """One word in the top bar. ``may``: where the rule stands that takes the membership in whose name the page is shown, or the set of
    roles, by dotted path, since rules can be imported only once the models are there; "": every signed-in office.
    """

    label: str
    url: str  # name of the url, e.g. "orgs:tree"
    order: int
    may: str = ""


@dataclass(frozen=True)
class Shown:
    """An entry as the page shows it."""

    label: str
    href: str
    current: bool


def entries(membership: Any, namespace: str) -> list[Shown]:
    """The entries that ``membership`` may open; the one of the app ``namespace`` is the current one."""
    return [
        Shown(e.label, href, e.url.rpartition(":")[0] == namespace)
        for e, href, may in _all()
        if may(membership)
    ]


@cache
def _all() -> list[tuple[Entry, str, Callable[[Any], bool]]]:
    """The entries of all apps in their order, with their addresses and rules: the same as long as the program runs."""
    found = [e for config in apps.get_app_configs() for e in getattr(config, "menu", ())]
    return [(e, reverse(e.url), _rule(e.may)) for e in sorted(found, key=lambda e: e.order)]


def _rule(path: str) -> Callable[[Any], bool]:
    if not path:
        return lambda membership: True
    found = import_string(path)
    return found if callable(found) else lambda membership: membership.role in found
