"""Campaigns as a Django app, with its entry in the top bar and its stage types."""

from django.apps import AppConfig

from dudao_web.ui.menu import Entry


class CampaignsConfig(AppConfig):
    name = "dudao_web.campaigns"
    label = "campaigns"
    menu = (Entry("督导项目", "campaigns:index", order=20),)

    def ready(self) -> None:
        """Make the stage types known."""
        from dudao_web.campaigns import stage_type, stages

        for found in stages.STAGES:
            stage_type.register(found)
