"""Findings as a Django app, with its entry in the top bar."""

from typing import ClassVar

from django.apps import AppConfig

from dudao_web.ui.menu import Entry


class FindingsConfig(AppConfig):
    name = "dudao_web.findings"
    label = "findings"
    menu = (Entry("问题与整改", "findings:index", order=40, may="dudao_web.findings.rules.READERS"),)
    home_asides = ("dudao_web.findings.home.aside",)
    acts: ClassVar[dict[str, str]] = {  # words of its acts, see orgs.words
        "findings.answer": "答复问题",
        "findings.assign": "交办问题",
        "findings.climb": "逾期问题升级",
        "findings.decide": "研究约谈建议",
        "findings.export": "导出整改台账",
        "findings.hand_up": "报上级协调",
        "findings.move_due": "调整整改时限",
        "findings.note": "登记问题",
        "findings.plan": "报送整改方案",
        "findings.progress": "报告整改进展",
        "findings.raise": "问题列入台账",
        "findings.reopen": "问题重新列入",
        "findings.report": "报告整改完成",
        "findings.return_plan": "退回整改方案",
        "findings.send_back": "退回整改",
        "findings.strike": "问题销号",
        "findings.urge": "督办问题",
        "findings.withdraw": "撤销问题",
    }
