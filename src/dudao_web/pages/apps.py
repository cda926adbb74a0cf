"""Pages as a Django app: the start page, with its entry in the top bar."""

from django.apps import AppConfig

from dudao_web.ui.menu import Entry


class PagesConfig(AppConfig):
    name = "dudao_web.pages"
    label = "pages"
    menu = (Entry("待办", "pages:home", order=10),)
