"""Units as a Django app, with its entry in the top bar."""

from django.apps import AppConfig

from dudao_web.orgs import words
from dudao_web.ui.menu import Entry


class OrgsConfig(AppConfig):
    name = "dudao_web.orgs"
    label = "orgs"
    acts = words.ACTS
    menu = (
        Entry("单位", "orgs:tree", order=60),
        Entry("账号安全", "orgs:security:index", order=65, may="dudao_web.orgs.admins.guards_accounts"),
        Entry("操作记录", "orgs:record:index", order=66, may="dudao_web.orgs.admins.reads_record"),
    )
