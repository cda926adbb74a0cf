"""What apps add to the start page: each names callables in its AppConfig as ``home_blocks = ("dudao_web.<app>.home.block",)``.

A callable takes the membership and the day and returns (template, context) or None for nothing to show; ``home_asides`` are the
narrow ones beside the list. Every block sees of the request's context only what it returned.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string

from dudao_web.orgs.models import Membership


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the start page: its template and what that shows."""

    template: str
    context: dict[str, Any]


def found(place: str, membership: Membership, on: date) -> list[Block]:
    """The blocks of a place ("home_blocks", "home_asides") for an office, in the order of the apps."""
    names = [name for config in apps.get_app_configs() for name in getattr(config, place, ())]
    made = [import_string(name)(membership, on) for name in names]
    return [Block(*one) for one in made if one is not None]
