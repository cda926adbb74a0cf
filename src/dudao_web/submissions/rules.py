"""Who may: upload, explain, send back, confirm; and which rows a membership sees."""

from django.db.models import Q

from dudao_web.acts import Act
from dudao_web.orgs import rules as orgs
from dudao_web.orgs.models import Kind, Membership, Org, Role
from dudao_web.submissions.models import IssueRecord, Submission, Upload

READERS = frozenset({Role.CITY_OFFICER, Role.COUNTY_OFFICER, Role.SCHOOL})
HANDERS = frozenset({Role.COUNTY_OFFICER, Role.SCHOOL})
COUNTY = frozenset({Role.COUNTY_OFFICER})


def may_read(membership: Membership) -> bool:
    """The entry in the top bar: the offices, and of the filling units those that have a form among the returns."""
    return membership.role in READERS and (membership.role != Role.SCHOOL or has_form(membership.org))


def has_form(unit: Org) -> bool:
    """Whether the unit hands in a form of its own: schools do, towns, departments and kindergartens do not."""
    return unit.kind == Kind.SCHOOL


def may_upload(membership: Membership, county: Org) -> bool:
    """The county office for its county; a school its own form. A city reads, it does not hand in."""
    if membership.role == Role.COUNTY_OFFICER:
        return membership.org == county
    school = membership.role == Role.SCHOOL and has_form(membership.org)
    return school and county.contains(membership.org)


def may_decide(membership: Membership, county: Org) -> bool:
    """Send back, withdraw, confirm: the county office alone."""
    return membership.role == Role.COUNTY_OFFICER and membership.org == county


def may_set_aside(membership: Membership, upload: Upload) -> bool:
    """Say of a file that could not be read that it is no return: the county office of any, a school of its own."""
    if may_decide(membership, upload.county):
        return True
    return membership.role == Role.SCHOOL and membership.org_id == upload.org_id


def may_explain(membership: Membership, issue: IssueRecord) -> bool:
    """The county office, or the school whose form it is in."""
    if may_decide(membership, issue.county):
        return True
    unit = issue.submission.unit if issue.submission else None
    return membership.role == Role.SCHOOL and unit is not None and orgs.sees(membership, unit)


def scope(membership: Membership) -> Q:
    """Condition for rows of sets that the membership sees: a school its own unit, an office its counties."""
    return orgs.scope(membership, "unit" if membership.role == Role.SCHOOL else "county")


ACTS: dict[type[Upload] | type[Submission], tuple[Act, ...]] = {
    Upload: (
        Act("actions.receive", "上传", (("", "waiting"),), "区县督导室；学校限本校", may_upload),
        Act("reading.read", "读取", (("waiting", "running"), ("running", "read")), "系统"),
        Act("reading.read_upload", "读取中断", (("running", "failed"),), "系统"),
        Act(
            "actions.read_again", "重新读取", (("failed", "waiting"), ("running", "waiting")), "区县督导室；学校限本校", may_upload
        ),
        Act("actions.set_aside", "搁置", (("read", "read"),), "区县督导室；学校限本校", may_set_aside),
    ),
    Submission: (
        Act("reading.read", "提交", (("", "submitted"),), "区县督导室；学校限本校", may_upload),
        Act("actions.send_back", "退回", (("submitted", "returned"),), "区县督导室", may_decide),
        Act("actions.take_back", "撤销退回", (("returned", "submitted"),), "区县督导室", may_decide),
        Act(
            "reading.read",
            "重新提交",
            (("submitted", "replaced"), ("returned", "replaced"), ("returned", "submitted")),
            "区县督导室；学校限本校",
            may_upload,
        ),
        Act(
            "actions.withdraw", "撤下", (("submitted", "withdrawn"), ("returned", "withdrawn")), "区县督导室", may_decide
        ),
    ),
}  # fmt: skip
