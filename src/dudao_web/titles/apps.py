"""Titles as a Django app, with its entry in the top bar."""

from typing import Any

from django.apps import AppConfig

from dudao_web.ui.menu import Entry


def may_read(membership: Any) -> bool:
    """As ``rules.may_read``, which can be imported only once the models are there."""
    from dudao_web.titles import rules

    return rules.may_read(membership)


class TitlesConfig(AppConfig):
    name = "dudao_web.titles"
    label = "titles"
    menu = (Entry("称号", "titles:index", order=35, may=may_read),)
