"""What the pages of visits show, and to whom: who sees a visit, what the unit may read of it, the words of the written notice.

The unit sees a visit once it was told of it (the notice; else with the feedback). The numbers of the people to hear it sees on the day,
so that nobody is prepared; the record and what was seen after the feedback; what people said it never sees.
Not here: changing anything (``visits``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from dudao_web import clock
from dudao_web.campaigns.models import StageDate
from dudao_web.inspections import rules
from dudao_web.inspections.models import Member, Observation, Sheet, Visit
from dudao_web.orgs import rules as orgs
from dudao_web.orgs.models import Membership
from dudao_web.ui.templatetags.ui import day, weekday

AROUND = ("case__campaign", "case__unit", "case__version", "place__stage__campaign", "place__org__parent")
MARKS = {"planned": "waiting", "noticed": "submitted", "done": "done", "cancelled": "withdrawn"}
MATERIALS = "自查报告、各项指标的佐证材料、问题清单和整改材料"


def visible(membership: Membership) -> QuerySet[Visit]:
    """The visits that an office sees: of its teams, of the stages that it or an office below keeps, of units below; the unit its own,
    once it was told of them.
    """
    mine = Member.objects.filter(team=OuterRef("team"), membership=membership, left_at=None)
    fed_back = Sheet.objects.filter(case=OuterRef("case"), place=OuterRef("place"), state="submitted")
    told = Q(document__isnull=False) | (Q(state="done") & Exists(fed_back))
    own = orgs.own(membership.org, "case__unit")
    seen = Exists(mine) | (own & told)
    if membership.role in rules.OFFICES:
        seen |= Q(**orgs.within(membership.org, "place__org"))
        seen |= Q(**orgs.within(membership.org, "case__unit")) & ~own
    return Visit.objects.filter(seen).select_related(*AROUND, "team", "document")


@dataclass(frozen=True, slots=True)
class Row:
    """A visit in a list. ``late``: the day has come and there is neither a notice nor a reason for none."""

    visit: Visit
    mark: str
    observations: int
    late: bool


def rows(visits: QuerySet[Visit]) -> list[Row]:
    """The visits of a stage, by day."""
    found = visits.annotate(n=Count("observations")).order_by("on", "pk")
    return [Row(one, MARKS[one.state], one.n, late(one)) for one in found]


def late(visit: Visit) -> bool:
    """Whether the day has come without a written notice or a reason for none."""
    return visit.state == "planned" and not visit.reason and clock.today() >= visit.on


@dataclass(frozen=True, slots=True)
class Group:
    """People to hear. ``drawn``: their numbers, None while this reader does not see them."""

    name: str
    listed: int
    asked: int
    drawn: Sequence[int] | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One visit as one reader sees it. ``all``: an office or the team; else the unit."""

    visit: Visit
    all: bool
    groups: list[Group]
    fed_back: bool
    observations: list[Observation]
    team: list[Member]


def shown(visit: Visit, membership: Membership) -> Shown:
    """What a reader sees of a visit that is ``visible``."""
    reads_all = rules.may_read_visit(membership, visit)
    fed_back = Sheet.objects.filter(case=visit.case_id, place=visit.place_id, state="submitted").exists()
    come = clock.today() >= visit.on and visit.state != "cancelled"
    groups = [
        Group(one["group"], one["listed"], one["asked"], one["drawn"] if reads_all or come else None)
        for one in visit.hear
    ]
    written = visit.observations.select_related("by", "photo")
    if not reads_all:
        written = written.filter(group="") if fed_back else written.none()
    team = visit.team.members.filter(left_at=None).select_related("membership")
    return Shown(visit, reads_all, groups, fed_back, list(written), list(team))


def notice(visit: Visit) -> dict[str, str]:
    """The written notice as it is proposed: title, to whom, body. The team stands in it by offices; the office changes what it likes."""
    place = visit.place
    members = visit.team.members.filter(left_at=None).select_related("membership")
    team = "、".join(f"{one.membership.title}（{one.get_kind_display()}）" for one in members)
    parts = [
        f"督导时间：{day(visit.on)}（{weekday(visit.on)}）。",
        f"督导事项：{'；'.join(_lines(visit.matters)).rstrip('。；')}。",
        f"督导组：{visit.team.name}，由{team}组成。" if team else "",
        f"准备材料：{MATERIALS}。",
        _hearing(visit),
    ]
    said = [one for one in parts if one]
    head = f"按照{place.stage.campaign.title}{place.stage.title}的安排，定于{day(visit.on)}对你单位开展实地督导。有关事项通知如下。"
    return {
        "title": f"关于对{visit.case.unit.name}开展实地督导的通知"[:200],
        "main_to": visit.case.unit.name,
        "body": "\n".join(
            [head, *(f"{number}、{one}" for number, one in zip("一二三四五", said, strict=False))]
        ),
    }


def _hearing(visit: Visit) -> str:
    """The paragraph about the people to hear: how many of each group, no number and no name."""
    if not visit.hear:
        return ""
    groups = "、".join(f"{one['group']} {one['asked']} 人" for one in visit.hear)
    return (
        f"听取意见：{groups}。人员按名册编号随机抽取，编号在督导当日告知；请备好编有序号的名册，不报送姓名。"
    )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def of_sheet(sheet: Sheet, membership: Membership) -> list[Row]:
    """The visits that belong to a score sheet, for its page (``inspections/_visits.html``)."""
    return rows(visible(membership).filter(case=sheet.case_id, place=sheet.place_id))


def unplanned(place: StageDate) -> QuerySet[Sheet]:
    """The sheets of a stage for whose units a visit can be planned."""
    return Sheet.objects.filter(place=place).select_related("case__unit", "team").order_by("case__path")
