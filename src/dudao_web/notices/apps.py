"""Notices as a Django app, with its entry in the top bar."""

from typing import Any, ClassVar

from django.apps import AppConfig

from dudao_web.ui.menu import Entry


def may_read(membership: Any) -> bool:
    """As ``rules.may_read``, which can be imported only once the models are there."""
    from dudao_web.notices import rules

    return rules.may_read(membership)


class NoticesConfig(AppConfig):
    name = "dudao_web.notices"
    label = "notices"
    menu = (Entry("通知", "notices:index", order=50, may=may_read),)
    acts: ClassVar[dict[str, str]] = {  # words of its acts, see orgs.words
        "notices.acknowledge": "签收通知",
        "notices.send": "发通知",
        "notices.urge": "催办通知",
    }
