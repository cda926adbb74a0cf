"""镇江's 先进镇（街道）and 先进学校 for tests, all generated (演示数据): 55 towns and 447 schools, 38 and 375 of them by the end of 2015."""

from dataclasses import dataclass
from datetime import date

import world as cast

from dudao_web.orgs.models import Kind, Org
from dudao_web.titles import actions
from dudao_web.titles.actions import Given
from dudao_web.titles.models import Award, Title

# 2017-2019 of the quota table of seed 000 added up: what each 辖市区 has to re-check, 413 in all.
UNITS = {"丹阳": 99, "句容": 62, "扬中": 47, "丹徒": 57, "京口": 50, "润州": 54, "新区": 33, "市属": 11}
EARLY, LATE = date(2014, 12, 20), date(2016, 6, 30)


@dataclass(frozen=True)
class Titles:
    """The two titles of the city."""

    towns: Title
    schools: Title


def titles(city: Org) -> Titles:
    """The titles, made by the action that makes all titles."""
    make = actions.create_title
    return Titles(
        towns=make(by=None, org=city, name="市教育现代化先进镇（街道）", unit_kinds=[Kind.TOWN], key="town"),
        schools=make(by=None, org=city, name="市教育现代化先进学校", unit_kinds=[Kind.SCHOOL], key="school"),
    )


def give(title: Title, unit: Org, on: date = EARLY, **words: object) -> Award:
    """One award, by the action."""
    return actions.award(by=None, given=Given(unit=unit, title=title, awarded_on=on, **words))


def whole(world: cast.World) -> Titles:
    """The units and awards of the whole city beside the cast, by bulk inserts: 502 awards, the record of acts left out."""
    both = titles(world.city)
    names = {"丹阳": world.danyang, "扬中": world.yangzhong}
    for number, name in enumerate(UNITS):
        if name not in names:
            names[name] = cast.unit(f"3211{number:02d}", f"{name}（演示）", Kind.COUNTY, world.city)
    spread = [name for name, count in UNITS.items() for _ in range(count)]
    towns = [_unit(names[spread[i * 7]], Kind.TOWN, i) for i in range(55)]
    schools = [_unit(names[spread[i % 413]], Kind.SCHOOL, i) for i in range(447)]
    Org.objects.bulk_create(towns + schools)
    Award.objects.bulk_create(
        [_award(both.towns, unit, i < 38) for i, unit in enumerate(towns)]
        + [_award(both.schools, unit, i < 375) for i, unit in enumerate(schools)]
    )
    return both


def _unit(district: Org, kind: Kind, number: int) -> Org:
    code = f"{district.code}9{number:02d}" if kind == Kind.TOWN else f"{district.code}8{number:03d}"
    name = f"演示{'街道' if kind == Kind.TOWN else '学校'}{number + 1}"
    return Org(code=code, name=name, kind=kind, parent=district, path=f"{district.path}{code}/")


def _award(title: Title, unit: Org, early: bool) -> Award:
    return Award(
        title=title, unit=unit, awarded_on=EARLY if early else LATE, batch="第一批" if early else "第二批"
    )
