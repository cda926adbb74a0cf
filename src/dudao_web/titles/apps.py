"""Titles as a Django app, with its entry in the top bar."""

from typing import ClassVar

from django.apps import AppConfig

from dudao_web.ui.menu import Entry


class TitlesConfig(AppConfig):
    name = "dudao_web.titles"
    label = "titles"
    menu = (Entry("称号", "titles:index", order=35, may="dudao_web.titles.rules.may_read"),)
    acts: ClassVar[dict[str, str]] = {  # words of its acts, see orgs.words
        "titles.award": "登记称号",
        "titles.correct_award": "更正称号",
        "titles.create_title": "新建称号",
        "titles.export": "导出称号或名单",
        "titles.freeze_cohort": "冻结名单",
        "titles.import": "导入称号",
        "titles.set_targets": "设目标数",
        "titles.withdraw": "撤销称号",
    }
