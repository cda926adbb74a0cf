"""What the 补充表 of a set say at present: each unit with its returns, each answer with the return it stands in.

Here lives what may be changed on the web and what came in a file. Not here: the page (``supplement_page``), what follows
from the answers (``foresight``), changing anything (``actions``).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from dudao.intake.labels import ATTACHED, IDENTITY
from dudao.intake.template import county_fields, school_fields
from dudao.standards.model import Field, Formula, Instead, Ratio, Standard
from dudao.tables import Figure
from dudao_web.orgs.models import Org
from dudao_web.submissions import figures
from dudao_web.submissions.models import Submission
from dudao_web.submissions.queries import ReturnSet


@dataclass(frozen=True)
class Unit:
    """The county, or a school with a return, and its 补充表. ``own``: the real form; ``entered``: what was typed on the web;
    ``uploaded``: what came in files, the latest last.
    """

    form: str
    code: str
    name: str
    own: Submission | None
    entered: Submission | None
    uploaded: tuple[Submission, ...]
    org: Org | None

    @property
    def seen(self) -> str:
        """What a form was shown from: another value means that somebody else saved in the meantime."""
        rows = [self.entered, *self.uploaded]
        return "-".join(str(row.pk) for row in rows if row is not None)

    @property
    def sent_back(self) -> bool:
        """Whether what was typed was sent back: saved once more, it is handed in again."""
        return self.entered is not None and self.entered.state == "returned"

    @cached_property
    def typed(self) -> dict[str, str]:
        """Field -> what was typed on the web."""
        return {} if self.entered is None else texts(self.entered)

    @cached_property
    def given(self) -> dict[str, tuple[Submission, Figure]]:
        """Field -> the answer that came in a file, and the return it stands in."""
        found: dict[str, tuple[Submission, Figure]] = {}
        for row in (self.own, *self.uploaded):
            for name, figure in figures.decode(row.figures).items() if row is not None else ():
                if figure.state in ("given", "refused"):
                    found.setdefault(name, (row, figure))
        return found

    @cached_property
    def filed(self) -> dict[str, str]:
        """Field -> the answer in the uploaded 补充表, as it would be typed."""
        found: dict[str, str] = {}
        for row in self.uploaded:
            found = texts(row) | found
        return found

    @property
    def doubled(self) -> list[str]:
        """Fields that were typed and also came in a 补充表, with another value."""
        return [name for name, text in self.typed.items() if name in self.filed and self.filed[name] != text]

    def locked(self, name: str) -> bool:
        """Whether a field came in a file and is not changed on the web."""
        return name in self.given and name not in self.typed


def text_of(figure: Figure) -> str:
    """A figure as it would be typed."""
    if isinstance(figure.value, bool):
        return "是" if figure.value else "否"
    return f"{figure.value:f}" if isinstance(figure.value, Decimal) else figure.value or ""


def texts(row: Submission) -> dict[str, str]:
    """Field -> answer of a 补充表 as it would be typed; whatever only names the unit is left out."""
    stored = figures.decode(row.figures).items()
    return {name: text_of(figure) for name, figure in stored if figure.known and name not in IDENTITY}


def county(of: ReturnSet, rows: Iterable[Submission]) -> Unit:
    """The county of a set."""
    rows = list(rows)
    own = next((row for row in rows if row.form == "county"), None)
    entered, uploaded = _told([row for row in rows if row.form == "county_supplement"])
    return Unit("county_supplement", of.county.code, of.county.name, own, entered, uploaded, of.county)


def schools(rows: Iterable[Submission]) -> dict[str, Unit]:
    """The schools of a set by code: those whose return came in, in the order of the list."""
    rows = list(rows)
    told: dict[str, list[Submission]] = {}
    for row in rows:
        if row.form == "supplement":
            told.setdefault(row.code, []).append(row)
    found: dict[str, Unit] = {}
    for row in rows:
        if row.form == "school" and row.code:
            entered, uploaded = _told(told.get(row.code, []))
            found.setdefault(
                row.code, Unit("supplement", row.code, row.name, row, entered, uploaded, row.unit)
            )
    return found


def _told(rows: list[Submission]) -> tuple[Submission | None, tuple[Submission, ...]]:
    """What was typed, and what came in files."""
    ordered = sorted(rows, key=lambda row: row.pk)
    entered = next((row for row in reversed(ordered) if row.upload.entered), None)
    return entered, tuple(row for row in ordered if not row.upload.entered)


def asked_of_county(standard: Standard) -> tuple[Field, ...]:
    """What the 补充表 asks of the county, beside whose it is."""
    return tuple(field for field in county_fields(standard) if field.name not in IDENTITY)


def asked_of_schools(standard: Standard) -> tuple[Field, ...]:
    """What the 补充表 asks of schools. 附设班学段 is left out: such a school hands in the wide form."""
    left = IDENTITY | {ATTACHED}
    return tuple(field for field in school_fields(standard) if field.name not in left)


def parts_of_stages(standard: Standard) -> frozenset[str]:
    """Fields that tell a resource of the whole school apart by stage: asked where a school has several stages."""
    rules = [item.rule for item in standard.indicators if isinstance(item.rule, Ratio)]
    texts = {text for rule in rules for text in rule.by_stage.values()}
    return frozenset(field.name for field in standard.fields if field.supplementary and field.name in texts)


def by_flag(standard: Standard) -> dict[str, frozenset[str]]:
    """Field -> the flags (是/否 of the school's own return) under which alone a relief asks for it."""
    found: dict[str, set[str]] = {}
    for rule in (item.rule for item in standard.indicators):
        for relief in rule.reliefs if isinstance(rule, Formula | Ratio) else ():
            text = relief.text if isinstance(relief, Instead) else relief.adds
            for name in set(re.findall(r"[a-z]\w*", text)):
                found.setdefault(name, set()).add(relief.flag)
    asked = {field.name for field in asked_of_schools(standard)}
    judged = set(re.findall(r"[a-z]\w*", " ".join(_texts_of_rules(standard))))
    return {name: frozenset(flags) for name, flags in found.items() if name in asked - judged}


def _texts_of_rules(standard: Standard) -> Iterable[str]:
    """The formulas by which schools are judged without any relief."""
    for rule in (item.rule for item in standard.indicators):
        if isinstance(rule, Formula):
            yield from (rule.text, rule.applies or "", *rule.by_level.values())
        elif isinstance(rule, Ratio):
            yield from (*rule.resource.values(), *rule.by_stage.values())


def applying(standard: Standard, stages: Iterable[str], own: Submission | None = None) -> frozenset[str]:
    """Names of the fields that are asked of a school with these stages, whose ``own`` return answers the flags of reliefs."""
    said = {} if own is None else figures.decode(own.figures)
    flags = {name for name, figure in said.items() if figure.value is False}
    reliefs = by_flag(standard)
    stages = set(stages)
    judged = {level.name for level in standard.levels} & stages
    parts = parts_of_stages(standard) if len(stages) == len(judged) == 1 else frozenset()
    return frozenset(
        field.name
        for field in asked_of_schools(standard)
        if (field.stage is None or field.stage in stages)
        and field.name not in parts
        and not (field.name in reliefs and reliefs[field.name] <= flags)
    )


def naming(unit: Unit, of: ReturnSet, standard: Standard) -> Mapping[str, str]:
    """What names a unit on its 补充表: as its own return does, where there is one."""
    if unit.form == "supplement":
        return {"school_code": unit.code, "school_name": unit.name}
    said = figures.decode(unit.own.figures) if unit.own is not None else {}
    usual = {"county_code": of.county.code, "county_name": of.county.name, "year": str(of.year)}
    names = {field.name for field in county_fields(standard)} & set(usual)
    return {name: text_of(said[name]) if name in said and said[name].known else usual[name] for name in names}
