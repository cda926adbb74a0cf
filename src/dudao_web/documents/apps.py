"""Documents as a Django app, with its entry in the top bar."""

from typing import Any, ClassVar

from django.apps import AppConfig

from dudao_web.ui.menu import Entry


def may_read(membership: Any) -> bool:
    """As ``rules.may_read``, which can be imported only once the models are there."""
    from dudao_web.documents import rules

    return rules.may_read(membership)


class DocumentsConfig(AppConfig):
    name = "dudao_web.documents"
    label = "documents"
    menu = (Entry("公文", "documents:index", order=55, may=may_read),)
    acts: ClassVar[dict[str, str]] = {  # words of its acts, see orgs.words
        "documents.issue": "印发公文",
    }
