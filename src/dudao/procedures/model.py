"""What a procedure says: frozen data, read from its folder by ``load``.

Here live the nouns and the plain questions one asks of them. Not here: reading (``load``), cross checks (``check``), dates (``clocks``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dudao.procedures.deadline import Deadline
from dudao.standards.phases import Phase

MAIN = "procedure.yaml"
"""The file that makes a folder a procedure."""
TYPES = ("data", "self_check", "approval", "notice", "manual", "review")
"""What a stage is: 填报, 自查, 审核, 通知, 办理 (opens, shows its clause, is closed by its owner with a note and a proof), 评定 (teams
judge the units that are drawn, or all of them, beside what the units say of themselves)."""
JUDGES = ("review", "spot")
"""Whose judgement a stage of review makes: 复查, 抽查."""
RECONCILE = ("majority", "mean", "leader")
"""How the single scores of a team become one: 多数 (a tie goes to the leader), 平均 (of points; grades by majority), 组长."""
ACTORS = ("unit", "owner", "county", "city", "province", "nation")
"""Who acts: the unit looked at, the office that launches the campaign, whatever its level, or the office of a level. Experts and the
public act through the office that asks them."""
OF_UNIT = ("data", "self_check")
"""The types in which every unit acts for itself; in the others an office does."""
KINDS = ("school", "kindergarten", "town", "department", "county", "functional", "direct", "city", "province")
"""学校, 幼儿园, 镇（街道）, 政府部门, 县（市、区）, 功能区, 市属, 设区市, 省."""
DELIVERABLES = ("data", "judgements", "report", "proof", "notice")
"""What a stage brings about: 数据, 判定, 报告, 佐证材料, 公文."""


@dataclass(frozen=True, slots=True)
class KindRule:
    """A kind of unit that takes part, and the ids of the standards that may be bound for it; the first is offered first."""

    kind: str
    standards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deliverable:
    """What a stage must bring about. ``kind``: one of DELIVERABLES."""

    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage (阶段) of a procedure, in the order of the document.

    ``text``: the clause as printed, ``clause``: its place, ``source``: the document it stands in. ``opens``, ``due``: None where the
    document names no day. ``needs``: keys of the stages that must be finished before. ``cases``: who takes part: all; quota:<column>,
    as many a district as the quota table has; sample:<stage>, drawn from those of an earlier stage; open_findings. ``inspector``:
    the 责任督学 comments and signs; ``problems``: a problem list is kept, with what the unit cannot mend handed up. Of a review:
    ``judges``, whose judgement it makes; ``reconcile``, how a team's single scores become one; ``objection``, how long after the
    feedback a unit may object (申辩), None where the document says nothing: until the office ends it.
    """

    key: str
    title: str
    type: str
    actor: str
    text: str
    clause: str
    source: str
    opens: Deadline | None
    due: Deadline | None
    deliverables: tuple[Deliverable, ...]
    needs: tuple[str, ...]
    cases: str
    inspector: bool
    problems: bool
    line: int
    judges: str = ""
    reconcile: str = ""
    objection: Deadline | None = None

    @property
    def of_unit(self) -> bool:
        """Whether every unit acts for itself here."""
        return self.type in OF_UNIT

    @property
    def draws_from(self) -> str | None:
        """The key of the stage that this one is a sample of."""
        return self.cases.removeprefix("sample:") if self.cases.startswith("sample:") else None


@dataclass(frozen=True, slots=True)
class QuotaColumn:
    """One column: how many units of each district a stage takes in a year. ``total``: as printed."""

    year: int
    stage: str
    title: str
    total: int
    line: int


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """One district. ``code``: of GB/T 2260, "" where it has none. ``totals``: stage -> sum of its years, where the table prints it."""

    district: str
    code: str
    numbers: tuple[int, ...]
    totals: Mapping[str, int]
    line: int


@dataclass(frozen=True, slots=True)
class Quotas:
    """The table of how many units are looked at (抽查计划表): a row a district, a column a year and stage; sums were checked on loading."""

    title: str
    source: str
    columns: tuple[QuotaColumn, ...]
    rows: tuple[QuotaRow, ...]

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the table."""
        return tuple(sorted({column.year for column in self.columns}))

    def number(self, district: str, year: int, stage: str) -> int | None:
        """How many units of a district, by its name or its code, a stage takes in a year; None where the table does not say.

        >>> from dudao.procedures import load_procedure
        >>> load_procedure("zhenjiang-lookback").quotas.number("丹阳市", 2018, "recheck")
        33
        """
        for row in self.rows:
            if district in (row.district, row.code) and district:
                for column, number in zip(self.columns, row.numbers, strict=True):
                    if (column.year, column.stage) == (year, stage):
                        return number
        return None

    def total(self, stage: str, *, year: int | None = None, district: str | None = None) -> int:
        """The sum of a stage's numbers, of one year or one district where it is named.

        >>> from dudao.procedures import load_procedure
        >>> load_procedure("zhenjiang-lookback").quotas.total("recheck")
        413
        """
        return sum(
            number
            for row in self.rows
            if district is None or district in (row.district, row.code)
            for column, number in zip(self.columns, row.numbers, strict=True)
            if column.stage == stage and (year is None or column.year == year)
        )


@dataclass(frozen=True, slots=True)
class Years:
    """From a year to a year, both counted, as the document says."""

    first: int
    last: int
    source: str


@dataclass(frozen=True, slots=True)
class Cycle:
    """Every unit's turn comes once in so many years."""

    fewest: int
    most: int
    source: str


@dataclass(frozen=True, slots=True)
class Team:
    """The team (督导小组): at least so many 督学."""

    fewest: int
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """What follows when a problem is not mended in time, in days after its due day: 督办 (a supervising note), then a proposal of 约谈."""

    note: int
    interview: int
    source: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure (工作程序). ``sha256``: over all files of its folder; ``path``: the folder, None when it was read from kept text.

    ``topics``: what the document tells to look at first, or, with ``asks_topic``, topics to choose from: such a campaign has its own.
    """

    id: str
    version: str
    title: str
    number: str
    issuer: str
    since: date
    source: str
    note: str
    sha256: str
    path: Path | None
    kinds: tuple[KindRule, ...]
    stages: tuple[Stage, ...]
    years: Years | None = None
    cycle: Cycle | None = None
    quotas: Quotas | None = None
    phases: tuple[Phase, ...] = ()
    topics: tuple[str, ...] = ()
    asks_topic: bool = False
    team: Team | None = None
    ladder: Ladder | None = None

    def stage(self, key: str) -> Stage:
        """The stage of a key; KeyError when there is none."""
        for stage in self.stages:
            if stage.key == key:
                return stage
        raise KeyError(key)

    def standards_for(self, kind: str) -> tuple[str, ...]:
        """The ids of the standards that may be bound for a kind of unit; none where the kind does not take part."""
        return next((rule.standards for rule in self.kinds if rule.kind == kind), ())
