"""Standards as a Django app, with its entry in the top bar."""

from django.apps import AppConfig

from dudao_web.ui.menu import Entry


class StandardsConfig(AppConfig):
    name = "dudao_web.standards"
    label = "standards"
    menu = (Entry("标准", "standards:index", order=70),)
