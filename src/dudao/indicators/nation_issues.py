"""What is wrong in the files of a nation: the figures that were not used, and why, as Issues.

Here lives the search, cheap where nothing is wrong: one pass counts, and only fields with a fault are listed. A place is the
school's code and the column. Not here: what becomes of such a figure (``nation``: it is no data).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from sqlglot import exp

from dudao.indicators.nation import NationPlan
from dudao.indicators.nation_input import MOST, NEEDED, BadTable, Kind, in_range, texts
from dudao.issues import Issue
from dudao.standards.model import Field
from dudao.standards.rows_of import Rows

Fetch = Callable[[exp.Query], Iterator[tuple]]

_SCHOOLS, _FIGURES = (exp.alias_(exp.to_table(name), name[0], table=True) for name in ("schools", "figures"))


def nation_issues(fetch: Fetch, made: NationPlan, columns: Mapping[str, Kind], rows: Sequence[Rows]) -> Iterator[Issue]:
    """Every fault found, errors of codes and types first. BadTable when a school names no county."""
    missing = next(fetch(_count("schools", _null(exp.column("county_code")))))[0]
    if missing:
        raise BadTable(f"学校表有 {missing} 行没有区县代码（county_code）。这些学校可能属于任一区县，请补齐后重新评估。")
    yield from _columns(made, columns)
    yield from _codes(fetch, made)
    yield from _figures(fetch, made)
    yield from _parts(fetch, made)
    for table in rows:
        if table.name in made.counts.values():
            yield from _rows(fetch, table)


def _error(code: str, place: str | None, found: str, mend: str, file: str = "学校表") -> Issue:
    return Issue("error", code, file, None, place, found, mend)


def _columns(made: NationPlan, columns: Mapping[str, Kind]) -> Iterator[Issue]:
    names = {item.name for item in made.standard.fields} | {*NEEDED, "school_name"}
    for name in sorted(set(columns) - names):
        yield Issue("query", "NAT-001", "学校表", None, name, f"列 {name} 不是填报项目，没有使用。", "请核对列名。")
    for name, table in sorted(made.counts.items()):
        if name in columns:
            found = f"列 {name} 已由明细 {table} 计数，学校表中的这一列没有使用。"
            yield Issue("query", "NAT-002", "学校表", None, name, found, "请删去其中一种。")
    needed = [made.standard.field(name) for name in (*made.made.numbers, *made.made.flags) if name not in made.counts]
    for field in needed:
        if field.required and field.name not in columns:
            found = f"没有列 {field.name}（{field.label}），按空白处理。"
            yield _error("NAT-003", field.name, found, "请补上这一列。")


def _codes(fetch: Fetch, made: NationPlan) -> Iterator[Issue]:
    """Schools of which nothing is used: no code, a code that stands twice, a type or a declared attribute that is not known."""
    asked = [exp.column(name) for name in ("county_code", "school_code", "school_name", *texts(made.standard))]
    unusable = exp.select(*asked).from_("figures").where(exp.Not(this=exp.column("usable")))
    double = {code for (code,) in fetch(exp.select("school_code").from_("doubled"))}
    kinds = "、".join(kind.name for kind in made.standard.types)
    for county, code, name, kind, *_ in sorted(fetch(unusable), key=str):
        place = f"{county} {code or name or '未填'}"
        if code is None:
            yield _error("NAT-004", place, "没有学校代码，该校数据都不使用。", "请补上学校代码。")
        elif code in double:
            yield _error("NAT-005", place, f"学校代码 {code} 出现不止一次，各行数据都不使用。", "请删去重复的行，或改正代码。")
        elif made.standard.type_of(kind) is None:
            found = f"学校类型“{kind or ''}”不能识别，该校数据都不使用。"
            yield _error("NAT-006", place, found, f"请填：{kinds}。")
        else:
            yield _error("NAT-007", place, "附设班学段或举办者等项目没有填写或不能识别，该校数据都不使用。", "请按可选的值填写。")


def _figures(fetch: Fetch, made: NationPlan) -> Iterator[Issue]:
    """Figures of counted schools that are blank or refused."""
    fields = [made.standard.field(name) for name in (*made.made.numbers, *made.made.flags) if name not in made.counts]
    if not fields:
        return
    unused = [exp.and_(_asked(made, field), _null(exp.column(field.name, "f"))) for field in fields]
    counts = [exp.Count(this=exp.Case().when(condition, exp.Literal.number(1))) for condition in unused]
    for field, count in zip(fields, next(fetch(exp.select(*counts).from_(_FIGURES.copy()))), strict=True):
        if count:
            yield from _listed(fetch, made, field)


def _listed(fetch: Fetch, made: NationPlan, field: Field) -> Iterator[Issue]:
    raw = exp.column(field.name, "s")
    same = exp.EQ(this=exp.column("school_code", "s"), expression=exp.column("school_code", "f"))
    blank = exp.and_(_null(raw), exp.true() if _needed(made, field) else exp.false())
    if field.kind == "flag":
        refused = exp.Not(this=raw.copy().isin(exp.Literal.string("是"), exp.Literal.string("否")))
    else:
        refused = exp.Not(this=in_range(raw, field.kind in ("pupils", "year")))
    where = exp.and_(_asked(made, field), exp.or_(blank, exp.and_(exp.Not(this=_null(raw)), refused)))
    query = exp.select(exp.column("county_code", "f"), exp.column("school_code", "f"), raw.copy()).from_(_SCHOOLS.copy())
    whole = "整数" if field.kind in ("pupils", "year") else "数"
    for county, code, value in sorted(fetch(query.join(_FIGURES.copy(), on=same).where(where)), key=str):
        place = f"{county} {code} {field.name}"
        if value is None:
            yield _error("NAT-008", place, f"「{field.label}」空白，按无数据处理。", "请补填；没有的填 0。")
        elif field.kind == "flag":
            yield _error("NAT-009", place, f"「{field.label}」填了“{value}”，按无数据处理。", "请填“是”或“否”。")
        else:
            found = f"「{field.label}」不是 0 至 {MOST} 之间的{whole}，按无数据处理。"
            yield _error("NAT-010", place, found, "请改正。")


def _asked(made: NationPlan, field: Field) -> exp.Expression:
    """Whether a school is asked for a field: usable, counted at a level, and with the field's stage."""
    counted = exp.or_(*(exp.column(f"row_{level.name}", "f") for level in made.standard.levels))
    parts = [exp.column("usable", "f"), counted]
    if field.stage is not None:
        parts.append(exp.column(f"has_{field.stage}", "f"))
    return exp.and_(*parts)


def _needed(made: NationPlan, field: Field) -> bool:
    return field.required or field.name in {stage.pupils for stage in made.standard.stages}


def _parts(fetch: Fetch, made: NationPlan) -> Iterator[Issue]:
    """A part larger than its whole, in the two fields of every difference a ratio takes: 室内体育用房 in 教学及辅助用房."""
    for part, whole in made.differences:
        wholes, parts = made.standard.field(whole), made.standard.field(part)
        query = exp.select("county_code", "school_code", exp.column(part), exp.column(whole)).from_("figures")
        query = query.where(exp.GT(this=exp.column(part), expression=exp.column(whole)))
        for county, code, less, more in sorted(fetch(query), key=str):
            found = f"「{parts.label}」{less:g}，大于「{wholes.label}」{more:g}，所涉指标按无数据处理。"
            yield _error("NAT-011", f"{county} {code} {part}", found, "请改正其中一项。")


def _rows(fetch: Fetch, table: Rows) -> Iterator[Issue]:
    """Rows that cannot be counted: unsound cells, a school that is not there; and schools without any row."""
    counted = f"{table.name}_counted"
    title = f"{table.title}明细"
    code, every, sound = (exp.column(name) for name in ("school_code", "rows_all", "rows_sound"))
    unsound = exp.select(code, every, sound).from_(counted).where(exp.LT(this=sound.copy(), expression=every.copy()))
    for school, total, fit in sorted(fetch(unsound), key=str):
        found = f"{total} 行中有 {total - fit} 行有空白或不能识别的值，该校由明细计数的数据按无数据处理。"
        yield _error("NAT-012", school, found, "请补齐或改正这些行。", title)
    known = exp.select("school_code").from_("schools").where(exp.Not(this=_null(exp.column("school_code"))))
    strange = exp.or_(_null(exp.column("school_code")), exp.Not(this=exp.column("school_code").isin(query=known)))
    for school, total in sorted(fetch(exp.select("school_code", "rows_all").from_(counted).where(strange)), key=str):
        found = f"{total} 行的学校代码{f' {school} 不在学校表中' if school else '空白'}，没有计入任何学校。"
        yield _error("NAT-013", school, found, "请核对学校代码。", title)
    with_rows = exp.select("school_code").from_(counted).where(exp.Not(this=_null(exp.column("school_code"))))
    without = exp.and_(exp.column("usable"), exp.Not(this=exp.column("school_code").isin(query=with_rows)))
    query = exp.select("county_code", "school_code").from_("figures").where(without)
    for county, school in sorted(fetch(query), key=str):
        yield _error("NAT-014", f"{county} {school}", "没有一行明细，由明细计数的数据按无数据处理。", "请补交该校的明细。", title)


def _null(value: exp.Expression) -> exp.Expression:
    return exp.Is(this=value.copy(), expression=exp.null())


def _count(table: str, condition: exp.Expression) -> exp.Select:
    return exp.select(exp.Count(this=exp.Case().when(condition, exp.Literal.number(1)))).from_(table)
