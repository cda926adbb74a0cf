"""Submissions as a Django app, with its entry in the top bar."""

from typing import Any

from django.apps import AppConfig

from dudao_web.ui.menu import Entry


def may_read(membership: Any) -> bool:
    """As ``rules.may_read``, which can be imported only once the models are there."""
    from dudao_web.submissions import rules

    return rules.may_read(membership)


class SubmissionsConfig(AppConfig):
    name = "dudao_web.submissions"
    label = "submissions"
    menu = (Entry("填报", "submissions:index", order=20, may=may_read),)
