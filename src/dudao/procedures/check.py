"""Cross checks of a loaded procedure: do keys and names meet, can the stages be walked through in order.

Here lives ``check``; what a single key may say is checked where it is read (``load``, ``quotas``, ``deadline``). Whether a named
standard exists is asked where standards are bound: a procedure's folder says ids only.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from dudao.procedures.clocks import LAUNCH
from dudao.procedures.deadline import Deadline
from dudao.procedures.model import MAIN, Procedure, Stage
from dudao.procedures.quotas import FILE
from dudao.standards.folder import ID
from dudao.standards.nodes import Problem


def check(procedure: Procedure) -> list[Problem]:
    """Every problem of meaning in a procedure; empty when it is sound."""
    return list(chain(_whole(procedure), _stages(procedure), _quotas(procedure)))


def _whole(procedure: Procedure) -> Iterator[Problem]:
    if not ID.fullmatch(procedure.id):
        yield Problem(MAIN, 1, f"id “{procedure.id}”应由小写字母、数字和 - 组成")
    if not procedure.stages:
        yield Problem(MAIN, 1, "没有阶段（stages）")
    if not procedure.kinds:
        yield Problem(MAIN, 1, "没有单位类型（kinds）")


def _stages(procedure: Procedure) -> Iterator[Problem]:
    before: dict[str, Stage] = {}
    keys = {stage.key for stage in procedure.stages}
    for stage in procedure.stages:
        for text in chain(_stage(stage, procedure), _before(stage, before, keys)):
            yield Problem(MAIN, stage.line, f"阶段 {stage.key} {text}")
        before.setdefault(stage.key, stage)


def _stage(stage: Stage, procedure: Procedure) -> Iterator[str]:
    """What one stage says by itself."""
    if stage.of_unit and stage.actor != "unit":
        yield f"类型 {stage.type} 由单位自己办理，actor 应为 unit"
    if not stage.of_unit and stage.actor == "unit":
        yield f"类型 {stage.type} 由督导部门办理，actor 不能是 unit"
    if (stage.inspector or stage.problems) and not stage.of_unit:
        yield "inspector、problems 只用于单位自己办理的阶段"
    if stage.type == "review" and not (stage.judges and stage.reconcile):
        yield "类型 review 须写 judges（review 复查、spot 抽查）和 reconcile（majority、mean、leader）"
    if stage.type != "review" and (stage.judges or stage.reconcile or stage.objection):
        yield "judges、reconcile、objection 只用于类型 review 的阶段"
    if stage.due is not None and stage.opens is not None:
        for year in _years(procedure):
            opens, due = stage.opens.begins(year), stage.due.ends(year)
            if opens is not None and due is not None and due < opens:
                yield f"截止 {due} 早于开始 {opens}"
                break


def _years(procedure: Procedure) -> range:
    """The years in which its dates are tried: its own, else one that stands for any; of many years the first ones."""
    years = procedure.years
    return range(years.first, min(years.last, years.first + 20) + 1) if years else range(2000, 2001)


def _before(stage: Stage, before: dict[str, Stage], keys: set[str]) -> Iterator[str]:
    """What it says of other stages: they must stand before it."""
    if stage.key in before:
        yield "重复"
    for key in stage.needs:
        if key not in before:
            yield f"needs 写的 {key} {_not_before(key, keys)}"
    for deadline in (stage.opens, stage.due):
        yield from _event(deadline, before, keys)
    if stage.draws_from is not None and stage.draws_from not in before:
        yield f"cases 写的 {stage.draws_from} {_not_before(stage.draws_from, keys)}"
    elif stage.cases not in ("all", "open_findings") and not stage.cases.startswith(("sample:", "quota:")):
        yield f"cases “{stage.cases}”应为 all、quota:列名、sample:阶段 或 open_findings"


def _event(deadline: Deadline | None, before: dict[str, Stage], keys: set[str]) -> Iterator[str]:
    if deadline is None or not deadline.after or deadline.after == LAUNCH:
        return
    key, dot, edge = deadline.after.partition(".")
    if not dot or edge not in ("opened", "closed"):
        yield f"after “{deadline.after}”应为 {LAUNCH}、阶段.opened 或 阶段.closed"
    elif key not in before:
        yield f"after 写的 {key} {_not_before(key, keys)}"


def _not_before(key: str, keys: set[str]) -> str:
    return "不在它前面" if key in keys else "不是这个程序的阶段"


def _quotas(procedure: Procedure) -> Iterator[Problem]:
    """The columns are stages that take quotas; a stage that takes one has its column; a sample is no more than what it is drawn from."""
    table = procedure.quotas
    takes = [stage for stage in procedure.stages if stage.cases.startswith("quota:")]
    named = {stage.cases.removeprefix("quota:"): stage for stage in takes}
    columns = {column.stage for column in table.columns} if table else set()
    for name, stage in named.items():
        if name not in columns:
            yield Problem(MAIN, stage.line, f"阶段 {stage.key} cases 写的 quota:{name} 不是 {FILE} 的列")
    if table is None:
        return
    samples = {stage.key: stage.draws_from for stage in procedure.stages if stage.draws_from is not None}
    years = procedure.years
    for column in table.columns:
        if column.stage not in named and column.stage not in samples:
            yield Problem(FILE, column.line, f"列 {column.stage} 没有阶段用到")
        if years and not years.first <= column.year <= years.last:
            text = f"{column.year} 年不在程序的年度 {years.first} 至 {years.last} 之内"
            yield Problem(FILE, column.line, text)
        of = samples.get(column.stage)
        for row in table.rows if of else ():
            drawn = table.number(row.district, column.year, column.stage) or 0
            whole = table.number(row.district, column.year, of or "")
            if whole is not None and drawn > whole:
                text = f"{row.district} {column.year} 年 {column.stage} {drawn} 多于 {of} {whole}"
                yield Problem(FILE, row.line, text)
