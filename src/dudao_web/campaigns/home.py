"""Blocks of the start page: how far the running campaigns are in each district, and the next dates of the office.

The callables are named in ``apps`` (contract in ``pages.blocks``). Not here: the matrix of one campaign (``shown``), what is to be done
(``tasks``).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min

from dudao_web.campaigns import queries, rules, shown
from dudao_web.campaigns.models import Campaign, Case, Stage, StageDate
from dudao_web.orgs import rules as orgs
from dudao_web.orgs.models import Membership, Org

NEXT = 8  # dates listed
Counted = dict[int, list[tuple[int, str, bool, int]]]  # district -> (order of the stage, state, done, cases)


@dataclass(frozen=True, slots=True)
class Project:
    """A campaign in the block: its present stage, and how far each district is with it."""

    campaign: Campaign
    stage: Stage
    due: str
    steps: tuple[str, ...]  # of each stage: past, now, or "" (to come)
    cells: tuple[shown.Shown | None, ...]
    done: int
    total: int

    @property
    def share(self) -> int:
        """Width of the bar of all districts, in twentieths."""
        return round(20 * self.done / self.total) if self.total else 0


def block(membership: Membership, on: date) -> tuple[str, dict[str, Any]] | None:
    """Running campaigns by district: three queries, however many campaigns, and those of a present stage that counts for itself. None
    for a unit, and where nothing runs.
    """
    if membership.role not in rules.OFFICES:
        return None
    running = queries.campaigns(membership).filter(state="running").defer("procedure__text", "plan")
    campaigns = {one.pk: one for one in running}
    if not campaigns:
        return None
    places = StageDate.objects.filter(stage__campaign__in=list(campaigns)).select_related("stage", "org")
    found: dict[int, list[StageDate]] = defaultdict(list)
    for place in places.order_by("stage__order", "org__path"):
        place.stage.campaign = campaigns[place.stage.campaign_id]
        found[place.stage.campaign_id].append(place)
    counts = _counts(membership, found)
    known = {place.org_id: place.org for of in found.values() for place in of}
    keys = {key for of in counts.values() for key in of}
    known |= Org.objects.in_bulk(keys - known.keys()) if keys - known.keys() else {}
    districts = sorted((known[key] for key in keys), key=lambda org: org.path)
    projects = [
        _project(one, found[pk], counts[pk], districts, on) for pk, one in campaigns.items() if pk in counts
    ]
    if not projects:
        return None
    return "campaigns/_home.html", {"projects": projects, "districts": districts, "total": len(districts) > 1}


def _counts(membership: Membership, places: dict[int, list[StageDate]]) -> dict[int, Counted]:
    """By campaign and district, how many cases stand where: one GROUP BY, from the index of the matrix."""
    orders = {place.pk: place.stage.order for of in places.values() for place in of}
    rows = orgs.visible(Case.objects.filter(campaign__in=list(places)), membership, "unit").order_by()
    grouped = rows.values_list("campaign", "district", "place", "state", "done").annotate(n=Count("pk"))
    counts: dict[int, Counted] = defaultdict(lambda: defaultdict(list))
    for campaign, district, place, state, done, n in grouped:
        counts[campaign][district].append((orders[place], state, done, n))
    return counts


def _project(
    campaign: Campaign, places: list[StageDate], counts: Counted, districts: Sequence[Org], on: date
) -> Project:
    stages = {place.stage.order: place.stage for place in places}
    order = _present(counts, max(stages))
    of_stage = [place for place in places if place.stage.order == order]
    offices: dict[int, bool] = {}  # of an office's stage, by place: whether it is closed
    done = total = 0
    own = queries.counted_by_stages(campaign, {stages[order].type})
    found = {
        district.pk: queries.cell(queries.keeper(of_stage, district), counts[district.pk], district, own)
        for district in districts
        if district.pk in counts
    }
    dated = shown.vary(of.place for of in found.values())
    cells = tuple(
        shown.cell(found[one.pk], one, on, dated=dated) if one.pk in found else None for one in districts
    )
    for of in found.values():
        if shown.by_units(of):
            done, total = done + of.done, total + of.total
        else:
            offices[of.place.pk] = of.place.closed_at is not None
    if offices and not total:
        done, total = sum(offices.values()), len(offices)
    due = shown.due_of(of.place for of in found.values())
    steps = tuple("past" if n < order else "now" if n == order else "" for n in sorted(stages))
    return Project(campaign, stages[order], due, steps, cells, done, total)


def _present(counts: Counted, last: int) -> int:
    """The first stage that a tenth of the cases or more have not passed: a straggler does not hold back the picture. All done: the last."""
    rows = [row for of in counts.values() for row in of]
    total = sum(n for *_, n in rows)
    for order in range(1, last):
        passed = sum(n for at, _, done, n in rows if at > order or done)
        if 10 * passed <= 9 * total:
            return order
    return last


def aside(membership: Membership, on: date) -> tuple[str, dict[str, Any]] | None:
    """The next dates (近期时限) of the office and the units below it: one query, a line for each stage and day."""
    if membership.role not in rules.OFFICES:
        return None
    rows = orgs.visible(StageDate.objects.all(), membership, "org").filter(
        stage__campaign__state="running", closed_at=None, due__gte=on
    )
    by_day = (
        rows.order_by()
        .values("stage", "stage__title", "stage__campaign__title", "stage__campaign__key", "due")
        .annotate(offices=Count("pk"), first=Min("org__name"))
    )
    lines = [
        {
            "due": row["due"],
            "days": (row["due"] - on).days,
            "text": f"{row['stage__campaign__title']}：{row['stage__title']}",
            "key": row["stage__campaign__key"],
            "where": row["first"] if row["offices"] == 1 and row["first"] != membership.org.name else "",
        }
        for row in by_day.order_by("due", "stage")[:NEXT]
    ]
    return ("campaigns/_next.html", {"lines": lines, "org": membership.org}) if lines else None
