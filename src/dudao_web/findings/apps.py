"""Findings as a Django app."""

from django.apps import AppConfig


class FindingsConfig(AppConfig):
    name = "dudao_web.findings"
    label = "findings"
