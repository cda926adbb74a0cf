"""Notices as a Django app, with its entry in the top bar."""

from typing import ClassVar

from django.apps import AppConfig

from dudao_web.ui.menu import Entry


class NoticesConfig(AppConfig):
    name = "dudao_web.notices"
    label = "notices"
    menu = (Entry("通知", "notices:index", order=50, may="dudao_web.notices.rules.may_read"),)
    acts: ClassVar[dict[str, str]] = {  # words of its acts, see orgs.words
        "notices.acknowledge": "签收通知",
        "notices.send": "发通知",
        "notices.urge": "催办通知",
    }
