"""Submissions as a Django app, with its entry in the top bar."""

from typing import ClassVar

from django.apps import AppConfig

from dudao_web.ui.menu import Entry


class SubmissionsConfig(AppConfig):
    name = "dudao_web.submissions"
    label = "submissions"
    menu = (Entry("填报", "submissions:index", order=30, may="dudao_web.submissions.rules.may_read"),)
    acts: ClassVar[dict[str, str]] = {  # words of its acts, see orgs.words
        "submissions.begin": "开始填报",
        "submissions.begin_reading": "开始读取",
        "submissions.confirm": "确认填报",
        "submissions.enter": "网上填写",
        "submissions.export": "下载补充表",
        "submissions.explain": "说明数据问题",
        "submissions.read": "读取完成",
        "submissions.read_again": "重新读取",
        "submissions.read_failed": "读取未完成",
        "submissions.receive": "收到文件",
        "submissions.replace": "替换填报",
        "submissions.send_back": "退回填报",
        "submissions.set_aside": "搁置文件",
        "submissions.submit": "提交填报",
        "submissions.submit_again": "重新提交填报",
        "submissions.take_back": "撤销退回",
        "submissions.withdraw": "撤下填报",
    }

    def ready(self) -> None:
        """Make the stage types of the unit's own work known."""
        from dudao_web.campaigns import stage_type
        from dudao_web.submissions import stages

        for found in stages.STAGES:
            stage_type.register(found)
