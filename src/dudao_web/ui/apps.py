"""The shared look as a Django app."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "dudao_web.ui"
    label = "ui"
