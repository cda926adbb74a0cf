"""Values exactly at a limit and the least step below it, in bulk; sums that mislead in doubles; CVs at exactly 0.50 and 0.45."""

import random
from fractions import Fraction
from functools import cache
from math import ceil, nextafter

import pytest

import forms
import oracle

PUPILS = range(50, 2001)
KINDS = {"primary": "小学", "junior": "初中"}
COUNTS = ("R1", "R2", "R3", "R7")


def figures(code: str, level: str, amount: Fraction) -> dict[str, object]:
    """The cells that make the resource of an indicator exactly this much."""
    text = f"{float(amount):.15g}"
    return {
        "R1": dict.fromkeys(oracle.QUALIFIED[level], "0") | {f"本科学历教师人数（{KINDS[level]}）": text},
        "R2": {"县级及以上骨干教师数": text},
        "R3": dict.fromkeys(oracle.ARTS, "0") | {"体育专任教师人数": text},
        "R4": {"教学及辅助用房总面积": text, "室内体育用房面积": "0"},
        "R5": {"学校体育馆面积": "0", "校内体育场面积": text},
        "R6": {"教学仪器设备资产值（账面原值）": text},
        "R7": {"网络多媒体教室间数": text},
    }[code]


@cache
def _base(level: str, pupils: int) -> dict[str, object]:
    return forms.filled(KINDS[level], "", "", *{"primary": (pupils, 0), "junior": (0, pupils)}[level])


def school(level: str, pupils: int, number: int, amounts: dict[str, Fraction]) -> dict[str, object]:
    """A school of one level with these resources, the rest at 1.2 x the limit."""
    values = _base(level, pupils) | {"学校名称": f"演示第{number}学校", "学校代码": f"99{number:08}"}
    for code, amount in amounts.items():
        values |= figures(code, level, amount)
    return values


def need(code: str, level: str, pupils: int) -> Fraction:
    """The resource at exactly the limit."""
    return oracle.LIMITS[code][level] * pupils / oracle.SCALES[code]


def _amounts(level: str, pupils: int, below: bool, *, decimal: str | None) -> dict[str, Fraction]:
    """Exactly at the limit where such a figure exists (for a count: the least whole number), or the least step below.

    ``decimal``: a count that is given exactly at the limit all the same.
    """
    amounts = {}
    for code in oracle.CODES:
        exact = need(code, level, pupils)
        whole = code in COUNTS and code != decimal
        amounts[code] = (ceil(exact) if whole else exact) - ((1 if whole else Fraction(1, 100)) if below else 0)
    return amounts


def _bulk(decimals: bool) -> dict[tuple[str, bool], list[tuple[int, dict[str, Fraction]]]]:
    cases = {}
    for level in oracle.LEVELS:
        for below in (False, True):
            cases[level, below] = [
                (p, _amounts(level, p, below, decimal=COUNTS[p % 4] if decimals else None)) for p in PUPILS
            ]
    return cases


def _wrong_at(level: str, pupils: int, amounts: dict[str, Fraction], entry) -> list[object]:
    """Whatever is not met, or not the value, of a school at its limits."""
    wrong: list[object] = [] if entry["judgement"] == "met" else [entry["judgement"]]
    for code, amount in amounts.items():
        found, value = entry["indicators"][code], oracle.SCALES[code] * amount / pupils
        right = ("met", True, None, float(oracle.LIMITS[code][level]))
        if (found["judgement"], found["reaches_85"], found["gap"], found["limit"]) != right:
            wrong.append((pupils, code, found))
        if abs(Fraction(found["value"]) - value) > value / 10**12:
            wrong.append((pupils, code, found))
    return wrong


def _wrong_below(level: str, pupils: int, amounts: dict[str, Fraction], entry) -> list[object]:
    """Whatever is met, or has another gap, of a school one whole thing or one hundredth below its limits."""
    wrong: list[object] = [] if entry["judgement"] == "not_met" else [entry["judgement"]]
    for code, amount in amounts.items():
        found, exact = entry["indicators"][code], need(code, level, pupils)
        gap = ceil((exact - amount) * (10000 if code == "R6" else 1))
        if (found["judgement"], found["reaches_85"], found["gap"]["amount"]) != ("not_met", amount >= oracle.REST * exact, gap):
            wrong.append((pupils, code, found))
    return wrong


@pytest.mark.parametrize("decimals", [False, True], ids=["whole counts", "decimal counts"])
def test_every_pupil_count_at_and_below_the_limit(county, decimals):
    """1951 pupil counts x 7 indicators x 2 levels, at the limit and the least step below: 7804 schools in one run."""
    cases, files = {}, {}
    for (level, below), schools in _bulk(decimals).items():
        start = len(cases)
        cases |= {f"99{start + n:08}": (level, below, *case) for n, case in enumerate(schools)}
        files[f"{level}{start}.csv"] = forms.wide([school(level, p, start + n, a) for n, (p, a) in enumerate(schools)])
    found = {entry["code"]: entry for entry in county(files).json["schools"]}
    assert found.keys() == cases.keys()
    wrong = []
    for code, (level, below, *case) in cases.items():
        wrong += (_wrong_below if below else _wrong_at)(level, *case, found[code])
    assert wrong[:3] == []


SPLITS = {"九年一贯制": (1, "1.1", 0), "十二年一贯制": (1, "1.1", "1.32"), "完全中学": (0, 1, "1.2")}


def test_split_resources_at_and_below_the_limit(county):
    """Through schools whose shared rooms, grounds and equipment are exactly the limit of one level, or one hundredth less: 480 schools."""
    rng, lines, cases = random.Random(1), [], {}
    for kind, (*judged, senior) in SPLITS.items():
        for number in range(160):
            below, level = number % 2 == 1, number // 2 % 2 if judged[0] else 1
            # 11, 10 and 25 pupils a step: the weighed pupils are a multiple of 1.1, so that the limit is a decimal
            pupils = [11 * rng.randint(5, 90) * judged[0], 10 * rng.randint(5, 90), 25 * rng.randint(2, 30)]
            weighed = sum((Fraction(w) * p for w, p in zip((*judged, senior), pupils, strict=True)), Fraction(0))
            code = f"99{len(cases):08}"
            values = forms.filled(kind, f"演示{code}", code, *pupils[:2], pupils[2] if senior else None)
            for indicator in ("R4", "R5", "R6"):
                exact = need(indicator, oracle.LEVELS[level], 1) * weighed / Fraction(judged[level])
                values |= figures(indicator, oracle.LEVELS[level], exact - (Fraction(1, 100) if below else 0))
            lines.append(values)
            cases[code] = (oracle.LEVELS[level], "not_met" if below else "met")
    entries = {(s["code"], s["level"]): s["indicators"] for s in county({"a.csv": forms.wide(lines, (forms.SENIOR,))}).json["schools"]}
    found = {code: {entries[code, level][i]["judgement"] for i in ("R4", "R5", "R6")} for code, (level, _) in cases.items()}
    assert {code: right for code, right in found.items() if right != {cases[code][1]}} == {}


# --- 85 %, the school rule, misleading doubles: a handful of schools in one run ---------------------------------------

BIG = 20000
"""So many pupils that 85 % of every limit is a whole count: 0.85 x 2.3 % x 20000 = 391."""
AT_85 = [(level, code, below) for level in oracle.LEVELS for code in oracle.CODES for below in (False, True)]
RULES = [
    ("six met, the seventh at 85 %", {"R4": "0.85"}, "met"),
    ("six met, the seventh at 84.9 %", {"R4": "0.849"}, "not_met"),
    ("five met, two at 99 %", {"R4": "0.99", "R6": "0.99"}, "not_met"),
    ("five met, one at 99 %, one at 50 %", {"R4": "0.99", "R6": "0.5"}, "not_met"),
    ("all met", {}, "met"),
    ("none met", dict.fromkeys(oracle.CODES, "0.9"), "not_met"),
]
# 4.14 / 460 * 100 < 0.9, 0.85 * 4.5 > 3.825 and 0.85 * 2.3 < 1.955 in doubles; 10.2 * 3 < 30.6; 0.2 * 3 > 0.6
DOUBLES = [
    ("primary", 460, "R3", "4.14", True), ("primary", 460, "R3", "4.13", False), ("junior", 230, "R3", "2.07", True),
    ("junior", 3, "R5", 10.2 * 3, True), ("primary", 3, "R6", 0.2 * 3, True), ("junior", 350, "R4", 5.8 * 350, True),
    ("primary", 1000, "R4", 4.5 * 1000 - 1e-9, False), ("junior", 700, "R1", "37.1", True), ("primary", 1000, "R7", 22.999999999, False),
    ("primary", 70, "R5", nextafter(525, 0), True),  # 524.9999999999999: cut to 15 digits it is 525
]  # fmt: skip


@pytest.fixture(scope="module")
def handful(county):
    """Case -> entry of the JSON."""
    lines, keys, number = [], [], 0
    for level, code, below in AT_85:
        amounts = {code: oracle.REST * need(code, level, BIG) - (Fraction(1, 100) if below else 0)}
        keys.append(("85", level, code, below))
        lines.append(school(level, BIG, len(keys), amounts))
    for name, shares, _ in RULES:
        keys.append(("rule", name))
        amounts = {code: Fraction(share) * need(code, "primary", BIG) for code, share in shares.items()}
        lines.append(school("primary", BIG, len(keys), amounts))
    files = {"a.csv": forms.wide(lines)}
    for number, (level, pupils, code, amount, _) in enumerate(DOUBLES):
        keys.append(("double", number))
        values = school(level, pupils, len(keys), {code: Fraction(0)})
        values |= {label: amount for label, cell in figures(code, level, Fraction(7)).items() if cell == "7"}
        files[f"{number}.xlsx"] = forms.school_form(values)
    found = {entry["code"]: entry for entry in county(files).json["schools"]}
    return {key: found[f"99{number:08}"] for number, key in enumerate(keys, 1)}


@pytest.mark.parametrize(("level", "code", "below"), AT_85)
def test_85_percent(handful, level, code, below):
    entry = handful["85", level, code, below]
    assert entry["indicators"][code]["judgement"] == "not_met"
    assert entry["indicators"][code]["reaches_85"] is not below
    assert entry["judgement"] == ("not_met" if below else "met")


@pytest.mark.parametrize(("name", "judgement"), [(name, judgement) for name, _, judgement in RULES])
def test_school_rule(handful, name, judgement):
    assert handful["rule", name]["judgement"] == judgement


@pytest.mark.parametrize("number", range(len(DOUBLES)), ids=[f"{d[2]}-{d[1]}-{d[3]}" for d in DOUBLES])
def test_doubles_that_mislead(handful, number):
    *_, code, _, met = DOUBLES[number]
    assert handful["double", number]["indicators"][code]["judgement"] == ("met" if met else "not_met")


# --- coefficients of variation: one county a case, all in one run ----------------------------------------------------

CV = [  # level, indicator, (pupils, resource) of each school, CV to 4 digits, judgement
    ("primary", "R4", [(100, "1500"), (100, "500")], 0.5, "met"),
    ("primary", "R4", [(100, "1500.01"), (100, "500")], 0.5, "not_met"),
    ("primary", "R4", [(100, "750000000.000001"), (100, "250000000")], 0.5, "not_met"),
    ("primary", "R4", [(100, "749999999.999999"), (100, "250000000")], 0.5, "met"),
    ("primary", "R5", [(100, "800"), (400, "1200")], 0.5, "met"),
    ("primary", "R5", [(100, "800"), (400, "1199.99")], 0.5, "not_met"),
    ("primary", "R1", [(100, "15"), (100, "5")], 0.5, "met"),
    ("primary", "R6", [(100, "8.1"), (100, "2.7")], 0.5, "met"),
    ("primary", "R7", [(70, "21"), (70, "7")], 0.5, "met"),
    ("junior", "R4", [(100, "145"), (100, "55")], 0.45, "met"),
    ("junior", "R4", [(100, "145.01"), (100, "55")], 0.45, "not_met"),
    ("junior", "R5", [(100, "1520"), (400, "2480")], 0.45, "met"),
    ("junior", "R6", [(100, "4.35"), (100, "1.65")], 0.45, "met"),
    ("junior", "R6", [(100, "4.35"), (100, "1.64")], 0.4524, "not_met"),
    ("junior", "R4", [(100, "725000000.000001"), (100, "275000000")], 0.45, "not_met"),
]
WORKED = [(45, 279), (37, 137), (89, 935), (76, 160), (55, 402)]


@pytest.fixture(scope="module")
def variations(counties):
    cases = {}
    examples = [("primary", code, WORKED) for code in oracle.CODES]
    for number, (level, code, schools, *_) in enumerate([*CV, *examples]):
        lines = [school(level, p, n, {code: Fraction(amount)}) for n, (p, amount) in enumerate(schools)]
        cases[f"9901{number:02}"] = {"a.csv": forms.wide(lines)}
    return list(counties(cases).values())


def _entry(result, code, level):
    return next(e for e in result["county"] if e["code"] == code and e.get("level") == level)


@pytest.mark.parametrize("number", range(len(CV)), ids=[f"{c[0]}-{c[1]}-{c[2][0][1]}-{c[2][1][1]}" for c in CV])
def test_coefficient_at_its_limit(variations, number):
    level, code, schools, cv, judgement = CV[number]
    entry = _entry(variations[number], code, level)
    scale = oracle.SCALES[code]
    mean, square = oracle.spread([(Fraction(p), Fraction(amount) * scale / p) for p, amount in schools])
    assert (round(entry["cv"], 4), entry["judgement"]) == (cv, judgement)
    assert abs(entry["cv"] - oracle.root(square)) <= 1e-12
    assert abs(Fraction(entry["mean"]) - mean) <= mean / 10**12


@pytest.mark.parametrize("code", oracle.CODES)
def test_worked_example_of_the_coefficient(variations, code):
    """0.5153 weighted by pupils; 0.4888 and 0.5465 are the unweighted readings."""
    entry = _entry(variations[len(CV) + oracle.CODES.index(code)], code, "primary")
    assert (round(entry["cv"], 4), entry["judgement"], entry["n"]) == (0.5153, "not_met", 5)
    mean = Fraction(1913, 302) * oracle.SCALES[code]
    assert abs(Fraction(entry["mean"]) - mean) <= mean / 10**12


def test_split_example(county):
    """600 + 400 pupils, 5200 ㎡: 5.00 and 5.50."""
    changes = {"教学及辅助用房总面积": 5200, "室内体育用房面积": 0}
    values = forms.filled("九年一贯制学校", "演示第一学校", "9900010001", 600, 400, changes=changes)
    schools = county({"a.xlsx": forms.school_form(values)}).json["schools"]
    values = [(s["level"], s["indicators"]["R4"]["value"]) for s in schools]
    assert values == [("primary", 5.0), ("junior", pytest.approx(5.5, rel=1e-12))]
    assert [s["indicators"]["R4"]["gap"] and s["indicators"]["R4"]["gap"]["amount"] for s in schools] == [None, 284]
