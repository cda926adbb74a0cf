"""Evaluations as a Django app, with its entry in the top bar."""

from typing import ClassVar

from django.apps import AppConfig

from dudao_web.ui.menu import Entry


class EvaluationsConfig(AppConfig):
    name = "dudao_web.evaluations"
    label = "evaluations"
    menu = (Entry("结论", "evaluations:index", order=30, may="dudao_web.evaluations.rules.may_read"),)
    acts: ClassVar[dict[str, str]] = {  # words of its acts, see orgs.words
        "evaluations.ask_download": "要文件",
        "evaluations.begin": "开始计算",
        "evaluations.begin_download": "开始生成文件",
        "evaluations.download_failed": "文件未生成",
        "evaluations.export": "下载评估结果",
        "evaluations.finish": "计算完成",
        "evaluations.finish_download": "文件生成完成",
        "evaluations.recompute": "按整改后的数据重新计算",
        "evaluations.run_failed": "计算未完成",
        "evaluations.start": "发起计算",
    }
