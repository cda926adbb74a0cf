"""Units as a Django app, with its entry in the top bar."""

from typing import Any

from django.apps import AppConfig

from dudao_web.orgs import words
from dudao_web.ui.menu import Entry


def guards_accounts(membership: Any) -> bool:
    """As ``admins.guards_accounts``, which can be imported only once the models are there."""
    from dudao_web.orgs import admins

    return admins.guards_accounts(membership)


def reads_record(membership: Any) -> bool:
    """As ``admins.reads_record``."""
    from dudao_web.orgs import admins

    return admins.reads_record(membership)


class OrgsConfig(AppConfig):
    name = "dudao_web.orgs"
    label = "orgs"
    acts = words.ACTS
    menu = (
        Entry("单位", "orgs:tree", order=60),
        Entry("账号安全", "orgs:security:index", order=65, may=guards_accounts),
        Entry("操作记录", "orgs:record:index", order=66, may=reads_record),
    )
