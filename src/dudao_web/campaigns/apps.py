"""Campaigns as a Django app."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "dudao_web.campaigns"
    label = "campaigns"
