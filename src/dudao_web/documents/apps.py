"""Documents as a Django app, with its entry in the top bar."""

from typing import ClassVar

from django.apps import AppConfig

from dudao_web.ui.menu import Entry


class DocumentsConfig(AppConfig):
    name = "dudao_web.documents"
    label = "documents"
    menu = (Entry("公文", "documents:index", order=55, may="dudao_web.documents.rules.may_read"),)
    acts: ClassVar[dict[str, str]] = {  # words of its acts, see orgs.words
        "documents.issue": "印发公文",
    }
