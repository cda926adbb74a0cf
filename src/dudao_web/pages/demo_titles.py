"""The titles of the demo (演示数据): 先进镇（街道）, 先进学校, their targets, 502 awards with grades and problems, and the 413 of 2015.

Counts are those of 镇教督〔2017〕11号; grades and problems are generated. Not here: the campaigns over the cohort (``demo_lookback``).
"""

from collections import Counter
from collections.abc import Callable
from datetime import date
from hashlib import sha256

from dudao_web.orgs.models import Kind
from dudao_web.pages import demo_items
from dudao_web.pages.demo_units import COHORT, DISTRICTS, LATER, Unit
from dudao_web.pages.demo_world import Step, World
from dudao_web.standards import actions as standards
from dudao_web.standards import queries
from dudao_web.standards.models import StandardVersion
from dudao_web.titles import actions as titles
from dudao_web.titles.actions import Given
from dudao_web.titles.models import Cohort, Title

ITEMS = date(2013, 3, 1)  # the 细则 is loaded
FROZEN = date(2017, 5, 5)
TARGET_YEAR = 2018
COHORT_NAME = "2015年底前“双创”达标单位"
TOWN_TITLE = ("zhenjiang-town", "镇江市教育现代化先进镇（街道）", (Kind.TOWN,))
SCHOOL_TITLE = ("zhenjiang-school", "镇江市教育现代化先进学校", (Kind.SCHOOL, Kind.KINDERGARTEN))
PROBLEMS = (
    "演示：教师培训台账不全，缺少校本研修记录。",
    "演示：体育、艺术课时没有开足。",
    "演示：章程修订后没有公开。",
    "演示：质量分析没有提出改进措施。",
)


def steps() -> list[Step]:
    """From the two 细则 to the frozen list."""
    given = [Step(day, f"授予称号（{day.year}年）", _awards(day)) for day in (*COHORT, *LATER)]
    return [
        Step(ITEMS, "录入两套评估细则，设立称号和目标", _items),
        *given,
        Step(FROZEN, "冻结2015年底前的达标单位名单", _freeze),
    ]


def versions() -> dict[str, StandardVersion]:
    """The city's own 细则, by kind of unit."""
    found = {row.standard: row for row in StandardVersion.objects.filter(org__isnull=False)}
    town = next(row for name, row in found.items() if name.startswith(demo_items.TOWN))
    school = next(row for name, row in found.items() if row != town)
    return {Kind.SCHOOL: school, Kind.KINDERGARTEN: school, Kind.TOWN: town}


def cohort() -> Cohort:
    """The frozen list."""
    return Cohort.objects.get(name=COHORT_NAME)


def _items(world: World) -> None:
    for base, data in (
        (demo_items.SCHOOL, demo_items.school_items()),
        (demo_items.TOWN, demo_items.town_items()),
    ):
        standards.load_items(by=world.city, base=base, profile="default", data=data)
    rows = [
        titles.create_title(by=world.city, org=world.city.org, key=key, name=name, unit_kinds=kinds)
        for key, name, kinds in (TOWN_TITLE, SCHOOL_TITLE)
    ]
    counted = Counter((_district(unit), unit.kind == Kind.TOWN) for unit in world.units)
    wanted = {
        (title, world.orgs[district.code]): counted[district.code, title == rows[0]]
        for title in rows
        for district in DISTRICTS
    }
    titles.set_targets(by=world.city, year=TARGET_YEAR, units=wanted)


def _district(unit: Unit) -> str:
    return unit.code[:6]


def _awards(day: date) -> Callable[[World], None]:
    def act(world: World) -> None:
        town = Title.objects.get(key=TOWN_TITLE[0])
        school = Title.objects.get(key=SCHOOL_TITLE[0])
        bound = versions()
        codes = {version.pk: _graded(version) for version in bound.values()}
        rows = []
        for unit in world.units:
            if unit.awarded == day:
                version = bound[unit.kind]
                grades = _grades(unit, codes[version.pk])
                rows.append(
                    Given(
                        unit=world.orgs[unit.code],
                        title=town if unit.kind == Kind.TOWN else school,
                        awarded_on=day,
                        batch=f"{day.year}年{'上' if day.month < 7 else '下'}半年",
                        version=version,
                        grades=grades,
                        problems=_problems(unit, grades),
                    )
                )
        titles.import_awards(by=world.city, rows=rows)

    return act


def _graded(version: StandardVersion) -> list[str]:
    """Codes of the items that are graded."""
    return [one.code for one in queries.load(version).indicators if "." in one.code]


def draw(unit_code: str, of: str) -> int:
    """A number of a unit for a purpose, always the same."""
    return int.from_bytes(sha256(f"{of} {unit_code}".encode()).digest()[:4], "big")


def _grades(unit: Unit, codes: list[str]) -> dict[str, str]:
    """A throughout but for up to two items."""
    below = {draw(unit.code, f"grade {n}") % len(codes) for n in range(draw(unit.code, "below") % 3)}
    return {code: "B" if place in below else "A" for place, code in enumerate(codes)}


def _problems(unit: Unit, grades: dict[str, str]) -> list[str]:
    """One problem for each item below A."""
    first = draw(unit.code, "problem")
    many = sum(grade != "A" for grade in grades.values())
    return [PROBLEMS[(first + n) % len(PROBLEMS)] for n in range(many)]


def _freeze(world: World) -> None:
    rows = list(Title.objects.filter(key__in=(TOWN_TITLE[0], SCHOOL_TITLE[0])))
    titles.freeze_cohort(
        by=world.city, org=world.city.org, name=COHORT_NAME, titles=rows, awarded_until=date(2015, 12, 31)
    )
