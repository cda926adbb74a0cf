"""Tasks as a Django app."""

from typing import ClassVar

from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "dudao_web.tasks"
    label = "tasks"
    acts: ClassVar[dict[str, str]] = {  # words of its acts, see orgs.words
        "tasks.set_address": "设提醒邮箱",
    }
