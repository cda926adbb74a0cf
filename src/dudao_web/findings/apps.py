"""Findings as a Django app, with its entry in the top bar."""

from typing import Any

from django.apps import AppConfig

from dudao_web.ui.menu import Entry


def may_read(membership: Any) -> bool:
    """Offices, units and inspectors; the rules can be imported only once the models are there."""
    from dudao_web.findings import rules

    return membership.role in rules.READERS


class FindingsConfig(AppConfig):
    name = "dudao_web.findings"
    label = "findings"
    menu = (Entry("问题与整改", "findings:index", order=40, may=may_read),)
