"""Every change of teams (督导组) and who judges which unit: form, join, leave, assign.

Each act holds the campaign first, as closing a stage does: none of them comes in between. Who must not judge a unit (``recusal``) is
refused here. Not here: what a team finds (``scoring``).
"""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.urls import reverse

from dudao_web import clock
from dudao_web.campaigns import procedures, walking
from dudao_web.campaigns.models import Case, StageDate
from dudao_web.inspections import carried, queries, recusal, rules
from dudao_web.inspections.models import Member, Sheet, Team
from dudao_web.orgs import rules as org_rules
from dudao_web.orgs.actions import Refused, object_key, record, record_many
from dudao_web.orgs.models import Membership, Org, User
from dudao_web.tasks import actions as tasks

TASK = "inspections.team"  # of the offices of a team's members: units to be judged
FEWEST = 3  # 教育督导条例 第十五条, where a procedure does not say
NAMED = 10  # refused pairs named at once
INSPECTORS = ("leader", "inspector")  # 督学; an expert comes in addition


def held(place: StageDate) -> StageDate:
    """The stage as it now is; it is neither closed nor left by its cases until the transaction ends."""
    walking.hold([place.stage.campaign_id])
    rows = StageDate.objects.select_related(
        "stage__campaign__org", "stage__campaign__procedure", "org__parent"
    )
    return rows.defer("stage__campaign__procedure__text").get(pk=place.pk)


def _kept(place: StageDate, by: Membership) -> StageDate:
    place = held(place)
    if not rules.may_keep(by, place):
        raise Refused("这个阶段已办结，或不由本单位办理，不能调整督导组。")
    return place


def fewest(place: StageDate) -> int:
    """How many 督学 a team must have, by the procedure."""
    team = procedures.load(place.stage.campaign.procedure).team
    return team.fewest if team else FEWEST


def present(team: Team) -> list[Member]:
    """Who is in a team and holds the office today, the leader first."""
    rows = team.members.filter(left_at=None).select_related("membership__user", "membership__org")
    return in_order(rows.order_by("pk"))


def in_order(members: Iterable[Member]) -> list[Member]:
    """Those of the members whose office is held today, the leader first."""
    today, order = clock.today(), list(Member.KINDS)
    found = [row for row in members if row.membership.holds(today)]
    return sorted(found, key=lambda row: order.index(row.kind))


def fault(team: Team, members: Sequence[Member]) -> str:
    """Why a team with these members can neither be given units nor hand in; "" where it can."""
    n, least = sum(one.kind in INSPECTORS for one in members), fewest(team.place)
    if n < least:
        return f"“{team.name}”有督学 {n} 人，不足 {least} 人。请先补足成员。"
    if not any(one.kind == "leader" for one in members):
        return f"“{team.name}”没有组长。请先指定组长。"
    return ""


@transaction.atomic
def form(*, place: StageDate, by: Membership, name: str, members: Sequence[tuple[Membership, str]]) -> Team:
    """A team with its members, each with a kind of ``Member.KINDS``. The same name with the same members: the team that is there."""
    place, name = _kept(place, by), name.strip()
    if not name:
        raise Refused("没有写督导组名称。")
    there = Team.objects.filter(place=place, name=name).first()
    if there is not None:
        now = {(one.membership_id, one.kind) for one in there.members.filter(left_at=None)}
        if now == {(one.pk, kind) for one, kind in members}:
            return there
        raise Refused(f"这个阶段已有“{name}”。请换一个名称，或在那个组里调整成员。")
    if sum(kind == "leader" for _, kind in members) > 1:
        raise Refused("一个督导组只有一名组长。请只选一人为组长。")
    _fit(place, members)
    team, at = Team.objects.create(place=place, name=name, by=by, at=clock.now()), clock.now()
    rows = [Member(team=team, membership=one, kind=kind, at=at) for one, kind in members]
    Member.objects.bulk_create(rows)
    key = place.stage.campaign.key
    record_many(by=by, action="inspections.form_team", objs=[team, *rows], chain_name=key)
    return team


def _fit(place: StageDate, members: Sequence[tuple[Membership, str]], beside: Iterable[User] = ()) -> None:
    """Refuse who cannot be in a team of this stage, and a person who would be in it twice (``beside``: who is in it already)."""
    asked = {one.pk for one, _ in members}
    known = set(queries.candidates(place).filter(pk__in=asked).values_list("pk", flat=True))
    seen = list(beside)
    for one, kind in members:
        if kind not in Member.KINDS:
            raise Refused("没有选成员的身份。请选组长、督学或专业人员。")
        if one.pk not in known:
            raise Refused(f"“{one.title}”不能参加本阶段的督导组：须是本项目范围内在任的督学或督导室人员。")
        if any(org_rules.same_person(one.user, other) for other in seen):
            raise Refused(f"“{one.title}”与组内另一账号是同一人。一人在一个组内只能有一个身份。")
        seen.append(one.user)


@transaction.atomic
def join(*, team: Team, by: Membership, membership: Membership, kind: str) -> Member:
    """Somebody comes into a team, comes back, or is there as something else from now on. As it is already: nothing changes."""
    place = _kept(team.place, by)
    row = team.members.filter(membership=membership).first()
    if row is not None and row.left_at is None and row.kind == kind:
        return row
    others = list(
        team.members.filter(left_at=None).exclude(membership=membership).select_related("membership__user")
    )
    _fit(place, [(membership, kind)], [one.membership.user for one in others])
    if kind == "leader" and any(one.kind == "leader" for one in others):
        raise Refused(f"“{team.name}”已有组长。请先把原组长改为督学，或调出本组。")
    cases = Case.objects.filter(sheets__team=team, sheets__state="open").select_related("unit")
    _free([membership], cases)
    row = row or Member(team=team, membership=membership)
    row.kind, row.at, row.left_at = kind, clock.now(), None
    row.save()
    record(by=by, action="inspections.join_team", obj=row, chain_name=place.stage.campaign.key)
    ask(team)
    return row


@transaction.atomic
def leave(*, member: Member, by: Membership) -> Member:
    """Somebody goes out of a team. What was scored stays, and counts no more in sheets that are not handed in."""
    place = _kept(member.team.place, by)
    member = Member.objects.select_related("team").get(pk=member.pk)
    if member.left_at is not None:
        return member
    member.left_at = clock.now()
    member.save(update_fields=["left_at"])
    record(by=by, action="inspections.leave_team", obj=member, chain_name=place.stage.campaign.key)
    ask(member.team)
    return member


def _free(members: Iterable[Membership], cases: Iterable[Case]) -> None:
    """Refuse members that must not judge one of these units, naming each with the unit and the kind of reason."""
    asked, units = list(members), [case.unit for case in cases]
    found = recusal.faults([one.user for one in asked], units, clock.today())
    told = [
        f"{one.title}对“{unit.name}”（{found[one.user_id, unit.pk]}）"
        for unit in units
        for one in asked
        if (one.user_id, unit.pk) in found
    ]
    if told:
        more = f"等 {len(told)} 处" if len(told) > NAMED else ""
        raise Refused(f"须回避：{'；'.join(told[:NAMED])}{more}。请换督导组或调整成员。")


@transaction.atomic
def assign(*, team: Team, by: Membership, cases: Iterable[Case]) -> list[Sheet]:
    """Give units to a team: a score sheet each. A sheet of another team that nobody has scored yet goes over to this one; those that the
    team has already stay as they are.
    """
    place, asked = _kept(team.place, by), {case.pk for case in cases}
    if not asked:
        raise Refused("没有选单位。请勾选要分配的单位。")
    members = present(team)
    if said := fault(team, members):
        raise Refused(said)
    rows = list(
        queries.to_review(place)
        .filter(pk__in=asked)
        .select_related("unit", "campaign", "version")
        .defer("version__text")
        .order_by("pk")
    )
    if len(rows) < len(asked):
        raise Refused(f"有 {len(asked) - len(rows)} 个单位不在本阶段要查的单位中。请刷新后再选。")
    _free([one.membership for one in members], rows)
    there = {
        sheet.case_id: sheet
        for sheet in Sheet.objects.filter(place=place, case__in=rows).select_related("team", "case__unit")
    }
    moved = [sheet for sheet in there.values() if sheet.team_id != team.pk]
    left = {sheet.team_id: sheet.team for sheet in moved}
    _take_over(moved, team)
    source = procedures.stage(place).judges
    new = [
        Sheet(case=case, place=place, source=source, team=team, carried=carried.carried(case, source))
        for case in rows
        if case.pk not in there
    ]
    Sheet.objects.bulk_create(new)
    if new or moved:
        record_many(
            by=by,
            action="inspections.assign",
            objs=[*new, *moved],
            data={"team": team.pk, "count": len(new) + len(moved)},
            chain_name=place.stage.campaign.key,
        )
        for one in (team, *left.values()):
            ask(one)
    return [*new, *there.values()]


def _take_over(sheets: Sequence[Sheet], team: Team) -> None:
    """These sheets of other teams go over to ``team``: what nobody has scored yet, and what a member must keep away from since."""
    for sheet in sheets:
        users = [one.membership.user for one in present(sheet.team)]
        barred = sheet.state == "open" and recusal.faults(users, [sheet.case.unit], clock.today())
        if sheet.state != "open" or (sheet.scores.exists() and not barred):
            raise Refused(f"“{sheet.case.unit.name}”已由“{sheet.team.name}”评定，不能改分。")
        sheet.team = team
        sheet.save(update_fields=["team"])


def ask(team: Team) -> None:
    """The task of the offices of a team's members, while units are to be judged."""
    tasks.withdraw(kind=TASK, object=object_key(team))
    n = team.sheets.filter(state="open").count()
    if not n:
        return
    place = team.place
    offices: dict[tuple[int, str], tuple[Org, str]] = {
        (one.membership.org_id, one.membership.role): (one.membership.org, one.membership.role)
        for one in present(team)
    }
    tasks.ask_many(
        {
            "org": org,
            "role": role,
            "kind": TASK,
            "object": object_key(team),
            "title": f"{team.name}：{n} 个单位待评定",
            "about": f"{place.stage.campaign.title}　{place.stage.title}",
            "asked_by": place.org,
            "href": reverse("inspections:sheets"),
            "due": place.due,
            "opens": place.opens,
            "note": "",
        }
        for org, role in offices.values()
    )


def over(place: StageDate) -> None:
    """The stage is closed: nothing is asked of its teams any more."""
    tasks.done_many(kind=TASK, objects=[object_key(team) for team in place.teams.order_by("pk")])
