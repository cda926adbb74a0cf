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
    menu = (Entry("填报", "submissions:index", order=30, may=may_read),)

    def ready(self) -> None:
        """Make the stage types of the unit's own work known."""
        from dudao_web.campaigns import stage_type
        from dudao_web.submissions import stages

        for found in stages.STAGES:
            stage_type.register(found)
