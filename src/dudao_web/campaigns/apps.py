"""Campaigns as a Django app, with its entry in the top bar and its stage types."""

from typing import ClassVar

from django.apps import AppConfig

from dudao_web.ui.menu import Entry


class CampaignsConfig(AppConfig):
    name = "dudao_web.campaigns"
    label = "campaigns"
    menu = (Entry("督导项目", "campaigns:index", order=20, may="dudao_web.campaigns.rules.READERS"),)
    home_blocks = ("dudao_web.campaigns.home.block",)
    home_asides = ("dudao_web.campaigns.home.aside",)
    acts: ClassVar[dict[str, str]] = {  # words of its acts, see orgs.words
        "campaigns.approve": "审核通过",
        "campaigns.ask_unlock": "申请修改",
        "campaigns.begin": "开始填写",
        "campaigns.close": "办结项目",
        "campaigns.close_stage": "办结阶段",
        "campaigns.decline_unlock": "不同意修改",
        "campaigns.export": "导出督导数据",
        "campaigns.hand_in": "提交",
        "campaigns.judge": "评定",
        "campaigns.launch": "启动项目",
        "campaigns.load_calendar": "载入工作日历",
        "campaigns.move_dates": "改期",
        "campaigns.prepare": "新建项目",
        "campaigns.register": "登记督导程序",
        "campaigns.revise": "修改筹备",
        "campaigns.send_back": "审核退回",
        "campaigns.sign": "签署意见",
        "campaigns.unlock": "同意修改",
        "campaigns.withdraw": "撤销筹备",
    }

    def ready(self) -> None:
        """Make the stage types known."""
        from dudao_web.campaigns import stage_type, stages

        for found in stages.STAGES:
            stage_type.register(found)
