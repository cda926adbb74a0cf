"""Inspections as a Django app, with its entry in the top bar, its stage type and the words of its acts."""

from typing import ClassVar

from django.apps import AppConfig

from dudao_web.ui.menu import Entry


class InspectionsConfig(AppConfig):
    name = "dudao_web.inspections"
    label = "inspections"
    menu = (Entry("评分表", "inspections:sheets", order=25, may="dudao_web.inspections.rules.READERS"),)
    acts: ClassVar[dict[str, str]] = {  # words of its acts, see orgs.words
        "inspections.declare_tie": "申报回避关系",
        "inspections.end_tie": "解除回避关系",
        "inspections.form_team": "建立督导组",
        "inspections.join_team": "加入督导组",
        "inspections.leave_team": "退出督导组",
        "inspections.assign": "分配评分表",
        "inspections.score": "评分",
        "inspections.submit": "提交评分表",
        "inspections.acknowledge": "已阅督导反馈",
        "inspections.export": "导出表格",
        "inspections.plan_draw": "公布抽样框",
        "inspections.draw": "抽取",
        "inspections.cancel_draw": "作废抽样",
        "inspections.replace": "递补",
        "inspections.object": "提出申辩",
        "inspections.withdraw_objection": "撤回申辩",
        "inspections.answer_objection": "答复申辩",
        "inspections.read_answer": "已阅申辩答复",
        "inspections.end_objections": "结束申辩期",
        "inspections.plan_visit": "安排实地督导",
        "inspections.notify_visit": "发实地督导通知",
        "inspections.unannounced_visit": "说明不发通知的理由",
        "inspections.cancel_visit": "取消实地督导",
        "inspections.observe": "记录观察",
        "inspections.finish_visit": "完成实地督导",
    }

    def ready(self) -> None:
        """Make the stage type known."""
        from dudao_web.campaigns import stage_type
        from dudao_web.inspections import stages

        for found in stages.STAGES:
            stage_type.register(found)
