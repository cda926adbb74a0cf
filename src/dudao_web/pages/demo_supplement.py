"""Filled 补充表 of the demo (演示数据), and a small county in which every school meets its limits.

Pure: rules of the standard in, values by field name out. Not here: handing them in (``demo``), the school and county forms (``demo_forms``).
"""

import math
from collections.abc import Iterator
from decimal import Decimal

from dudao.standards import asked
from dudao.standards.model import Declared, Given, Indicator, Standard, Survey, Veto

SENT = {"学生": 3200, "家长": 5200, "教师": 640, "校长": 22, "人大代表": 40, "政协委员": 40, "其他群众": 200}
"""Questionnaires sent to each group."""
SHARE = {
    "valid": Decimal("0.96"),
    "satisfied": Decimal("0.91"),
    "visited": Decimal("0.05"),
    "visit_satisfied": Decimal("0.92"),
}
"""Counts of a group: valid of those sent, satisfied of the valid, visited of those sent, satisfied of the visited."""
TABLE_ONE = {
    "population": "31.5",
    "rural_population": "11.8",
    "towns": "5",
    "villages": "41",
    "product_per_head": "168200",
    "revenue_per_head": "11950",
    "rural_income": "37600",
    "urban_income": "68400",
    "staff_primary": "842",
    "teachers_primary": "806",
    "staff_junior": "516",
    "teachers_junior": "489",
    "disabled_special": "72",
}
EVEN = (
    (1, "第一小学", "小学", 960, 0),
    (2, "第二小学", "小学", 720, 0),
    (3, "第三小学", "小学", 480, 0),
    (4, "实验学校", "九年一贯制", 540, 360),
    (5, "第一初级中学", "初中", 0, 800),
    (6, "第二初级中学", "初中", 0, 600),
)
"""Number, name, type, pupils in 小学 and 初中 of the schools of the small county."""
AREAS = ("", "东区", "西区", "南区", "北区", "中区")
"""Parts of the place in the names of the second and later six schools."""
PER_PUPIL = {
    "degree": ("0.0458", "0.0578"),
    "backbone": ("0.0110", "0.0110"),
    "pe_art": ("0.0104", "0.0104"),
    "teaching_area": ("4.8", "6.2"),
    "sports_area": ("8.1", "10.9"),
    "equipment": ("0.216", "0.268"),
    "media_rooms": ("0.0252", "0.0262"),
}
"""What the schools of the small county have for each pupil of 小学 and 初中; equipment in 万元."""


def county(standard: Standard, *, without: frozenset[str] = frozenset()) -> dict[str, str]:
    """Everything that the county answers, met throughout; ``without``: codes of items left blank."""
    known = {field.name for field in standard.fields}
    values = {name: value for name, value in TABLE_ONE.items() if name in known}
    for indicator in standard.indicators:
        if indicator.code not in without:
            values |= dict(_answers(indicator))
    return values


def _answers(indicator: Indicator) -> Iterator[tuple[str, str]]:
    rule = indicator.rule

    def name(what: str) -> str:
        return asked.name(indicator, what)

    if isinstance(rule, Declared):
        yield name("met"), rule.words["met"]
        if rule.needs_proof:
            yield name("proof"), f"演示佐证材料：{'、'.join(rule.proofs) or indicator.title}"
    elif isinstance(rule, Veto):
        yield name("found"), asked.NO
    elif isinstance(rule, Given):
        for number, part in enumerate(rule.parts, 1):
            monitored = number <= 4
            yield name(f"{number}_grade"), rule.at_least if monitored else asked.NOT_MONITORED
            if monitored:
                yield name(f"{number}_value"), f"0.{8 + len(part) % 3 + number:02d}"
    elif isinstance(rule, Survey):
        for number, group in enumerate(rule.groups, 1):
            for what, count in _counts(SENT.get(group, 100)).items():
                yield name(f"{number}_{what}"), str(count)
    for number, _ in enumerate(indicator.also, 1):
        yield name(f"also_{number}"), asked.HOLDS


def _counts(sent: int) -> dict[str, int]:
    valid = int(sent * SHARE["valid"])
    visited = max(2, int(sent * SHARE["visited"]))
    return {
        "sent": sent,
        "valid": valid,
        "satisfied": int(valid * SHARE["satisfied"]),
        "visited": visited,
        "visit_satisfied": math.ceil(visited * SHARE["visit_satisfied"]),
    }


def school(row: dict[str, str]) -> dict[str, str]:
    """What a school answers, from a row of the table of schools."""
    values = {"sponsor": "7", "location": "镇区" if int(row["no"]) % 4 else "乡村", "boarding": "否"}
    if int(row["pupils_primary"]):
        values["grades_primary"] = "6"
    if int(row["pupils_junior"]):
        values["grades_junior"] = "3"
    primary, junior = int(row["pupils_primary"]), int(row["pupils_junior"])
    for name in ("backbone", "pe_art") if primary and junior else ():
        first = round(int(row[name]) * primary / (primary + junior))
        values |= {f"{name}_primary": str(first), f"{name}_junior": str(int(row[name]) - first)}
    return values


def even_schools(place: str, groups: int = 1) -> list[dict[str, str]]:
    """The schools of the small county as rows of the table of schools; ``groups``: so many times these six, named after 东、西、南."""
    return [
        _even(f"{place}{AREAS[group]}", len(EVEN) * group + number, *rest)
        for group in range(groups)
        for number, *rest in EVEN
    ]


def _even(place: str, number: int, name: str, kind: str, primary: int, junior: int) -> dict[str, str]:
    def part(what: str, level: int) -> Decimal:
        # what both stages share is split by weights, so that it must suffice at the higher rate
        rate = 1 if primary and junior and what not in ("degree", "backbone", "pe_art") else level
        return Decimal((primary, junior)[level]) * Decimal(PER_PUPIL[what][rate])

    def whole(what: str) -> str:
        return str(math.ceil(part(what, 0) + part(what, 1)))

    return {
        "no": str(number),
        "name": f"演示{place}{name}",
        "town": "",
        "type": kind,
        "pupils_primary": str(primary),
        "pupils_junior": str(junior),
        "degree_primary": str(math.ceil(part("degree", 0))),
        "degree_junior": str(math.ceil(part("degree", 1))),
        "backbone": whole("backbone"),
        "pe_art": whole("pe_art"),
        "teaching_area": whole("teaching_area"),
        "sports_area": whole("sports_area"),
        "equipment": str((part("equipment", 0) + part("equipment", 1)).quantize(Decimal("0.01"))),
        "media_rooms": whole("media_rooms"),
    }
