"""From a folder of YAML to a Procedure: strict, with file and line in every problem.

A folder holds ``procedure.yaml`` and may hold ``quotas.yaml`` (the table of numbers) and ``phases.yaml`` (the phases of a plan, as
beside a standard). Here live the reading and the catalogue. Not here: cross checks of meaning (``check``), dates (``clocks``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import yaml

from dudao.procedures import model, quotas
from dudao.procedures.check import check
from dudao.procedures.deadline import Deadline, DeadlineError, parse
from dudao.procedures.model import MAIN
from dudao.standards import phases
from dudao.standards.folder import ID, contents, digest, opened
from dudao.standards.nodes import Entry, Keys, Problem, StandardError

CATALOGUE = Path(__file__).parent / "catalogue"


class ProcedureError(StandardError):
    """A procedure that cannot be used; ``problems`` are all that were found, with file and line."""


def procedures() -> tuple[tuple[str, str, str], ...]:
    """The catalogue: id, title and 文号 of each.

    >>> [title for id, title, number in procedures() if id == "special-inspection"]
    ['教育专项督导']
    """
    loaded = (load_procedure(path) for path in sorted(CATALOGUE.iterdir()) if (path / MAIN).is_file())
    return tuple((item.id, item.title, item.number) for item in loaded)


def load_procedure(procedure: str | Path) -> model.Procedure:
    """The procedure of an id of the catalogue or of a folder; ProcedureError with every problem when it is not sound.

    >>> [stage.key for stage in load_procedure("zhenjiang-lookback").stages][2:5]
    ['self_check', 'self_approval', 'recheck']
    """
    folder = folder_of(procedure)
    return procedure_from(contents(folder), folder)


def procedure_from(files: Mapping[str, bytes], path: Path | None = None) -> model.Procedure:
    """The procedure in a folder's files (relative path -> bytes), as a campaign keeps them; ProcedureError with every problem."""
    problems: list[Problem] = []
    root = opened(files, MAIN, None, problems)
    found = _procedure(root, files, path, problems) if root else None
    if found is not None and not problems:
        problems += check(found)
    if problems or found is None:
        raise ProcedureError(sorted(set(problems)))
    return found


def folder_of(procedure: str | Path) -> Path:
    """The folder of a procedure, by its id in the catalogue or by its path; ProcedureError when there is none."""
    named = CATALOGUE / str(procedure)
    path = named if ID.fullmatch(str(procedure)) and named.is_dir() else Path(procedure)
    if not (path / MAIN).is_file():
        known = "、".join(sorted(item.name for item in CATALOGUE.iterdir() if (item / MAIN).is_file()))
        text = f"没有这个工作程序（应为含 {MAIN} 的文件夹，或目录中的：{known}）"
        raise ProcedureError([Problem(str(procedure), 1, text)])
    return path


def _procedure(
    root: Entry, files: Mapping[str, bytes], path: Path | None, problems: list[Problem]
) -> model.Procedure:
    keys = Keys(
        root,
        *("id", "version", "title", "number", "issuer", "since", "source", "note"),
        *("kinds", "years", "cycle", "topics", "asks_topic", "team", "ladder", "stages"),
    )
    source = keys.text("source")
    keys.need("kinds")
    keys.need("stages")
    return model.Procedure(
        id=keys.text("id"),
        version=keys.text("version"),
        title=keys.text("title"),
        number=keys.text("number"),
        issuer=keys.text("issuer"),
        since=keys.day("since"),
        source=source,
        note=keys.text("note", ""),
        sha256=digest(files),
        path=path,
        kinds=_kinds(keys),
        stages=tuple(_stage(item, source) for item in keys.items("stages")),
        years=_years(keys["years"]) if "years" in keys else None,
        cycle=_cycle(keys["cycle"]) if "cycle" in keys else None,
        quotas=quotas.read(files, problems),
        phases=phases.read(files, problems),
        topics=keys.texts("topics"),
        asks_topic=keys.flag("asks_topic"),
        team=_team(keys["team"]) if "team" in keys else None,
        ladder=_ladder(keys["ladder"]) if "ladder" in keys else None,
    )


def _kinds(keys: Keys) -> tuple[model.KindRule, ...]:
    rules = []
    for kind, entry in keys.pairs("kinds"):
        if kind not in model.KINDS:
            entry.problem(f"单位类型 {kind} 不在可用的值之中：{'、'.join(model.KINDS)}")
        standards = entry.texts()
        if not standards:
            entry.problem(f"单位类型 {kind} 没有评估标准")
        rules.append(model.KindRule(kind, standards))
    return tuple(rules)


def _years(entry: Entry) -> model.Years:
    keys = Keys(entry, "first", "last", "source")
    first, last = _whole(keys, "first"), _whole(keys, "last")
    if last < first:
        entry.problem(f"年度 {last} 早于 {first}")
    elif first < 1900 or last > 2100:
        entry.problem(f"年度 {first} 至 {last} 应在 1900 至 2100 之间")
    return model.Years(first, last, keys.text("source"))


def _cycle(entry: Entry) -> model.Cycle:
    keys = Keys(entry, "fewest", "most", "source")
    fewest, most = _whole(keys, "fewest"), _whole(keys, "most")
    if not 1 <= fewest <= most:
        entry.problem(f"周期 {fewest} 至 {most} 年不成立")
    return model.Cycle(fewest, most, keys.text("source"))


def _team(entry: Entry) -> model.Team:
    keys = Keys(entry, "fewest", "text", "source")
    fewest = _whole(keys, "fewest")
    if fewest < 1:
        entry.problem(f"督导小组的人数 {fewest} 应大于 0")
    return model.Team(fewest, keys.text("text"), keys.text("source"))


def _ladder(entry: Entry) -> model.Ladder:
    keys = Keys(entry, "note", "interview", "source")
    note, interview = _whole(keys, "note"), _whole(keys, "interview")
    if not 1 <= note < interview:
        entry.problem(f"逾期 {note} 天督办、{interview} 天提出约谈建议，后者应晚于前者")
    return model.Ladder(note, interview, keys.text("source"))


def _whole(keys: Keys, key: str) -> int:
    entry = keys.need(key)
    return entry.whole() if entry else 0


def _stage(entry: Entry, source: str) -> model.Stage:
    keys = Keys(
        entry,
        *("key", "title", "type", "actor", "text", "clause", "source", "opens", "due"),
        *("deliverables", "needs", "cases", "inspector", "problems"),
        *("judges", "reconcile", "objection"),
    )
    kind, actor = keys.need("type"), keys.need("actor")
    opens = _deadline(keys["opens"]) if "opens" in keys else None
    due = _deadline(keys["due"]) if "due" in keys else None
    if opens is None and due is not None and due.kind == "window":
        opens = due
    return model.Stage(
        key=keys.text("key"),
        title=keys.text("title"),
        type=kind.one_of(*model.TYPES) if kind else "",
        actor=actor.one_of(*model.ACTORS) if actor else "",
        text=keys.text("text"),
        clause=keys.text("clause"),
        source=keys.text("source", source),
        opens=opens,
        due=due,
        deliverables=tuple(_deliverable(item) for item in keys.items("deliverables")),
        needs=keys.texts("needs"),
        cases=keys.text("cases", "all"),
        inspector=keys.flag("inspector"),
        problems=keys.flag("problems"),
        line=entry.line,
        judges=keys["judges"].one_of(*model.JUDGES) if "judges" in keys else "",
        reconcile=keys["reconcile"].one_of(*model.RECONCILE) if "reconcile" in keys else "",
        objection=_deadline(keys["objection"], counted=True) if "objection" in keys else None,
    )


def _deliverable(entry: Entry) -> model.Deliverable:
    keys = Keys(entry, "kind", "title")
    kind = keys.need("kind")
    return model.Deliverable(kind.one_of(*model.DELIVERABLES) if kind else "", keys.text("title"))


def _deadline(entry: Entry, *, counted: bool = False) -> Deadline | None:
    """A text as printed, or ``{text: 1个月内, after: report.closed}`` for one that is counted from an event. ``counted``: the event is
    known from where it stands, so that the text alone says it.
    """
    text, after = entry, ""
    if isinstance(entry.node, yaml.MappingNode):
        keys = Keys(entry, "text", "after")
        found, after = keys.need("text"), keys.text("after")
        if found is None or not after:
            return None
        text = found
    try:
        deadline = parse(text.text())
    except DeadlineError as error:
        text.problem(str(error))
        return None
    if counted:
        if deadline.kind != "within" or after:
            entry.problem(f"“{deadline.text}”应是起算的期限，如 5日内、10个工作日内，不写 after")
        return deadline
    if deadline.kind == "within" and not after:
        entry.problem(
            f"“{deadline.text}”没有写从什么时候起算，应写成 {{text: {deadline.text}, after: 阶段.closed}}"
        )
    elif deadline.kind != "within" and after:
        entry.problem(f"“{deadline.text}”不是起算的期限，不能写 after")
    return replace(deadline, after=after)
