"""Evidence as a Django app. No entry in the top bar: files are reached from where they were handed in."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "dudao_web.evidence"
    label = "evidence"
