"""Rounds of drawing in the look-back's tests (演示数据): a campaign of a year, its stages, seeds that come in time, sheets that are handed in."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

import checking
import pytest
from lookback import Lookback, document

from dudao_web import clock
from dudao_web.campaigns import closing, launching
from dudao_web.campaigns.launching import Plan
from dudao_web.campaigns.models import Campaign, Case, StageDate
from dudao_web.inspections import drawing, frames
from dudao_web.inspections.models import Drawn, Sample, Sheet, Team
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Membership
from dudao_web.standards.models import StandardVersion

SOURCE, SEED = "江苏体彩 7 位数第 18156 期（演示数据）", "20180612 0817"


QUOTAS = (
    {"district": "321182", "recheck": 2, "spot_check": 1},
    {"district": "321181", "recheck": 3, "spot_check": 1},
)


def campaign_of(
    world: Lookback, year: int, settings: object, bound: dict[str, StandardVersion], quotas: object = QUOTAS
) -> Campaign:
    """The look-back of a year in two districts, launched in its June and forwarded."""
    settings.DEMO_ON = date(year, 6, 12)
    draft = launching.prepare(
        by=world.officer,
        procedure="zhenjiang-lookback",
        year=year,
        title=f"{year}年“回头看”",
        key=f"zj-{year}",
    )
    plan = Plan(
        standards={kind: version.pk for kind, version in bound.items()},
        districts=(checking.YANGZHONG, checking.DANYANG),
        quotas=tuple(quotas),
    )
    launching.revise(campaign=draft, by=world.officer, plan=plan)
    found = launching.launch(campaign=draft, by=world.officer, document=document(world.officer, year))
    for n, place in enumerate(StageDate.objects.filter(stage__campaign=found, stage__key="district_plan"), 1):
        closing.close(place=place, by=world.officers[place.org.code], note=f"已部署 {n}（演示数据）")
    return found


def place_of(campaign: Campaign, stage: str, code: str) -> StageDate:
    """A stage at an org."""
    rows = StageDate.objects.select_related("stage__campaign__procedure", "org__parent")
    return rows.get(stage__campaign=campaign, stage__key=stage, org__code=code)


def soon(hours: int = 1) -> datetime:
    """When a seed will be announced."""
    return clock.now() + timedelta(hours=hours)


def planned(place: StageDate, by: Membership, **more: object) -> Sample:
    """A round that waits for its seed."""
    return drawing.plan(place=place, by=by, **{"seed_source": SOURCE, "seed_at": soon(), **more})


def drawn(place: StageDate, by: Membership, settings: object, seed: str = "", **more: object) -> Sample:
    """A round planned today and drawn on the next day, the first with ``SEED``, every other with a seed of its day."""
    sample = planned(place, by, **more)
    settings.DEMO_ON += timedelta(days=1)
    first = not Sample.objects.exclude(seed="").exists()
    seed = seed or (SEED if first else f"{settings.DEMO_ON:%Y%m%d} 0818")
    return drawing.draw(sample=sample, by=by, frame_sha256=sample.frame_sha256, seed=seed)


def hand_in(place: StageDate, cases: Iterable[Case], by: Membership) -> list[Sheet]:
    """Sheets of a team that are handed in: the state that later acts look at, without scores."""
    team, _ = Team.objects.get_or_create(place=place, name="一组", defaults={"by": by, "at": clock.now()})
    rows = [
        Sheet(
            case=case, place=place, source="review", team=team, state="submitted", by=by,
            submitted_at=clock.now(),
        )
        for case in cases
    ]  # fmt: skip
    return Sheet.objects.bulk_create(rows)


def codes(sample: Sample) -> set[str]:
    """The codes of the units that a round looks at."""
    rows = Drawn.objects.filter(sample=sample, dropped=False)
    return set(rows.values_list("case__unit__code", flat=True))


def takes(place: StageDate) -> dict[str, tuple[str, str]]:
    """How each unit of the frame takes part, and the published reason, by its code."""
    return {line.code: (line.take, line.reason) for line in frames.frame(place)}


def refused(act: Callable[[], object]) -> str:
    """With which words an act is refused."""
    with pytest.raises(Refused) as told:
        act()
    return str(told.value)
