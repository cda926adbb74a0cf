"""Titles as a Django app."""

from django.apps import AppConfig


class TitlesConfig(AppConfig):
    name = "dudao_web.titles"
    label = "titles"
