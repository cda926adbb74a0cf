"""Who may: plain predicates over a membership and a row of inspections. Nothing here changes anything."""

from django.db.models import Model, QuerySet

from dudao_web import clock
from dudao_web.acts import Act
from dudao_web.campaigns import rules as campaigns
from dudao_web.campaigns.models import StageDate
from dudao_web.inspections.models import Member, Objection, Sample, Sheet, Team, Tie, Visit
from dudao_web.orgs import rules as orgs
from dudao_web.orgs.models import Membership, Role, User

OFFICES = campaigns.OFFICES
READERS = campaigns.READERS
SCORERS = frozenset({Role.INSPECTOR}) | OFFICES  # who can be in a team


def may_keep(membership: Membership, place: StageDate) -> bool:
    """Draw, form teams and give out sheets in a stage: the office that keeps it, while the stage is open."""
    return place.closed_at is None and campaigns.may_keep(membership, place)


# --- teams and sheets


def may_declare(membership: Membership, user: User) -> bool:
    """Declare a tie: the person; or an office at or above a unit where that person holds or held one."""
    return orgs.same_person(membership.user, user) or _above_person(membership, user)


def may_end_tie(membership: Membership, tie: Tie) -> bool:
    """Say that a tie is over: the office above; of one that the person declared also the person."""
    own = orgs.same_person(membership.user, tie.user) and orgs.same_person(tie.user, tie.by.user)
    return own or _above_person(membership, tie.user)


def _above_person(membership: Membership, user: User) -> bool:
    if membership.role not in OFFICES or orgs.same_person(membership.user, user):
        return False
    return user.memberships.filter(**orgs.within(membership.org, "org")).exists()


def may_score(membership: Membership, sheet: Sheet) -> bool:
    """Score the items of a sheet: members of its team, while sheet, stage and campaign are open. The day is told by the act."""
    return is_open(sheet) and _member(membership, sheet.team).exists()


def may_submit(membership: Membership, sheet: Sheet) -> bool:
    """Hand a sheet in: the leader of its team."""
    return is_open(sheet) and _member(membership, sheet.team).filter(kind="leader").exists()


def is_open(sheet: Sheet) -> bool:
    """Whether it can still be scored."""
    running = sheet.case.campaign.state == "running"
    return sheet.state == "open" and sheet.place.closed_at is None and running


def may_read_sheet(membership: Membership, sheet: Sheet) -> bool:
    """Read a sheet: members of its team; the office that keeps the stage and those above; once it is handed in the unit, and offices
    above the unit.
    """
    if _member(membership, sheet.team).exists():
        return True
    if membership.role in OFFICES:
        keeps = membership.org.contains(sheet.place.org) or campaigns.acts_for(membership, sheet.place.org)
        return keeps or (sheet.state == "submitted" and membership.org.contains(sheet.case.unit))
    return may_acknowledge(membership, sheet)


def may_acknowledge(membership: Membership, sheet: Sheet) -> bool:
    """Say that the feedback was read: the unit's own office."""
    return sheet.state == "submitted" and campaigns.is_unit(membership, sheet.case)


def may_draw(membership: Membership, sample: Sample) -> bool:
    """Give the seed of a round that waits for it."""
    return sample.state == "planned" and may_keep(membership, sample.place)


def may_cancel(membership: Membership, sample: Sample) -> bool:
    """Give a round up before its seed is used: the office that draws, until the seed is known; from then on an office above it, so that
    nobody throws away an outcome that does not please. Where none stands above, the office itself; the public page says when.
    """
    here = sample.place.org
    if clock.now() < sample.seed_at or here.parent_id is None:
        return may_draw(membership, sample)
    above = membership.role in OFFICES and membership.org_id != here.pk and membership.org.contains(here)
    open_ = sample.place.closed_at is None and sample.place.stage.campaign.state == "running"
    return sample.state == "planned" and above and open_


# --- objections and visits


def may_object(membership: Membership, sheet: Sheet) -> bool:
    """File an objection: the unit's own office, about a sheet that was handed in, while the campaign runs. The time is told by the act."""
    running = sheet.case.campaign.state == "running"
    return running and sheet.state == "submitted" and campaigns.is_unit(membership, sheet.case)


def may_withdraw_objection(membership: Membership, objection: Objection) -> bool:
    """Take an objection back: the unit, before it is answered."""
    return objection.state == "filed" and campaigns.is_unit(membership, objection.sheet.case)


def may_answer(membership: Membership, objection: Objection) -> bool:
    """Answer an objection: the office that keeps the stage, by a person who is not, and was not, in the team that judged."""
    office = campaigns.acts_for(membership, objection.sheet.place.org)
    return objection.state == "filed" and office and not of_team(membership, objection.sheet.team)


def may_end_objections(membership: Membership, place: StageDate) -> bool:
    """End the time for objections where the procedure states no days: the office that keeps the stage, closed or not."""
    return place.stage.campaign.state == "running" and campaigns.acts_for(membership, place.org)


def of_team(membership: Membership, team: Team) -> bool:
    """Whether a person is or was in a team, under any of the accounts of that person."""
    rows = team.members.select_related("membership__user")
    return any(orgs.same_person(membership.user, one.membership.user) for one in rows)


def may_cancel_visit(membership: Membership, visit: Visit) -> bool:
    """Cancel a visit that is not over: the office that keeps the stage."""
    return visit.state in ("planned", "noticed") and campaigns.acts_for(membership, visit.place.org)


def may_observe(membership: Membership, visit: Visit) -> bool:
    """Write down what was seen or heard: a member of the team, while the campaign runs. Day and notice are told by the act."""
    return visit.case.campaign.state == "running" and _member(membership, visit.team).exists()


def may_finish(membership: Membership, visit: Visit) -> bool:
    """Write the record of a visit: the leader of the team."""
    leads = _member(membership, visit.team).filter(kind="leader").exists()
    return leads and visit.case.campaign.state == "running"


def _member(membership: Membership, team: Team) -> QuerySet[Member]:
    return team.members.filter(membership=membership, left_at=None)


def may_read_visit(membership: Membership, visit: Visit) -> bool:
    """Read all of a visit: members of its team, the office that keeps the stage and those above; of the others' visits of its units an
    office the same. The unit itself reads less (``visits_page``).
    """
    if membership.role in OFFICES:
        keeps = membership.org.contains(visit.place.org) or campaigns.acts_for(membership, visit.place.org)
        above = membership.org.contains(visit.case.unit) and not campaigns.is_unit(membership, visit.case)
        return keeps or above
    return visit.team.members.filter(membership=membership).exists()


ACTS: dict[type[Model], tuple[Act, ...]] = {
    Sheet: (
        Act("teams.assign", "分配", (("", "open"), ("open", "open")), "该阶段的承办督导室", may_keep),
        Act("scoring.score", "评分", (("open", "open"),), "督导组成员", may_score),
        Act("scoring.submit", "提交", (("open", "submitted"),), "组长", may_submit),
        Act("scoring.acknowledge", "已阅反馈", (("submitted", "submitted"),), "本单位", may_acknowledge),
    ),
    Sample: (
        Act("drawing.plan", "公布抽样框", (("", "planned"),), "该阶段的承办督导室", may_keep),
        Act("drawing.draw", "抽取", (("planned", "drawn"),), "该阶段的承办督导室", may_draw),
        Act("drawing.cancel", "作废", (("planned", "cancelled"),), "该阶段的承办督导室；随机数公布的时间以后由其上级", may_cancel),
        Act("drawing.replace", "递补", (("drawn", "drawn"),), "该阶段的承办督导室"),
    ),
    Objection: (
        Act("objections.file", "申辩", (("", "filed"),), "本单位，评分表提交后、申辩期内", may_object),
        Act("objections.answer", "答复", (("filed", "answered"),), "该阶段的承办督导室，不是督导组成员的人", may_answer),
        Act("objections.withdraw", "撤回", (("filed", "withdrawn"),), "本单位，答复前", may_withdraw_objection),
        Act("objections.read_answer", "已阅答复", (("answered", "answered"),), "本单位"),
    ),
    Visit: (
        Act("visits.plan", "安排实地督导", (("", "planned"),), "该阶段的承办督导室", may_keep),
        Act("visits.notify", "发书面通知", (("planned", "noticed"),), "该阶段的承办督导室", may_keep),
        Act("visits.unannounced", "说明不发通知的理由", (("planned", "planned"),), "该阶段的承办督导室", may_keep),
        Act(
            "visits.cancel",
            "取消",
            (("planned", "cancelled"), ("noticed", "cancelled")),
            "该阶段的承办督导室",
            may_cancel_visit,
        ),
        Act("visits.note", "记录", (("planned", "planned"), ("noticed", "noticed")), "督导组成员", may_observe),
        Act("visits.finish", "完成", (("planned", "done"), ("noticed", "done")), "组长", may_finish),
    ),
}  # fmt: skip
