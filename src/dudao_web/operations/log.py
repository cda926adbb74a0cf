"""The record of acts for an outsider: written out line by line, and checked (contracts §4)."""

import json
from pathlib import Path
from typing import Any

from django.apps import apps

from dudao_web.operations.home import Trouble
from dudao_web.orgs import chain
from dudao_web.orgs.actions import object_key, state
from dudao_web.orgs.models import Action


def row(act: Action) -> dict[str, Any]:
    """One act in the words of the contract, with its hash."""
    return {
        "chain": act.chain,
        "seq": act.seq,
        "at": chain.timestamp(act.at),
        "actor": act.actor,
        "as": act.membership,
        "action": act.action,
        "object": act.object,
        "after": act.after,
        "data": act.data,
        "prev": act.prev,
        "hash": act.hash,
    }


def export(chain_name: str, out: Path) -> int:
    """Write a chain, one JSON line an act; how many."""
    acts = Action.objects.filter(chain=chain_name).order_by("seq")
    count = 0
    with out.open("w", encoding="utf-8", newline="\n") as stream:
        for act in acts.iterator(chunk_size=500):
            stream.write(json.dumps(row(act), ensure_ascii=False, sort_keys=True) + "\n")
            count += 1
    return count


def _lines(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of an exported file by chain, in its order."""
    chains: dict[str, list[dict[str, Any]]] = {}
    try:
        with path.open(encoding="utf-8") as stream:
            for line in stream:
                act = json.loads(line)
                chains.setdefault(act["chain"], []).append(act)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Trouble(f"{path} 无法读取（{type(error).__name__}）。", code=2) from None
    return chains


def _rows(chain_name: str | None) -> dict[str, list[dict[str, Any]]]:
    """The rows of the database by chain."""
    chains: dict[str, list[dict[str, Any]]] = {}
    acts = Action.objects.filter(chain=chain_name) if chain_name else Action.objects.all()
    for act in acts.order_by("chain", "seq").iterator(chunk_size=500):
        chains.setdefault(act.chain, []).append(row(act))
    return chains


def verify(*, chain_name: str | None, file: Path | None, head: str | None) -> tuple[list[str], list[str]]:
    """What was found in order, and what is wrong: (lines "chain seq head", complaints)."""
    chains = _lines(file) if file else _rows(chain_name)
    if chain_name:
        chains = {name: rows for name, rows in chains.items() if name == chain_name}
    if not chains:
        raise Trouble("没有操作记录可以核验。", code=2)
    found: list[str] = []
    wrong: list[str] = []
    heads: set[str] = set()
    for name, rows in chains.items():
        try:
            broken, seq, last = chain.first_broken(rows)
        except (KeyError, TypeError):
            raise Trouble(f"操作记录 {name} 缺少内容，无法核验。", code=2) from None
        heads.update(str(act["hash"]) for act in rows[:seq])
        if broken is None:
            found.append(f"{name} {seq} {last}")
        else:
            wrong.append(f"{name} {broken}：记录与校验值不一致，自此条起不可信")
    if head and head not in heads:
        wrong.append(f"{head}：没有这个校验值，记录被截短或重写")
    if not file and not chain_name:
        wrong += _rows_without_acts()
    return found, wrong


def _rows_without_acts() -> list[str]:
    """Rows that are not as their last act left them, or that no act made, or that are gone."""
    last = dict(Action.objects.order_by("pk").values_list("object", "after"))
    wrong = []
    recorded = [model for model in apps.get_models() if getattr(model, "recorded", False)]
    for model in recorded:
        for obj in model._base_manager.order_by("pk").iterator(chunk_size=500):
            key = object_key(obj)
            after = last.pop(key, None)
            if after is None:
                wrong.append(f"{key}：没有建立它的操作记录")
            elif after != chain.digest(state(obj)):
                wrong.append(f"{key}：内容与最后一次操作记录不一致")
    names = {model._meta.model_name for model in recorded}
    gone = [key for key in last if key.partition(":")[0] in names]
    return wrong + [f"{key}：有操作记录，但数据已不存在" for key in gone]
