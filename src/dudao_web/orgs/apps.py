"""Units as a Django app, with its entry in the top bar."""

from django.apps import AppConfig

from dudao_web.ui.menu import Entry


class OrgsConfig(AppConfig):
    name = "dudao_web.orgs"
    label = "orgs"
    menu = (Entry("单位", "orgs:tree", order=60),)
