"""The judging of a nation as SQL: limits in force against ``counted`` and ``spreads``, and the rules over the judgements.

The same rules as ``judge``, ``verdict`` and ``coefficients``, over tables; decisions of the exact evaluator stand in place of a
comparison. Not here: which engine runs it and who decides (``nation``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlglot import exp

from dudao.evaluation.judge import NEAR, limit_of
from dudao.indicators.nation_input import KEYS
from dudao.indicators.plan import ratios
from dudao.indicators.sql import alias, and_, number, or_, union
from dudao.standards.model import Indicator, Limit, SchoolRule, Standard, Variation

_SIGNS: dict[str, type[exp.Expression]] = {">=": exp.GTE, "<=": exp.LTE, ">": exp.GT, "<": exp.LT}


@dataclass(frozen=True)
class Judging:
    """What is judged: the ratios with their limits by level, the school rule with its code, the variations."""

    standard: Standard
    on: date
    ratios: tuple[Indicator, ...]
    limits: dict[tuple[str, str], Limit | None]
    rule: SchoolRule | None
    rule_code: str
    variations: tuple[tuple[Indicator, Variation], ...]


def judging(standard: Standard, on: date) -> Judging:
    """The limits and rules in force on a day."""
    found = ratios(standard)
    limits = {(item.code, level.name): limit_of(item.limits, level.name, on) for item in found for level in standard.levels}
    rules = [item for item in standard.indicators if isinstance(item.rule, SchoolRule)]
    rule = rules[0].rule if rules else None
    assert rule is None or isinstance(rule, SchoolRule)
    variations = tuple((item, item.rule) for item in standard.indicators if isinstance(item.rule, Variation))
    return Judging(standard, on, found, limits, rule, rules[0].code if rules else "", variations)


def queries(standard: Standard, on: date, names: Sequence[str]) -> dict[str, exp.Query]:
    """The queries of the judging by name. ``names``: the columns of ``figures`` that the exact evaluator asks for."""
    found = judging(standard, on)
    return {
        "near_rows": near_rows(found, names),
        "judged": judged(found),
        "compared_spreads": compared_spreads(found),
        "coefficients": coefficients(found),
        "counties": counties(found),
    }


def _quoted(name: str, table: str | None = None) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True), table)


def _text(word: str) -> exp.Expression:
    return exp.Literal.string(word)


def _null(value: exp.Expression) -> exp.Expression:
    return exp.Is(this=value, expression=exp.null())


def _close(value: exp.Expression, bound: Decimal) -> exp.Expression:
    """Within NEAR of a limit, as ``judge.holds`` says it."""
    distance = exp.Abs(this=exp.Sub(this=value.copy(), expression=number(str(bound))))
    size = exp.Greatest(this=number(str(abs(bound))), expressions=[exp.Abs(this=value.copy())], ignore_nulls=False)
    return exp.LTE(this=distance, expression=exp.Mul(this=number(f"{NEAR:.12f}"), expression=size))


def _by_level(judged: Judging, code: str, made: Callable[[Limit], exp.Expression]) -> exp.Expression:
    """What follows from the limit of the row's level; NULL where none is in force."""
    case = exp.Case()
    for level in judged.standard.levels:
        limit = judged.limits[code, level.name]
        if limit is not None and limit.value is not None:
            case = case.when(exp.EQ(this=exp.column("level", "c"), expression=_text(level.name)), made(limit))
    return case if case.args.get("ifs") else exp.cast(exp.null(), "boolean")


def near_rows(judged: Judging, names: Sequence[str]) -> exp.Select:
    """The rows of ``counted`` with a value near a limit or near the share of it that the rest must reach: ``names`` of ``figures``,
    the level, the values."""
    near = []
    for item in judged.ratios:
        for level in judged.standard.levels:
            limit = judged.limits[item.code, level.name]
            if limit is None or limit.value is None:
                continue
            bounds = [limit.value, *([limit.value * judged.rule.rest] if judged.rule else [])]
            here = exp.EQ(this=exp.column("level", "c"), expression=_text(level.name))
            near.append(and_(here, or_(*(_close(_quoted(item.code, "c"), bound) for bound in bounds))))
    same = exp.EQ(this=exp.column("school_code", "c"), expression=exp.column("school_code", "f"))
    columns: list[exp.Expression] = [exp.column(name, "f") for name in names]
    columns += [exp.column("level", "c"), *(_quoted(item.code, "c") for item in judged.ratios)]
    query = exp.select(*columns).from_(alias(exp.to_table("counted"), "c", table=True))
    return query.join(alias(exp.to_table("figures"), "f", table=True), on=same).where(or_(*near))


def judged(judging: Judging) -> exp.Select:
    """A row a counted school and level: values, judgements, and ``judgement`` by the school rule; in order of county, school, level."""
    columns: list[exp.Expression] = [exp.column(name, "c") for name in (*KEYS, "level", "pupils")]
    share = judging.rule.rest if judging.rule else Decimal(1)
    for item in judging.ratios:
        value = _quoted(item.code, "c")
        columns.append(value)
        for word, part in (("met", Decimal(1)), ("reaches", share)):

            def compared(limit: Limit, value: exp.Expression = value, part: Decimal = part) -> exp.Expression:
                assert limit.value is not None
                return _SIGNS[limit.operator](this=value.copy(), expression=number(str(limit.value * part)))

            by_engine = _by_level(judging, item.code, compared)
            decided = _quoted(f"{item.code}_{word}", "d")
            columns.append(alias(exp.Coalesce(this=decided, expressions=[by_engine]), f"{item.code}_{word}", quoted=True))
    same = and_(*(exp.EQ(this=exp.column(key, "c"), expression=exp.column(key, "d")) for key in ("school_code", "level")))
    compared_rows = exp.select(*columns).from_(alias(exp.to_table("counted"), "c", table=True))
    compared_rows = compared_rows.join(alias(exp.to_table("decided"), "d", table=True), on=same, join_type="left")
    shown: list[exp.Expression] = [exp.column(name) for name in (*KEYS, "level", "pupils")]
    for item in judging.ratios:
        shown.append(_quoted(item.code))
        shown.append(alias(_word(_quoted(f"{item.code}_met")), f"{item.code}_judgement", quoted=True))
    shown.append(alias(_by_rule(judging.rule), "judgement"))
    return exp.select(*shown).from_(compared_rows.subquery("compared")).order_by(*_order(judging.standard))


def _order(standard: Standard, table: str | None = None, also: Sequence[str] = ("school_code",)) -> list[exp.Expression]:
    """County, ``also``, level as the standard has them."""
    place = exp.Case(this=exp.column("level", table))
    for number_of, level in enumerate(standard.levels):
        place = place.when(_text(level.name), exp.Literal.number(number_of))
    return [*(exp.column(name, table) for name in ("county_code", *also)), place]


def _word(met: exp.Expression) -> exp.Expression:
    return exp.Case().when(met, _text("met")).when(exp.Not(this=met.copy()), _text("not_met")).else_(_text("no_data"))


def _by_rule(rule: SchoolRule | None) -> exp.Expression:
    """``verdict.school_rule``: too many below their limits, or one below the share, is not_met; else a missing value is no_data."""
    if rule is None:
        return _text("not_applicable")
    below: exp.Expression = exp.Literal.number(0)
    for code in rule.of:
        below = exp.Add(this=below, expression=_one(exp.Not(this=_quoted(f"{code}_met"))))
    too_many = exp.GT(this=exp.paren(below), expression=exp.Literal.number(len(rule.of) - rule.at_least))
    worse = [exp.Not(this=_quoted(f"{code}_reaches")) for code in rule.of]
    missing = [_null(_quoted(f"{code}_met")) for code in rule.of]
    return (
        exp.Case()
        .when(or_(*worse, too_many), _text("not_met"))
        .when(or_(*missing), _text("no_data"))
        .else_(_text("met"))
    )


def _one(condition: exp.Expression) -> exp.Expression:
    return exp.Case().when(condition, exp.Literal.number(1)).else_(exp.Literal.number(0))


def compared_spreads(judging: Judging) -> exp.Query:
    """A row a county, level, item and indicator (and its ``composite``): mean, cv, limit, n, ``counted``; ``full``: every counted
    school has a value; ``within``, ``near``: the comparison in doubles."""
    parts: list[exp.Select] = []
    for item, rule in judging.variations:
        for level in judging.standard.levels:
            limit = limit_of(item.limits, level.name, judging.on)
            each = limit if rule.judges == "each" else None
            parts += [_spread(item.code, level.name, [code], code, each, rule.judges == "each") for code in rule.of]
            whole = limit if rule.judges == "composite" else None
            parts.append(_spread(item.code, level.name, rule.of, "composite", whole, rule.judges == "composite"))
    query: exp.Query = parts[0]
    for part in parts[1:]:
        query = union(query, part, distinct=False)
    return query


def _spread(item: str, level: str, codes: Sequence[str], name: str, limit: Limit | None, is_judged: bool) -> exp.Select:
    cvs = [_cv(code) for code in codes]
    cv = cvs[0]
    for other in cvs[1:]:
        cv = exp.Add(this=cv, expression=other)
    if name == "composite":
        cv = exp.Div(this=exp.paren(cv), expression=number(str(len(codes))))
    full = and_(*(exp.EQ(this=_quoted(f"{code}_n", "s"), expression=exp.column("counted", "s")) for code in codes))
    bound = limit.value if limit is not None else None
    nothing, no = exp.cast(exp.null(), "double"), exp.cast(exp.null(), "boolean")
    within = no if limit is None or bound is None else _SIGNS[limit.operator](this=exp.column("cv", "v"), expression=number(str(bound)))
    values = exp.select(
        exp.column("county_code", "p"),
        alias(nothing if name == "composite" else _quoted(f"{codes[0]}_mean", "s"), "mean"),
        alias(cv, "cv"),
        alias(exp.cast(exp.null(), "bigint") if name == "composite" else _quoted(f"{codes[0]}_n", "s"), "n"),
        alias(exp.column("counted", "s"), "counted"),
        alias(full, "is_full"),
    ).from_(alias(exp.to_table("places"), "p", table=True))
    here = exp.EQ(this=exp.column("level", "s"), expression=_text(level))
    same = exp.EQ(this=exp.column("county_code", "p"), expression=exp.column("county_code", "s"))
    values = values.join(alias(exp.to_table("spreads"), "s", table=True), on=and_(same, here), join_type="left")
    return exp.select(
        exp.column("county_code", "v"),
        alias(_text(level), "level"),
        alias(_text(item), "item"),
        alias(_text(name), "code"),
        *(exp.column(word, "v") for word in ("mean", "cv", "n", "counted", "is_full")),
        alias(nothing.copy() if bound is None else number(str(bound)), "limit_value"),
        alias(exp.true() if is_judged else exp.false(), "is_judged"),
        alias(within, "within"),
        alias(no.copy() if bound is None else _close(exp.column("cv", "v"), bound), "near"),
    ).from_(values.subquery("v"))


def _cv(code: str) -> exp.Expression:
    """As ``coefficients``: only of a mean above 0, and 0 of a single school."""
    positive = exp.GT(this=_quoted(f"{code}_mean", "s"), expression=number("0"))
    single = exp.EQ(this=_quoted(f"{code}_n", "s"), expression=exp.Literal.number(1))
    root = exp.Sqrt(this=_quoted(f"{code}_cv2", "s"))
    return exp.Case().when(and_(positive, single), number("0")).when(positive.copy(), root)


def near_spreads() -> exp.Select:
    """County, level, item and indicator of the coefficients near their limit."""
    columns = (exp.column(name) for name in ("county_code", "level", "item", "code"))
    return exp.select(*columns).from_("compared_spreads").where(and_(exp.column("is_full"), exp.column("near")))


def coefficients(judging: Judging) -> exp.Select:
    """``compared_spreads`` with its judgement, in order of county, item, level, indicator."""
    keys = ("county_code", "level", "item", "code")
    met = exp.Coalesce(this=exp.column("met", "d"), expressions=[exp.column("within", "s")])
    judgement = (
        exp.Case()
        .when(or_(exp.Not(this=exp.column("is_judged", "s")), _null(exp.column("counted", "s"))), _text("not_applicable"))
        .when(and_(exp.column("is_full", "s"), met), _text("met"))
        .when(and_(exp.column("is_full", "s"), exp.Not(this=met.copy())), _text("not_met"))
        .else_(_text("no_data"))
    )
    zero = exp.Coalesce(this=exp.column("n", "s"), expressions=[exp.Literal.number(0)])
    n = exp.Case().when(exp.NEQ(this=exp.column("code", "s"), expression=_text("composite")), zero)
    same = and_(*(exp.EQ(this=exp.column(key, "s"), expression=exp.column(key, "d")) for key in keys))
    columns = [
        *(exp.column(key, "s") for key in (*keys, "mean", "cv")),
        alias(exp.column("limit_value", "s"), "limit", quoted=True),
        alias(judgement, "judgement"),
        alias(n, "n"),
    ]
    query = exp.select(*columns).from_(alias(exp.to_table("compared_spreads"), "s", table=True))
    query = query.join(alias(exp.to_table("decided_spreads"), "d", table=True), on=same, join_type="left")
    county, *level = _order(judging.standard, "s", ())
    return query.order_by(county, exp.column("item", "s"), *level, exp.column("code", "s"))


def counties(judging: Judging) -> exp.Select:
    """A row a county: schools in the file; for each variation and the school rule how many are met, how many judged, judgement."""
    base = alias(exp.to_table("places"), "p", table=True)
    query = exp.select(exp.column("county_code", "p"), exp.column("schools", "p")).from_(base)
    parts = [(item.code, _tally("coefficients", item.code)) for item, _ in judging.variations]
    if judging.rule is not None:
        parts.append((judging.rule_code, _tally("judged", None)))
    for place, (code, tally) in enumerate(parts):
        name = f"t{place}"
        same = exp.EQ(this=exp.column("county_code", "p"), expression=exp.column("county_code", name))
        query = query.join(alias(tally.subquery(), name, table=True), on=same, join_type="left")
        query = query.select(*_columns(code, name))
    return query.order_by(exp.column("county_code", "p"))


def _tally(table: str, item: str | None) -> exp.Select:
    """How many are met, not_met and no_data in a county."""
    words = ("met", "not_met", "no_data")
    counts = [alias(_count([word]), f"n_{word}") for word in words]
    query = exp.select(exp.column("county_code"), *counts).from_(table).group_by("county_code")
    return query if item is None else query.where(exp.EQ(this=exp.column("item"), expression=_text(item)))


def _count(words: Iterable[str]) -> exp.Expression:
    return exp.Count(this=exp.Case().when(exp.column("judgement").isin(*(_text(word) for word in words)), exp.Literal.number(1)))


def _columns(code: str, table: str) -> list[exp.Expression]:
    """``verdict.together`` over the counts; nothing to judge is no_data."""

    def known(word: str) -> exp.Expression:
        return exp.Coalesce(this=exp.column(f"n_{word}", table), expressions=[exp.Literal.number(0)])

    def some(word: str) -> exp.Expression:
        return exp.GT(this=known(word), expression=exp.Literal.number(0))

    every = exp.Add(this=exp.Add(this=known("met"), expression=known("not_met")), expression=known("no_data"))
    judgement = exp.Case().when(some("not_met"), _text("not_met")).when(some("no_data"), _text("no_data"))
    judgement = judgement.when(some("met"), _text("met")).else_(_text("no_data"))
    named = {"met": known("met"), "judged": every, "judgement": judgement}
    return [alias(value, f"{code}_{word}", quoted=True) for word, value in named.items()]
