"""The units of the demo (演示数据): the eight rows of seed 000's plan, their towns and schools, and when each was given its title.

Counts are those of 镇教督〔2017〕11号: 413 units by the end of 2015, 502 by 2017, 544 to be reached. District names and the towns of 扬中
are real; all others are numbered. Pure: no database. Not here: making them (``operations.demo``), the titles (``demo_titles``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from dudao_web.orgs.models import Kind
from dudao_web.pages import demo_forms, demo_supplement

CITY = ("321100", "镇江市")
YANGZHONG, DANYANG, JURONG, DANTU = "321182", "321181", "321183", "321112"
EVEN = {
    JURONG: "华阳",
    DANTU: "辛丰",
}  # districts with returns of even schools, and the place in the names of these
GROUPS = 4  # of six even schools each, all of 句容's: its set is whole


class District(NamedTuple):
    """A row of the plan: towns and schools with the title by 2015, given it in 2016 and 2017, and still without."""

    code: str
    name: str
    kind: Kind
    short: str
    towns: tuple[int, int, int]
    schools: tuple[int, int, int]


DISTRICTS = (
    District(DANYANG, "丹阳市", Kind.COUNTY, "丹阳", (10, 5, 1), (89, 20, 12)),
    District(JURONG, "句容市", Kind.COUNTY, "句容", (8, 4, 1), (54, 14, 8)),
    District(YANGZHONG, "扬中市", Kind.COUNTY, "扬中", (5, 0, 0), (42, 0, 0)),
    District(DANTU, "丹徒区", Kind.COUNTY, "丹徒", (6, 3, 1), (51, 10, 5)),
    District("321102", "京口区", Kind.COUNTY, "京口", (3, 2, 0), (47, 10, 6)),
    District("321111", "润州区", Kind.COUNTY, "润州", (3, 2, 0), (51, 8, 4)),
    District("321171", "镇江新区", Kind.FUNCTIONAL, "新区", (3, 1, 0), (30, 6, 2)),
    District("321101", "市属", Kind.DIRECT, "市直", (0, 0, 0), (11, 4, 2)),
)
# Days on which the titles were given; the last place: not yet.
COHORT = (date(2013, 12, 20), date(2014, 12, 19), date(2015, 12, 18))
LATER = (date(2016, 12, 16), date(2017, 4, 14))
YANGZHONG_TOWNS = (
    ("321182001", "三茅街道"),
    ("321182100", "新坝镇"),
    ("321182101", "油坊镇"),
    ("321182102", "八桥镇"),
    ("321182103", "西来桥镇"),
)
SCHOOLS = (
    22  # of 扬中, the first rows of demo_schools.csv; the two 教学点 after them are no units of their own
)
FIRST_KINDERGARTEN = 9001
# Kinds of a district's generated schools, over and over: name of the kind, how often in a row.
PATTERN = ("小学", "幼儿园", "小学", "初级中学", "幼儿园", "小学", "幼儿园", "小学", "初级中学")
DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Unit:
    """A town, a school or a kindergarten. ``awarded``: when it was given its title, None: not yet."""

    code: str
    name: str
    kind: Kind
    parent: str
    awarded: date | None


def number(n: int) -> str:
    """Numbers up to 99 as they stand in names.

    >>> number(7), number(10), number(12), number(20), number(45)
    ('七', '十', '十二', '二十', '四十五')
    """
    tens, ones = divmod(n, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones or not tens else "")


def units(share: int = 1) -> list[Unit]:
    """All units below the districts; ``share`` n: about one n-th of the generated ones."""
    found: list[Unit] = []
    for district in DISTRICTS:
        even = groups(district.code, share)
        towns = _dates(tuple(n // share for n in district.towns))
        given, *others = (max(1, n // share) if n else 0 for n in district.schools)
        schools = _dates((max(given, even * len(demo_supplement.EVEN)), *others))
        if district.code == YANGZHONG:
            found += _yangzhong(max(1, (district.schools[0] - SCHOOLS) // share))
        else:
            found += _towns(district, towns)
            found += _schools(district, schools, even)
    return found


def groups(code: str, share: int) -> int:
    """How many groups of even schools a district has: 句容 as many as fit into its share of schools, 丹徒 one."""
    return {JURONG: max(1, GROUPS // share), DANTU: 1}.get(code, 0)


def _dates(counts: tuple[int, ...]) -> list[date | None]:
    """The day of each unit's title, for (by 2015, later, not yet) units."""
    by_2015, later, never = counts
    return [
        *(COHORT[n * len(COHORT) // by_2015] for n in range(by_2015)),
        *(LATER[n * len(LATER) // later] for n in range(later)),
        *(None for _ in range(never)),
    ]


def _towns(district: District, dates: list[date | None]) -> Iterator[Unit]:
    what = "街道" if district.code in ("321102", "321111") else "镇"
    for n, awarded in enumerate(dates, 1):
        name = f"演示{district.short}第{number(n)}{what}"
        yield Unit(f"{district.code}{100 + n:03d}", name, Kind.TOWN, district.code, awarded)


def _schools(district: District, dates: list[date | None], even: int) -> Iterator[Unit]:
    """The even schools first, then those of the pattern; in 句容 the others are kindergartens."""
    rows = demo_supplement.even_schools(EVEN[district.code], even) if even else []
    names = [(demo_forms.code_of(district.code, row), row["name"], Kind.SCHOOL) for row in rows]
    counted: dict[str, int] = {}
    while len(names) < len(dates):
        what = "幼儿园" if district.code == JURONG else PATTERN[len(names) % len(PATTERN)]
        counted[what] = counted.get(what, 0) + 1
        kind = Kind.KINDERGARTEN if what == "幼儿园" else Kind.SCHOOL
        code = f"{district.code}{len(names) + 1:04d}"
        names.append((code, f"演示{district.short}第{number(counted[what])}{what}", kind))
    for (code, name, kind), awarded in zip(names, dates, strict=False):
        yield Unit(code, name, kind, district.code, awarded)


def _yangzhong(kindergartens: int) -> Iterator[Unit]:
    """扬中 stands in the tree down to its towns; all its units have the title."""
    codes = {name: code for code, name in YANGZHONG_TOWNS}
    for n, (code, name) in enumerate(YANGZHONG_TOWNS):
        yield Unit(code, name, Kind.TOWN, YANGZHONG, COHORT[n % len(COHORT)])
    for n, row in enumerate(demo_forms.schools()[:SCHOOLS]):
        code = demo_forms.code_of(YANGZHONG, row)
        yield Unit(code, row["name"], Kind.SCHOOL, codes[row["town"]], COHORT[n % len(COHORT)])
    for n in range(kindergartens):
        code, parent = f"{YANGZHONG}{FIRST_KINDERGARTEN + n}", YANGZHONG_TOWNS[n % len(YANGZHONG_TOWNS)][0]
        name = f"演示第{number(n + 1)}幼儿园"
        yield Unit(code, name, Kind.KINDERGARTEN, parent, COHORT[n % len(COHORT)])
