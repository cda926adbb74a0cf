"""One unit at its re-check (演示数据) with everybody around it, for the tests of objections and visits. By the actions (``reviewing``)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import checking
import reviewing
from kept import kept
from world import PASSWORD

from dudao_web.campaigns.models import Case, StageDate
from dudao_web.inspections.models import Sheet, Team
from dudao_web.orgs import actions as orgs
from dudao_web.orgs.models import Membership

DAY = checking.ON  # 2018-06-12


@dataclass
class Review:
    """``case``: given to the team; ``other``: a unit of the district that was not. ``code``: an item of the standard."""

    of: reviewing.Review
    case: Case
    other: Case
    sheet: Sheet
    code: str
    place: StageDate = field(init=False)
    team: Team = field(init=False)

    def __post_init__(self) -> None:
        self.place, self.team = self.of.place, self.of.team
        self.office, self.leader = _signing(self.of.office), self.of.leader
        self.member = self.of.inspectors[0]
        self.unit = checking.office(self.of.world, self.case.unit)
        self.stranger = checking.office(self.of.world, self.other.unit)
        self.peer = _signing(self.of.world.officers[checking.DANYANG])
        self.city = _signing(self.of.world.officer)

    @property
    def titles(self) -> list[str]:
        """The team as the notice names it."""
        rows = self.team.members.filter(left_at=None).select_related("membership").order_by("pk")
        return [f"{one.membership.title}（{one.get_kind_display()}）" for one in rows]

    def submit(self, said: Mapping[str, str] | None = None, **more: str) -> Sheet:
        """The team scores and hands in; ``said``: what is found otherwise than the unit said."""
        self.sheet = reviewing.submitted(self.of, self.sheet, said, **more)
        return self.sheet


def _signing(office: Membership) -> Membership:
    orgs.set_password(user=office.user, password=PASSWORD)
    return office


@kept
def reviewed() -> Review:
    """A re-check of 扬中市: one school given to the team."""
    of = reviewing.at_review(items=3, n=1)
    (sheet,) = reviewing.assigned(of, of.cases[:1])
    other = Case.objects.filter(campaign=of.campaign, district=of.cases[0].district, kind="school")
    code = next(code for code, _ in reviewing.coded(sheet))
    return Review(of, sheet.case, other.exclude(pk__in=[one.pk for one in of.cases]).first(), sheet, code)
