"""The record of acts for an outsider: written out line by line, checked, its heads noted each day (contracts §4).

Whatever the size of the office: no chain and no table is ever held in memory as a whole.
"""

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Max

from dudao_web.operations.home import Trouble
from dudao_web.operations.snapshot import snapshot
from dudao_web.orgs import chain
from dudao_web.orgs.actions import object_key, record_export, state
from dudao_web.orgs.models import Action, Org

UNCHANGING = frozenset(  # acts that leave the row they stand on as it is, as every "<app>.export" does
    {
        "campaigns.load_calendar",
        "operations.back_up",
        "orgs.end_logins",
        "orgs.export_record",
        "orgs.merge_orgs",  # stands on the unit that the others go into; these are in its data
        "orgs.renew_recovery_codes",
        "orgs.sign_in",
        "orgs.unlock",
        "orgs.use_recovery_code",
    }
)
CHUNK = 100  # rows read at a time: a run's result alone may be some MB


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


def give_out(chain_name: str, out: Path) -> int:
    """Write a chain and say so in the record, by the system itself; in ``office`` that act is the last line. 0: no such chain."""
    if known := Action.objects.filter(chain=chain_name).count():
        top = Org.objects.filter(parent=None).order_by("pk").first()
        if top is not None:
            record_export(by=None, action="orgs.export", what=f"操作记录 {chain_name}", rows=known, obj=top)
        return export(chain_name, out)
    return 0


def export(chain_name: str, out: Path) -> int:
    """Write a chain, one JSON line an act; how many."""
    acts = Action.objects.filter(chain=chain_name).order_by("seq")
    count = 0
    with out.open("w", encoding="utf-8", newline="\n") as stream:
        for act in acts.iterator(chunk_size=CHUNK):
            stream.write(json.dumps(row(act), ensure_ascii=False, sort_keys=True) + "\n")
            count += 1
    return count


# --- the heads, day by day


def heads() -> list[tuple[str, int, str]]:
    """(chain, seq, head) of every chain, as each now ends."""
    last = Action.objects.values("chain").annotate(last=Max("seq")).order_by("chain")
    return [
        (one["chain"], one["last"], Action.objects.get(chain=one["chain"], seq=one["last"]).hash)
        for one in last
    ]


def write_heads(on: date) -> list[str]:
    """Append "date chain seq head" of every chain to DUDAO_HOME/heads/heads-YYYY.txt, once per date and chain.

    The file is outside the database: who cuts or rewrites a chain there does not change it. Returns the new lines.
    """
    folder = Path(settings.HOME) / "heads"
    folder.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(folder / f"heads-{on.year:04}.txt", os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+", encoding="utf-8", newline="\n") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)  # two workers on the same morning
        noted = {tuple(line.split(" ")[:2]) for line in stream}
        new = [
            f"{on} {name} {seq} {head}" for name, seq, head in heads() if (on.isoformat(), name) not in noted
        ]
        stream.writelines(f"{line}\n" for line in new)
        stream.flush()
        os.fsync(handle)
    return new


# --- the check


def verify(*, chain_name: str | None, file: Path | None, head: str | None) -> tuple[list[str], list[str]]:
    """What was found in order, and what is wrong: (lines "chain seq head", complaints).

    Without ``file`` also every row that acts were done on: is it as its last act left it? With ``chain_name``
    those whose last act is in that chain.
    """
    if file:
        return _walk(_lines(file, chain_name), head)
    with snapshot():
        found, wrong = _walk(_acts(chain_name), head)
        return found, wrong + _rows_without_acts(chain_name)


def _lines(path: Path, chain_name: str | None) -> Iterator[dict[str, Any]]:
    """The rows of an exported file in its order."""
    try:
        with path.open(encoding="utf-8") as stream:
            for line in stream:
                act = json.loads(line)
                if chain_name is None or act["chain"] == chain_name:
                    yield act
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Trouble(f"{path} 无法读取（{type(error).__name__}）。", code=2) from None


def _acts(chain_name: str | None) -> Iterator[dict[str, Any]]:
    """The rows of the database, chain by chain."""
    acts = Action.objects.filter(chain=chain_name) if chain_name else Action.objects.all()
    return (row(act) for act in acts.order_by("chain", "seq").iterator(chunk_size=CHUNK))


def _walk(acts: Iterable[dict[str, Any]], head: str | None) -> tuple[list[str], list[str]]:
    """Every chain from its first row: where it ends, and where it breaks."""
    walks: dict[str, chain.Walk] = {}
    met = False
    for act in acts:
        try:
            walk = walks.setdefault(act["chain"], chain.Walk())
            met |= walk.take(act) and walk.head == head
        except (KeyError, TypeError):
            name = act.get("chain") if isinstance(act, dict) else ""
            raise Trouble(f"操作记录 {name} 缺少内容，无法核验。", code=2) from None
    if not walks:
        raise Trouble("没有操作记录可以核验。", code=2)
    found = [f"{name} {walk.seq} {walk.head}" for name, walk in walks.items() if walk.broken is None]
    wrong = [
        f"{name} {walk.broken}：记录与校验值不一致，自此条起不可信"
        for name, walk in walks.items()
        if walk.broken is not None
    ]
    if head and not met:
        wrong.append(f"{head}：没有这个校验值，记录被截短或重写")
    return found, wrong


def _rows_without_acts(chain_name: str | None) -> list[str]:
    """Rows that are not as their last act left them, or that no act made, or that are gone."""
    wrong: list[str] = []
    recorded = [model for model in apps.get_models() if getattr(model, "recorded", False)]
    with closing(sqlite3.connect("")) as last:  # a nameless database is a file of its own that goes with it
        _gather(last)
        for model in recorded:
            wrong += _compare(model, last, chain_name)
        gone = last.execute("SELECT object, chain FROM last WHERE NOT seen ORDER BY rowid")
        names = {model._meta.model_name for model in recorded}
        for key, where in gone:
            if key.partition(":")[0] in names and chain_name in (None, where):
                wrong.append(f"{key}：有操作记录，但数据已不存在")
    for model in apps.get_models():
        if hasattr(model, "verify_rows"):
            wrong += model.verify_rows()
    return wrong


def _gather(last: sqlite3.Connection) -> None:
    """The last act that changed each object: its hash and chain. One on many rows lists them in its data."""
    last.execute(
        "CREATE TABLE last (object TEXT PRIMARY KEY, after TEXT, chain TEXT, seen INTEGER DEFAULT 0)"
    )
    acts = Action.objects.order_by("pk").values_list("object", "after", "chain", "data", "action")

    def objects() -> Iterator[tuple[str, str, str]]:
        for key, after, name, data, action in acts.iterator(chunk_size=CHUNK):
            if not key.endswith(":batch") and action not in UNCHANGING and not action.endswith(".export"):
                yield key, after, name
            yield from ((one, its, name) for one, its in data.get("objects", {}).items())

    last.executemany("INSERT OR REPLACE INTO last (object, after, chain) VALUES (?, ?, ?)", objects())


def _compare(model: type[models.Model], last: sqlite3.Connection, chain_name: str | None) -> Iterator[str]:
    """Complaints about the rows of one model."""
    for obj in model._base_manager.order_by("pk").iterator(chunk_size=CHUNK):
        key = object_key(obj)
        known = last.execute("SELECT after, chain FROM last WHERE object = ?", (key,)).fetchone()
        if known is None:
            if chain_name is None:
                yield f"{key}：没有建立它的操作记录"
            continue
        last.execute("UPDATE last SET seen = 1 WHERE object = ?", (key,))
        if chain_name in (None, known[1]) and known[0] != chain.digest(state(obj)):
            yield f"{key}：内容与最后一次操作记录不一致"
