"""Evidence as a Django app, with its entry in the top bar."""

from typing import Any

from django.apps import AppConfig

from dudao_web.ui.menu import Entry


def may_read(membership: Any) -> bool:
    """As ``queries.PROOF_READERS``, which can be imported only once the models are there."""
    from dudao_web.evidence import queries

    return membership.role in queries.PROOF_READERS


class EvidenceConfig(AppConfig):
    name = "dudao_web.evidence"
    label = "evidence"
    menu = (Entry("佐证材料", "evidence:index", order=25, may=may_read),)
