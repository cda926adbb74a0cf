"""镇江's “回头看” in the demo (演示数据): 2017 with every self-check approved, 2018 in the middle of it.

The days of 2017 are those of seed 000: launched on 8 May, forwarded by 镇江新区 on 30 October only. Everything goes through the actions,
each on its day, as if the offices had done it. Not here: single units of 扬中 with a story of their own (``demo_cases``).
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from math import ceil
from typing import NamedTuple

from dudao_web import clock
from dudao_web.campaigns import actions, closing, launching, procedures, quotas
from dudao_web.campaigns.launching import Plan
from dudao_web.campaigns.models import Campaign, Case, StageDate
from dudao_web.notices import actions as notices
from dudao_web.pages import demo_cases, demo_ledger, demo_reviews, demo_titles
from dudao_web.pages.demo_self_check import (
    acknowledge,
    begin,
    campaign,
    cases,
    hand_in,
    place,
    sign,
)
from dudao_web.pages.demo_units import JURONG, YANGZHONG
from dudao_web.pages.demo_world import Step, World, document

CITY_WORD = "镇教督"
WORDS = {
    "321181": "丹教督", "321183": "句教督", "321182": "扬教督", "321112": "丹徒教督", "321102": "京教督",
    "321111": "润教督", "321171": "镇新教督",
}  # fmt: skip
NEW_DISTRICT = "321171"
TITLE = "关于印发《镇江市教育现代化“双创”工作“回头看”实施方案》的通知"
BODY = "现将《镇江市教育现代化“双创”工作“回头看”实施方案》印发给你们，请结合工作实际，认真贯彻落实。"
MAIN_TO = "各辖市（区）教育局、政府教育督导室，镇江新区社会发展局，市属各学校（单位）"
FORWARD_BODY = "现将《镇江市教育现代化“双创”工作“回头看”实施方案》转发给你们，请结合实际认真贯彻执行。"
FORWARDED = {
    2017: {
        "321182": date(2017, 5, 19), "321181": date(2017, 5, 22), "321183": date(2017, 5, 24),
        "321112": date(2017, 6, 5), "321102": date(2017, 6, 9), "321111": date(2017, 6, 16),
        NEW_DISTRICT: date(2017, 10, 30),
    },
    2018: {
        "321182": date(2018, 5, 11), "321181": date(2018, 5, 14), "321183": date(2018, 5, 16),
        "321112": date(2018, 5, 21), "321102": date(2018, 5, 23), "321111": date(2018, 6, 25),
    },
}  # fmt: skip
# Other dates than the launched ones, set with the forwarding: stage, due, reason.
MOVED = {
    (2017, NEW_DISTRICT): (
        ("self_check", date(2017, 12, 15), "本区10月30日转发，自查顺延"),
        ("self_approval", date(2017, 12, 15), "本区10月30日转发，审核顺延"),
        ("recheck", date(2017, 12, 22), "本区10月30日转发，复查顺延"),
        ("district_report", date(2017, 12, 29), "本区10月30日转发，报告顺延"),
    ),
    (2018, YANGZHONG): (
        ("self_check", date(2018, 7, 6), "暑假前完成自查"),
        ("self_approval", date(2018, 7, 12), "暑假前完成自查，随后审核"),
    ),
    (2018, JURONG): (("self_approval", date(2018, 7, 9), "7月上旬完成审核"),),
}
DIRECT, DIRECT_DUE = "321101", date(2018, 7, 13)


class Share(NamedTuple):
    """How far a district's units are in 2018, in hundredths: approved, waiting, returned, begun; the rest has not begun."""

    approved: int
    waiting: int
    returned: int
    begun: int


SHARES = {
    "321181": Share(55, 20, 4, 12),
    "321183": Share(80, 14, 2, 4),
    "321182": Share(60, 14, 3, 12),
    "321112": Share(40, 25, 4, 20),
    "321102": Share(35, 30, 5, 20),
    "321111": Share(0, 16, 0, 36),
    DIRECT: Share(45, 28, 0, 18),
}
RETURN_REASON = "演示：2.1 自评与佐证材料不一致，请补充本学期的培训记录后重报。"
RETURN_DUE = date(2018, 7, 20)


def steps() -> list[Step]:
    """Both years, in the order of the days."""
    return [*_year_2017(), *_year_2018(), *demo_reviews.steps(), *demo_ledger.steps()]


def _year_2017() -> list[Step]:
    first = [code for code in SHARES if code != NEW_DISTRICT]
    return [
        Step(date(2017, 5, 8), "启动2017年“回头看”", _launching(2017, 11)),
        *_forwarding(2017),
        Step(date(2017, 6, 28), "2017年各单位自查", _all_in(first)),
        Step(date(2017, 7, 19), "2017年自查审核", _all_approved(first)),
        Step(date(2017, 11, 22), "2017年镇江新区各单位自查", _all_in([NEW_DISTRICT])),
        Step(date(2017, 12, 8), "2017年镇江新区自查审核", _all_approved([NEW_DISTRICT])),
    ]


def _year_2018() -> list[Step]:
    return [
        Step(date(2018, 5, 7), "启动2018年“回头看”", _launching(2018, 9)),
        *_forwarding(2018),
        Step(date(2018, 6, 14), "2018年第一批自查", _handing_in(0, 0.5)),
        Step(date(2018, 6, 21), "2018年第一批审核", _approving),
        Step(date(2018, 6, 28), "2018年第二批自查", _handing_in(0.5, 1)),
        Step(date(2018, 7, 3), "2018年第二批审核", _approving),
        Step(date(2018, 7, 4), "2018年第三批自查，部分单位填写中", _waiting_and_begun),
        Step(date(2018, 7, 6), "2018年退回部分自查，催办", _returning),
        *demo_cases.steps(),
    ]


# --- launch and forwarding


def _launching(year: int, no: int) -> Callable[[World], None]:
    def act(world: World) -> None:
        title = f"{year}年教育现代化“双创”工作“回头看”"
        draft = launching.prepare(
            by=world.city, procedure="zhenjiang-lookback", year=year, title=title, key=f"zj-{year}"
        )
        bound = {kind: version.pk for kind, version in demo_titles.versions().items()}
        plan = Plan(standards=bound, cohort=demo_titles.cohort().pk)
        plan = replace(plan, quotas=_quotas(world, draft, plan))
        launching.revise(campaign=draft, by=world.city, plan=plan)
        paper = document(world.city, CITY_WORD, no, TITLE, BODY, MAIN_TO)
        launching.launch(campaign=draft, by=world.city, document=paper)
        if year == 2018:
            _move(world, place(year, "self_approval", DIRECT), DIRECT_DUE, "市属学校7月13日前审核完毕")

    return act


def _quotas(world: World, draft: Campaign, plan: Plan) -> tuple[dict[str, object], ...]:
    """The rows of the plan's table for the year, by the districts' codes here; in a demo of a share of the units no more than there are."""
    table = procedures.load(draft.procedure).quotas
    assert table is not None
    by_name = {org.name: org.code for org in world.orgs.values()}
    columns = [(n, column.stage) for n, column in enumerate(table.columns) if column.year == draft.year]
    have = quotas.units_of(launching.units(draft, plan, clock.today()))
    rows = []
    for row in table.rows:
        code = row.code or by_name[row.district]
        most = table.total("recheck", district=row.district)  # of all three years: every unit once
        share = min(1, have[code] / most)
        rows.append({"district": code} | {stage: ceil(row.numbers[n] * share) for n, stage in columns})
    return tuple(rows)


def _forwarding(year: int) -> list[Step]:
    return [
        Step(day, f"{WORDS[code]}转发{year}年通知", _forward(year, code))
        for code, day in FORWARDED[year].items()
    ]


def _forward(year: int, code: str) -> Callable[[World], None]:
    def act(world: World) -> None:
        by, of = world.offices[code], campaign(year)
        acknowledge(by, of.notice)
        title = "关于转发《镇江市教育现代化“双创”工作“回头看”实施方案》的通知"
        paper = document(by, WORDS[code], 8, title, FORWARD_BODY, "各中小学、幼儿园，各镇（街道）")
        closing.forward(place=place(year, "district_plan", code), by=by, document=paper)
        for stage, due, reason in MOVED.get((year, code), ()):
            _move(world, place(year, stage, code), due, reason)

    return act


def _move(world: World, found: StageDate, due: date, reason: str) -> None:
    by = world.decider(found.org.code)
    closing.move_dates(place=found, by=by, opens=found.opens, due=due, reason=reason)


# --- self-checks


def _all_in(codes: Iterable[str]) -> Callable[[World], None]:
    def act(world: World) -> None:
        for code in codes:
            found = cases(2017, code)
            hand_in(world, found, place(2017, "district_plan", code).notice)
            if code == YANGZHONG:
                sign(world, found)

    return act


def _all_approved(codes: Iterable[str]) -> Callable[[World], None]:
    def act(world: World) -> None:
        for code in codes:
            actions.approve(cases=cases(2017, code), by=world.decider(code))

    return act


def _parts(code: str) -> dict[str, list[Case]]:
    """The units of a district by how far they are in 2018; those with a story of their own are left out."""
    found = [case for case in cases(2018, code) if case.unit.code not in demo_cases.CODES]
    parts, at = {}, 0
    for name, percent in SHARES[code]._asdict().items():
        many = max(1, round(len(found) * percent / 100)) if percent else 0
        parts[name] = found[at : at + many]
        at += many
    return parts


def _handing_in(start: float, end: float) -> Callable[[World], None]:
    def act(world: World) -> None:
        for code in SHARES:
            found = _parts(code)["approved"]
            some = found[int(len(found) * start) : int(len(found) * end)]
            hand_in(world, some, place(2018, "district_plan", code).notice)
            if code == YANGZHONG:
                sign(world, some)

    return act


def _approving(world: World) -> None:
    for code in SHARES:
        actions.approve(cases=_parts(code)["approved"], by=world.decider(code))


def _waiting_and_begun(world: World) -> None:
    for code in SHARES:
        parts, notice = _parts(code), place(2018, "district_plan", code).notice
        hand_in(world, [*parts["waiting"], *parts["returned"]], notice)
        for case in parts["begun"]:
            begin(world, case, notice)


def _returning(world: World) -> None:
    for code in SHARES:
        for case in _parts(code)["returned"]:
            actions.send_back(case=case, by=world.decider(code), reason=RETURN_REASON, due=RETURN_DUE)
    title = "关于加快2018年“双创”工作“回头看”自查进度的通知"
    body = "请尚未转发通知、自查进度较慢的辖市（区）抓紧办理，7月底前完成自查和复查。"
    paper = document(world.city, CITY_WORD, 14, title, body, "各辖市（区）教育局、政府教育督导室")
    to = [world.orgs[code] for code in WORDS]
    notice = notices.send(by=world.city, document=paper, to=to)
    for code in ("321183", "321112"):
        acknowledge(world.offices[code], notice)
