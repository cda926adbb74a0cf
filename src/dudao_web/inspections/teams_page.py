"""What the pages of teams show: the teams of a stage with how far they are, one team with whom it may not be given, ties. Reads alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from dudao_web import clock
from dudao_web.campaigns.models import Case, StageDate
from dudao_web.inspections import queries, recusal, rules, teams
from dudao_web.inspections.models import Member, Sheet, Team
from dudao_web.orgs.models import Membership

SHOWN = 50  # candidates found at once


@dataclass(frozen=True, slots=True)
class Line:
    """A team of a stage: who is in it, how many of its units are handed in. ``fault``: why it can be given none."""

    team: Team
    members: tuple[Member, ...]
    done: int
    total: int
    fault: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A unit that can be given to a team; ``barred``: who must not judge it and why, so that it can not; ``other``: whose it is now."""

    case: Case
    barred: tuple[str, ...]
    other: str


def block(place: StageDate, membership: Membership) -> dict[str, Any]:
    """The block of the stage's page: its teams, and how many units have none."""
    found = lines(place)
    given = Sheet.objects.filter(case=OuterRef("pk"), place=place)
    return {
        "teams": found,
        "may_form": rules.may_keep(membership, place),
        "ungiven": queries.to_review(place).exclude(Exists(given)).count(),
    }


def lines(place: StageDate) -> list[Line]:
    """The teams of a stage: two queries."""
    people = (
        Member.objects.filter(left_at=None)
        .select_related("membership__user", "membership__org")
        .order_by("pk")
    )
    rows = Team.objects.filter(place=place).annotate(
        total=Count("sheets"), done=Count("sheets", filter=Q(sheets__state="submitted"))
    )
    found = []
    for row in rows.prefetch_related(Prefetch("members", people, to_attr="now")).order_by("pk"):
        row.place = place
        members = teams.in_order(row.now)
        found.append(Line(row, tuple(members), row.done, row.total, teams.fault(row, members)))
    return found


def team(found: Team, membership: Membership) -> dict[str, Any]:
    """The page of one team: its members, its units, and the units that it can be given."""
    place, members = found.place, teams.present(found)
    may = rules.may_keep(membership, place)
    sheets = Sheet.objects.filter(team=found).select_related("case__unit").order_by("case__path")
    items = Count("scores__indicator", filter=Q(scores__superseded=False), distinct=True)
    return {
        "team": found,
        "place": place,
        "campaign": place.stage.campaign,
        "members": members,
        "fault": teams.fault(found, members),
        "sheets": list(sheets.annotate(scored=items)),
        "may": may,
        "choices": choices(found, members) if may else [],
    }


def choices(found: Team, members: Sequence[Member]) -> list[Choice]:
    """The units of a stage that this team has not: those of no team first; with who of the team must not judge them."""
    place = found.place
    theirs = {
        sheet.case_id: sheet
        for sheet in Sheet.objects.filter(place=place).select_related("team").annotate(begun=Count("scores"))
    }
    open_to = [
        case
        for case in queries.to_review(place).select_related("unit", "district").order_by("path")
        if case.pk not in theirs or _movable(theirs[case.pk], found)
    ]
    units = [case.unit for case in open_to]
    barred = recusal.faults([one.membership.user for one in members], units, clock.today())
    rows = [
        Choice(
            case,
            tuple(
                f"{one.membership.title}：{barred[one.membership.user_id, case.unit_id]}"
                for one in members
                if (one.membership.user_id, case.unit_id) in barred
            ),
            theirs[case.pk].team.name if case.pk in theirs else "",
        )
        for case in open_to
    ]
    return sorted(rows, key=lambda row: bool(row.other))


def _movable(sheet: Sheet, to: Team) -> bool:
    return sheet.team_id != to.pk and sheet.state == "open" and not sheet.begun


def found_people(place: StageDate, text: str, but: Sequence[int] = ()) -> tuple[list[Membership], int]:
    """Who can be asked into a team, by name, up to so many; and how many there are. ``but``: memberships that are in it."""
    rows: QuerySet[Membership] = queries.candidates(place, text).exclude(pk__in=but)
    return list(rows[:SHOWN]), rows.count()
