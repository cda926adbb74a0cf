"""A look-back at work in one district (演示数据): self-checks in and approved, units drawn, teams that score and hand in. By the actions.

``at_review`` takes a few seconds; what costs most is one self-check a unit. Pass ``pk`` of rows on, or read them again: acts change them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import checking
from django.test import override_settings
from kept import kept
from lookback import Lookback, texts

from dudao_web import clock
from dudao_web.campaigns import actions, closing
from dudao_web.campaigns.models import Campaign, Case, StageDate
from dudao_web.inspections import drawing, queries, scales, scoring, teams
from dudao_web.inspections.models import Sheet, Team
from dudao_web.orgs import actions as orgs
from dudao_web.orgs.models import Membership, Org, Role
from dudao_web.standards.models import StandardVersion
from dudao_web.submissions.self_check import actions as self_check

DISTRICT = checking.YANGZHONG
ON = checking.ON  # settings.DEMO_ON of a test
SOURCE = "江苏体彩 7 位数（演示数据）"


@dataclass(frozen=True)
class Review:
    """A campaign whose re-check (or spot-check) goes on: the stage, the office that keeps it, the units drawn, a team of three.

    ``bound``: its standard by kind of unit.
    """

    world: Lookback
    campaign: Campaign
    place: StageDate
    office: Membership
    cases: list[Case]
    team: Team
    bound: Mapping[str, StandardVersion]

    @property
    def leader(self) -> Membership:
        rows = self.team.members.select_related("membership__user", "membership__org")
        return rows.get(kind="leader", left_at=None).membership

    @property
    def inspectors(self) -> list[Membership]:
        """The members but the leader."""
        rows = self.team.members.filter(kind="inspector", left_at=None).select_related("membership__user")
        return [one.membership for one in rows.order_by("pk")]


def inspector(org: Org, username: str, title: str = "") -> Membership:
    """An inspector of a unit, who has chosen the cast's password."""
    found, _ = orgs.invite(
        by=None,
        org=org,
        role=Role.INSPECTOR,
        username=username,
        title=title or f"{org.name}督学{username}",
        on=date(2017, 9, 1),
    )
    orgs.set_password(user=found.user, password=checking.PASSWORD)
    return found


def team(place: StageDate, by: Membership, name: str = "第一督导组", org: Org | None = None) -> Team:
    """A team of a leader and two inspectors of the stage's own org."""
    org = org or place.org
    held = [inspector(org, f"t{place.pk}{name[1]}{n}", f"{org.name}{name}督学{n}") for n in range(1, 4)]
    kinds = ("leader", "inspector", "inspector")
    return teams.form(place=place, by=by, name=name, members=list(zip(held, kinds, strict=True)))


def self_checked(world: Lookback, campaign: Campaign, district: str) -> list[Case]:
    """Every unit of a district has handed in and its office has approved: they are at the re-check."""
    cases = list(
        Case.objects.filter(campaign=campaign, district__code=district).select_related(
            "unit", "campaign", "version", "place__stage", "place__org"
        )
    )
    for case in cases:
        by = world.office(case.unit)
        self_check.save(case=case, by=by, texts=texts(case))
        self_check.hand_in(case=case, by=by)
    actions.approve(cases=cases, by=world.officers[district])
    return cases


def place_of(campaign: Campaign, stage: str, code: str) -> StageDate:
    """A stage at an org."""
    rows = StageDate.objects.select_related(
        "stage__campaign__procedure", "stage__campaign__org", "org__parent"
    )
    return rows.get(stage__campaign=campaign, stage__key=stage, org__code=code)


def drawn(place: StageDate, by: Membership, n: int | None = None) -> list[Case]:
    """The units of a stage: ``n`` schools of its frame, or all of it; planned yesterday, drawn today."""
    numbers: dict[tuple[str, str], int] = {}
    for line in drawing.frames.frame(place):
        if line.take == "draw":
            numbers[line.district, line.kind] = numbers.get((line.district, line.kind), 0) + 1
    quota = {key: total if n is None else min(n, total) for key, total in numbers.items()}
    with override_settings(DEMO_ON=clock.today() - timedelta(days=1)):
        at = clock.now() + timedelta(seconds=1)
        sample = drawing.plan(place=place, by=by, quota=quota, seed_source=SOURCE, seed_at=at)
    drawing.draw(sample=sample, by=by, frame_sha256=sample.frame_sha256, seed=f"{clock.today():%Y%m%d} 0817")
    return around(queries.to_review(place))


def around(rows) -> list[Case]:
    """Cases with the rows around them, in the order of the tree."""
    return list(
        rows.select_related("unit", "district", "campaign", "version", "place__stage", "place__org").order_by(
            "path"
        )
    )


@kept
def at_review(*, n: int | None = None, items: int = 12, district: str = DISTRICT) -> Review:
    """A district at its re-check with its units drawn (``n`` of each kind, or all) and a team that has none yet."""
    world = checking.small()
    bound = checking.own_items(world, items)
    campaign = checking.campaign(world, bound)
    self_checked(world, campaign, district)
    place, office = place_of(campaign, "recheck", district), world.officers[district]
    orgs.set_password(user=office.user, password=checking.PASSWORD)
    cases = drawn(place, office, n)
    return Review(world, campaign, place, office, cases, team(place, office), bound)


def assigned(review: Review, cases: Iterable[Case] | None = None) -> list[Sheet]:
    """The sheets of units given to the team (all of the stage)."""
    rows = teams.assign(team=review.team, by=review.office, cases=review.cases if cases is None else cases)
    return list(queries.around(Sheet.objects.filter(pk__in=[row.pk for row in rows])).order_by("pk"))


def score_all(
    sheet: Sheet, members: Sequence[Membership], said: Mapping[str, str] | None = None, **more: str
) -> None:
    """Every item scored by these members: as the judgement before it (points too), or as ``said`` has it. ``more``: note, problem."""
    said, bases = said or {}, scoring.bases(sheet)
    for code, indicator in coded(sheet):
        base, words = bases.get(code), scales.choices(indicator)
        value = said.get(code) or (
            base.value if base and base.value in dict(words) else words[0][0] if words else ""
        )
        points = None
        if not words:
            points = (
                Decimal(said[code])
                if code in said
                else base.points
                if base and base.points is not None
                else Decimal(0)
            )
        for by in members:
            differs = code in said or base is None or value != base.value
            given = {"note": "现场查看，与材料不一致（演示数据）", **more} if differs else {}
            scoring.score(sheet=sheet, by=by, indicator=code, value=value, points=points, **given)


def coded(sheet: Sheet) -> list[tuple[str, object]]:
    """Every code of a sheet that is scored, with its indicator (None of a problem carried in)."""
    items = scales.items(scoring.standards.load(sheet.case.version))
    return [
        *((one.code, one) for one in items),
        *((code, None) for code, _ in scoring.carried.coded_of(sheet)),
    ]


def submitted(review: Review, sheet: Sheet, said: Mapping[str, str] | None = None, **more: str) -> Sheet:
    """A sheet scored by the leader alone and handed in."""
    score_all(sheet, [review.leader], said, **more)
    return scoring.submit(sheet=sheet, by=review.leader, opinion="总体达到标准（演示数据）。")


def closed(review: Review) -> None:
    """The office closes the stage."""
    closing.close(place=review.place, by=review.office, note="复查完毕（演示数据）")
