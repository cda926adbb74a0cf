"""Evaluations as a Django app, with its entry in the top bar."""

from typing import Any

from django.apps import AppConfig

from dudao_web.ui.menu import Entry


def may_read(membership: Any) -> bool:
    """As ``rules.may_read``, which can be imported only once the models are there."""
    from dudao_web.evaluations import rules

    return rules.may_read(membership)


class EvaluationsConfig(AppConfig):
    name = "dudao_web.evaluations"
    label = "evaluations"
    menu = (Entry("结论", "evaluations:index", order=30, may=may_read),)
