"""The bulk run against the exact evaluator: the same values, and None in the same places, for any figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from dudao.indicators.exact import ratio_of, usage
from dudao.indicators.plan import plan, ratios
from dudao.indicators.run import run
from dudao.indicators.schools import roll
from dudao.standards import load_standard
from dudao.standards.model import Field, Ratio
from dudao.tables import Figure, Intake, Return

STANDARD = load_standard("cn-2017-quality-balance")
ON = date(2026, 9, 1)
PLAN = plan(STANDARD, ON)
USED = [item for item in STANDARD.fields if item.name in {*PLAN.numbers, *PLAN.flags}]

amounts = st.one_of(
    st.none(),
    st.integers(0, 60).map(Decimal),
    st.decimals("0", "50000", places=2, allow_nan=False, allow_infinity=False),
    st.just(Decimal(1000000000)),
)
pupils = st.one_of(st.none(), st.integers(0, 2500).map(Decimal), st.sampled_from([Decimal(n) for n in (49, 50, 99, 100)]))


def figures(field: Field) -> st.SearchStrategy[Figure]:
    if field.kind == "flag":
        return st.sampled_from([True, False, None]).map(figure)
    return (pupils if field.kind == "pupils" else amounts).map(figure)


def figure(value: Decimal | str | bool | None) -> Figure:
    return Figure(value, "missing" if value is None else "given", "表", "A1")


@st.composite
def schools(draw: st.DrawFn) -> Return:
    found = {field.name: draw(figures(field)) for field in USED}
    found["school_type"] = figure(draw(st.sampled_from([item.name for item in STANDARD.types] + [None])))
    found["school_code"] = figure(draw(st.sampled_from(["A1", "A2", "A3"])))
    return Return("school", "a.xlsx", "0" * 64, "表", found, void=draw(st.sampled_from([None, None, None, "重复"])))


@settings(max_examples=60, deadline=None)
@given(st.lists(schools(), min_size=1, max_size=8))
def test_values_means_and_variances_agree(units: list[Return]) -> None:
    counted = roll(STANDARD, Intake("1", None, tuple(units), (), ()))
    found = run(STANDARD, counted, ON)
    exact: dict[tuple[str, str], list[tuple[Fraction, Fraction]]] = {}
    for row in counted.rows:
        bulk = found.by_row[row.school.number, row.level.name]
        for indicator in ratios(STANDARD):
            ratio = indicator.rule
            assert isinstance(ratio, Ratio)
            value = ratio_of(STANDARD, row, ratio, usage(STANDARD, row, ratio, ON)).value
            assert same(bulk[indicator.code], value), (indicator.code, row)
            if value is not None and row.pupils is not None:
                exact.setdefault((indicator.code, row.level.name), []).append((Fraction(row.pupils), value))
    assert set(found.spreads) == set(exact)
    for key, pairs in exact.items():
        total = sum(count for count, _ in pairs)
        mean = sum(count * value for count, value in pairs) / total
        variance = sum(count * (value - mean) ** 2 for count, value in pairs) / total
        spread = found.spreads[key]
        assert spread.n == len(pairs)
        whole = sum(count * abs(value) for count, value in pairs) / total
        assert spread.mean is not None and abs(spread.mean - float(mean)) <= 1e-12 * float(whole)
        if abs(mean) < whole / 10**6:
            continue  # values below 0 (室内体育用房 > 教辅用房, an error of the intake) that cancel: doubles have no digit left
        if mean:
            squared = float(variance / mean**2)
            assert spread.cv2 is not None and abs(spread.cv2 - squared) <= 1e-12 * max(1, squared)
        else:
            assert spread.cv2 is None


def same(double: float | None, exact: Fraction | None) -> bool:
    if double is None or exact is None:
        return double is exact is None
    return abs(double - float(exact)) <= 1e-12 * abs(float(exact))
