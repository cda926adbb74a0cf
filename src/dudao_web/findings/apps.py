"""Findings as a Django app, with its entry in the top bar."""

from typing import Any, ClassVar

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
    acts: ClassVar[dict[str, str]] = {  # words of its acts, see orgs.words
        "findings.answer": "答复问题",
        "findings.export": "导出问题清单",
        "findings.hand_up": "报上级协调",
        "findings.mend": "记问题已整改",
        "findings.note": "登记问题",
        "findings.withdraw": "撤销问题",
    }
