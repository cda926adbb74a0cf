"""Three years of 镇江's look-back (演示数据) through the actions: launch, self-checks, re-check and spot-check of drawn units, the end of each year.

Each year has the days that the document names; ``bench/web_years.py`` walks the same way with 100 items a unit. What must hold afterwards is in
``test_three_years``. Self-checks are handed in as the act has them, without the typing before (``submissions``).
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from checking import own_items
from django.test import override_settings
from lookback import SINCE, Lookback, city
from reviewing import coded, score_all

from dudao_web import clock
from dudao_web.campaigns import actions, closing, launching, procedures, quotas
from dudao_web.campaigns.actions import Answered
from dudao_web.campaigns.launching import Plan
from dudao_web.campaigns.models import Campaign, Case, StageDate
from dudao_web.documents import actions as documents
from dudao_web.documents.models import Document
from dudao_web.inspections import drawing, queries, scales, scoring, teams
from dudao_web.inspections.models import Sample, Sheet, Team
from dudao_web.orgs import actions as orgs
from dudao_web.orgs.models import Kind, Membership, Org, Role
from dudao_web.standards.models import StandardVersion

PRINTED = 4  # items that the published standards have themselves, beside those of the 细则
YEARS = (2017, 2018, 2019)
LOOKBACK = "zhenjiang-lookback"
SOURCE = "江苏体彩 7 位数（演示数据）"
OPINION = "总体达到标准（演示数据）。"
DIFFERS = "现场查看，与材料不一致（演示数据）"
KINDS = ("leader", "inspector", "inspector")


@dataclass(frozen=True)
class Offices:
    """The city with its districts, the 细则 of its units, the office of each unit by key, and by code of a district (or the city) three
    inspectors, their leader first.
    """

    world: Lookback
    units: Mapping[int, Membership]
    bound: Mapping[str, StandardVersion]
    inspectors: Mapping[str, list[Membership]]

    def officer(self, code: str) -> Membership:
        """Who acts for a place: the district's officer, for 市属 and the city itself the city's."""
        return self.world.officers.get(code, self.world.officer)


def begin(share: int = 1, items: int = 12) -> Offices:
    """The tree as it stands before the first year, 413 units or a ``share``-th of each district's; ``items`` are judged in each unit."""
    with on(date(YEARS[0], 5, 8)):
        world = city(share)
        held = {}
        for code, org in {**world.districts, world.city.code: world.city}.items():
            home = world.city if org.kind == Kind.DIRECT else org
            held[code] = [_inspector(home, f"i{code}{n}", f"{org.name}督学{n}") for n in range(1, 4)]
        units = {unit.pk: world.office(unit) for unit in world.units}
        return Offices(world, units, own_items(world, items - PRINTED), held)


def _inspector(org: Org, username: str, title: str) -> Membership:
    return orgs.invite(by=None, org=org, role=Role.INSPECTOR, username=username, title=title, on=SINCE)[0]


def on(day: date) -> AbstractContextManager[Any]:
    """The office's day within the block."""
    return override_settings(DEMO_ON=day)


# --- a year


def year(offices: Offices, number: int) -> Campaign:
    """One whole year: every unit hands in, each district and then the city draws, looks and closes."""
    campaign = launched(offices, number)
    with on(date(number, 6, 20)):
        self_checked(offices, campaign)
    for place in places(campaign, "recheck"):
        reviewed(offices, place, date(number, 7, 3))
    to_spot_check(offices, campaign)
    for place in places(campaign, "spot_check"):
        reviewed(offices, place, date(number, 9, 11))
    finished(offices, campaign)
    return campaign


def launched(offices: Offices, number: int, numbers: Sequence[Mapping[str, Any]] | None = None) -> Campaign:
    """The campaign of a year with the quotas of the procedure's own table (or ``numbers``), launched and forwarded."""
    world, officer = offices.world, offices.world.officer
    with on(date(number, 5, 10)):
        draft = launching.prepare(
            by=officer, procedure=LOOKBACK, year=number, title=f"{number}年“回头看”", key=f"zj-{number}"
        )
        plan = Plan(
            standards={kind: version.pk for kind, version in offices.bound.items()},
            quotas=tuple(printed(draft, world.districts.values()) if numbers is None else numbers),
        )
        launching.revise(campaign=draft, by=officer, plan=plan)
        notice = document(officer, number, 11, "镇教督")
        found = launching.launch(campaign=draft, by=officer, document=notice)
        for n, place in enumerate(places(found, "district_plan"), 1):
            if place.closed_at is None:
                by = offices.officer(place.org.code)
                closing.forward(place=place, by=by, document=document(by, number, n, "演教督"))
    return found


def printed(campaign: Campaign, districts: Iterable[Org]) -> list[dict[str, Any]]:
    """The numbers of the procedure's table for a year, as a campaign keeps them."""
    procedure = procedures.load(campaign.procedure)
    heads = quotas.columns(procedure, campaign.year)
    return [
        {
            "district": org.code,
            **{one.key: quotas.printed(procedure, campaign.year, org, one.key) for one in heads},
        }
        for org in districts
    ]


def document(by: Membership, number: int, no: int, word: str) -> Document:
    """A document of an office in a year."""
    title = f"关于开展{number}年“回头看”的通知（演示数据）"
    return documents.issue(
        by=by, word=word, year=number, no=no, title=title, body="请结合实际认真贯彻执行。", main_to="各单位",
        issued_on=clock.today(),
    )  # fmt: skip


def places(campaign: Campaign, stage: str) -> list[StageDate]:
    """A stage at every org that keeps it, in the order of the tree."""
    rows = StageDate.objects.filter(stage__campaign=campaign, stage__key=stage)
    around = ("stage__campaign__procedure", "stage__campaign__org", "org__parent")
    return list(rows.select_related(*around).order_by("org__path"))


def self_checked(offices: Offices, campaign: Campaign) -> None:
    """Every unit hands in that it reaches the best in each item; the districts approve."""
    rows = Case.objects.filter(campaign=campaign).select_related(
        "unit", "campaign", "version", "district", "place__stage"
    )
    answers: dict[int, list[Answered]] = {}
    by_district: dict[str, list[Case]] = {}
    for case in rows.order_by("path"):
        if case.version_id not in answers:
            known = scales.items(scoring.standards.load(case.version))
            answers[case.version_id] = [Answered(one.code, scales.choices(one)[0][0]) for one in known]
        by = offices.units[case.unit_id]
        actions.hand_in(case=case, by=by, answered=answers[case.version_id], report="自查情况（演示数据）")
        by_district.setdefault(case.district.code, []).append(case)
    for code, cases in by_district.items():
        actions.approve(cases=cases, by=offices.officer(code))


def to_spot_check(offices: Offices, campaign: Campaign) -> None:
    """The districts report what they found: the city can begin."""
    with on(date(campaign.year, 8, 18)):
        for place in places(campaign, "district_report"):
            done(offices, place)


def finished(offices: Offices, campaign: Campaign) -> None:
    """The city's report, what the districts mended, the results: the year is over."""
    with on(date(campaign.year, 12, 1)):
        for key in ("report", "rectification", "results"):
            for place in places(campaign, key):
                done(offices, place)
        closing.close_campaign(campaign=campaign, by=offices.world.officer)


def done(offices: Offices, place: StageDate) -> None:
    """An office closes a stage."""
    closing.close(
        place=place, by=offices.officer(place.org.code), note=f"{place.stage.title}办理完毕（演示数据）"
    )


# --- a stage of review


def reviewed(offices: Offices, place: StageDate, day: date) -> None:
    """A stage of review from the draw to its end: planned on ``day``, drawn on the next, looked at in the week after."""
    drawn(offices, place, day)
    with on(day + timedelta(days=7)):
        for n, sheet in enumerate(assigned(offices, place)):
            submitted(offices, sheet, everybody=n == 0)
        done(offices, place)


def drawn(offices: Offices, place: StageDate, day: date) -> Sample:
    """The units of a stage by the quotas of the launch, with a seed of the place's own."""
    by = offices.officer(place.org.code)
    with on(day):
        at = clock.now() + timedelta(hours=1)
        sample = drawing.plan(place=place, by=by, seed_source=SOURCE, seed_at=at)
    with on(day + timedelta(days=1)):
        seed = f"{day:%Y%m%d} {place.org.code}"
        return drawing.draw(sample=sample, by=by, frame_sha256=sample.frame_sha256, seed=seed)


def team(offices: Offices, place: StageDate) -> Team:
    """The place's team: a leader and two inspectors."""
    members = list(zip(offices.inspectors[place.org.code], KINDS, strict=True))
    return teams.form(place=place, by=offices.officer(place.org.code), name="第一督导组", members=members)


def assigned(offices: Offices, place: StageDate) -> list[Sheet]:
    """The sheets of all units of a stage, given to its team."""
    by, cases = offices.officer(place.org.code), list(queries.to_review(place))
    if not cases:
        return []
    rows = teams.assign(team=team(offices, place), by=by, cases=cases)
    return list(queries.around(Sheet.objects.filter(pk__in=[row.pk for row in rows])).order_by("pk"))


def submitted(offices: Offices, sheet: Sheet, *, everybody: bool = False) -> None:
    """Every item judged by the leader, or by all three, as the judgement before it but in the first item of every fifth unit; handed in."""
    members = offices.inspectors[sheet.place.org.code]
    said = {coded(sheet)[0][0]: "B"} if sheet.case_id % 5 == 0 else {}
    score_all(sheet, members if everybody else members[:1], said)
    scoring.submit(sheet=sheet, by=members[0], opinion=OPINION)
