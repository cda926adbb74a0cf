"""What teams and problems add to the office that ``bench/web.py`` measures (演示数据), and the rows that look at it.

A third of the units is drawn for the re-check and has a score sheet; there are 5,000 problems, ten a unit, in all states of the ledger. Teams are
formed by the action, the rest is written straight into the tables, as it would stand some weeks later. Three whole years by the actions
are in ``web_years``.
"""

from __future__ import annotations

from datetime import date, timedelta

import lookback
from django.db.models import Max
from lookback import Lookback

from dudao_web import clock
from dudao_web.campaigns.models import Campaign, Case, StageDate
from dudao_web.findings import asking
from dudao_web.findings.models import Finding, Rectification
from dudao_web.inspections import scales, teams
from dudao_web.inspections.models import Drawn, Sample, Score, Sheet, Team
from dudao_web.orgs import actions as orgs
from dudao_web.orgs.models import Kind, Membership, Org, Role
from dudao_web.standards import queries as standards

ON = date(2018, 6, 12)  # as in web.py
PROBLEMS = 10  # of each unit
STATES = tuple(Finding.STATES)
# The steps that a problem in a state has behind it.
WAY = {
    "planning": ("noted",),
    "open": ("noted", "plan"),
    "handed_up": ("noted", "plan", "handed_up"),
    "answered": ("noted", "plan", "handed_up", "answered"),
    "mended": ("noted", "plan", "progress", "report"),
    "returned": ("noted", "plan", "report", "returned"),
    "struck": ("noted", "plan", "report", "struck"),
    "withdrawn": ("noted", "withdrawn"),
}
BATCH = 500


def stand(world: Lookback, campaign: Campaign) -> None:
    """Sheets and problems of the units that have none."""
    rows = StageDate.objects.filter(stage__campaign=campaign, stage__key="recheck")
    around = ("stage__campaign__procedure", "stage__campaign__org", "org__parent")
    for place in rows.select_related(*around).order_by("org__path"):
        _drawn(place, world.officers.get(place.org.code, world.officer), world)
    problems(campaign, 5000)


def inspectors(org: Org, code: str) -> list[Membership]:
    """Three inspectors, the leader first."""
    return [
        orgs.invite(
            by=None, org=org, role=Role.INSPECTOR, username=f"i{code}{n}", title=f"{org.name}督学{n}", on=lookback.SINCE
        )[0]
        for n in range(1, 4)
    ]  # fmt: skip


def _drawn(place: StageDate, by: Membership, world: Lookback) -> None:
    """Every third unit of a district is drawn; two of three sheets are handed in."""
    now, home = clock.now(), world.city if place.org.kind == Kind.DIRECT else place.org
    team = Team.objects.filter(place=place).first()
    if team is None:
        kinds = ("leader", "inspector", "inspector")
        members = list(zip(inspectors(home, place.org.code), kinds, strict=True))
        team = teams.form(place=place, by=by, name="第一督导组", members=members)
    sample, _ = Sample.objects.get_or_create(
        place=place,
        number=1,
        defaults={
            "round": f"{place.stage.campaign.key}-recheck-{place.org.code}-1", "frame_sha256": "0" * 64, "quota_sha256": "0" * 64,
            "seed_source": "江苏体彩 7 位数（演示数据）", "seed_at": now, "seed": "20180612", "state": "drawn", "by": by, "at": now,
            "drawn_at": now,
        },
    )  # fmt: skip
    cases = list(Case.objects.filter(campaign=place.stage.campaign, district=place.org).order_by("pk"))[::3]
    there = set(sample.drawn.values_list("case", flat=True))
    new = [(n, case) for n, case in enumerate(cases, 1) if case.pk not in there]
    Drawn.objects.bulk_create(
        [
            Drawn(sample=sample, case=case, kind=case.kind, district=place.org.code, rank=n, how="drawn")
            for n, case in new
        ],
        BATCH,
    )
    Sheet.objects.bulk_create(
        [
            Sheet(case=case, place=place, source="review", team=team, state="submitted" if n % 3 else "open",
                  opinion="总体达到标准（演示数据）。" if n % 3 else "", by=by if n % 3 else None, submitted_at=now if n % 3 else None)
            for n, case in new
        ],
        BATCH,
    )  # fmt: skip


def problems(campaign: Campaign, total: int) -> None:
    """Ten problems of each unit that has none, until there are so many, with the steps behind them and the tasks that they ask."""
    there = Finding.objects.filter(owner=campaign.org, year=campaign.year)
    cases = list(
        Case.objects.filter(campaign=campaign, findings=None).select_related("unit", "district", "version").order_by("pk")
    )  # fmt: skip
    serial = (
        Finding.objects.filter(owner=campaign.org, year=campaign.year).aggregate(n=Max("serial"))["n"] or 0
    )
    codes = {
        pk: [one.code for one in scales.items(standards.load(version))]
        for pk, version in {case.version_id: case.version for case in cases}.items()
    }
    cases = cases[: (total - there.count()) // PROBLEMS]
    for at in range(0, len(cases), BATCH):
        rows = [
            _problem(campaign, case, number, serial + PROBLEMS * n + number, codes[case.version_id])
            for n, case in enumerate(cases[at : at + BATCH], at)
            for number in range(1, PROBLEMS + 1)
        ]
        Finding.objects.bulk_create(rows, BATCH)
        Rectification.objects.bulk_create(
            [
                Rectification(finding=row, kind=kind, text="整改情况（演示数据）", on=ON, at=row.at)
                for row in rows
                for kind in WAY[row.state]
            ],
            BATCH,
        )
        asking.ask(rows)


def _problem(campaign: Campaign, case: Case, number: int, serial: int, codes: list[str]) -> Finding:
    """One line of the ledger; of ten the first is late, the second has come back."""
    state = STATES[serial % len(STATES)]
    holder = {"handed_up": case.district, "mended": case.district, "struck": case.district}.get(
        state, case.unit
    )
    return Finding(
        case=case, unit=case.unit, owner=campaign.org, year=campaign.year, serial=serial, number=number,
        indicator=codes[serial % len(codes)], text=f"台账不完整，第 {number} 处（演示数据）", source="review", disposition="notice",
        mendable=True, measure="" if state == "planning" else "补齐台账（演示数据）",
        due=ON + timedelta(days=-10 if number == 1 else number), org=holder, responsible=case.unit, office=case.district,
        state=state, times=2 if number == 2 else 1, level=1 if number == 1 and state in Finding.DUE else 0,
        struck_at=clock.now() if state == "struck" else None, before={"source": "review", "value": "B", "points": None},
        at=clock.now(),
    )  # fmt: skip


def half_scored(campaign: Campaign, code: str) -> tuple[Sheet, list[Membership]]:
    """An open sheet of a district with half of its items scored by all three, and who scores it, the leader first."""
    rows = Sheet.objects.filter(place__stage__campaign=campaign, place__org__code=code, state="open")
    sheet = rows.select_related("case__version", "team").order_by("pk").first()
    assert sheet is not None
    items = scales.items(standards.load(sheet.case.version))
    members = list(sheet.team.members.select_related("membership__user").order_by("pk"))
    if not sheet.scores.exists():
        Score.objects.bulk_create(
            Score(sheet=sheet, member=member, indicator=one.code, value="A", at=clock.now())
            for one in items[: len(items) // 2]
            for member in members
        )
    return sheet, [member.membership for member in members]


def said(n: int) -> dict[str, str]:
    """What the page of an item sends, the n-th time."""
    value = "A" if n % 2 else "B"
    return {"value": value, "note": f"第 {n} 次查看", "problem": "", "choose": "mine", "token": f"bench-{n}"}
