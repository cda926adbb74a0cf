"""Standards as a Django app, with its entry in the top bar."""

from typing import ClassVar

from django.apps import AppConfig

from dudao_web.ui.menu import Entry


class StandardsConfig(AppConfig):
    name = "dudao_web.standards"
    label = "standards"
    menu = (Entry("标准", "standards:index", order=70),)
    acts: ClassVar[dict[str, str]] = {  # words of its acts, see orgs.words
        "standards.load_items": "录入细则",
        "standards.register": "登记评估标准",
    }

    def ready(self) -> None:
        """Units file their proofs by the texts that are bound here, the newest of each standard."""
        from dudao_web.evidence import directory
        from dudao_web.standards import queries

        directory.use(queries.to_file_by, queries.by_key)
