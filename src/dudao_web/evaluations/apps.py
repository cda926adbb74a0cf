"""Evaluations as a Django app, with its entry in the top bar."""

from typing import Any, ClassVar

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
    acts: ClassVar[dict[str, str]] = {  # words of its acts, see orgs.words
        "evaluations.ask_download": "要文件",
        "evaluations.begin": "开始计算",
        "evaluations.begin_download": "开始生成文件",
        "evaluations.download_failed": "文件未生成",
        "evaluations.export": "下载评估结果",
        "evaluations.finish": "计算完成",
        "evaluations.finish_download": "文件生成完成",
        "evaluations.run_failed": "计算未完成",
        "evaluations.start": "发起计算",
    }
