"""Rows for ``dudao-web export``: the acts of a campaign, as the record has them (columns: the docs)."""

import json
from collections.abc import Iterator

from dudao_web.orgs.models import Action

ACTIONS = ("seq", "at", "actor", "as", "action", "object", "after", "data", "prev", "hash")


def actions(campaign: str) -> tuple[tuple[str, ...], Iterator[tuple[object, ...]]]:
    """One row an act; ``campaign``: its key, which is the name of its chain."""
    acts = Action.objects.filter(chain=campaign).order_by("seq")

    def found() -> Iterator[tuple[object, ...]]:
        for act in acts.iterator(chunk_size=100):
            data = json.dumps(act.data, ensure_ascii=False, sort_keys=True)
            yield (
                act.seq,
                act.at,
                act.actor,
                act.membership,
                act.action,
                act.object,
                act.after,
                data,
                act.prev,
                act.hash,
            )

    return ACTIONS, found()
