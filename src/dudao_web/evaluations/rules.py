"""Who may: run an evaluation, read its pages."""

from dudao_web.acts import Act
from dudao_web.evaluations.models import Download, Evaluation
from dudao_web.orgs.models import Membership, Org, Role
from dudao_web.submissions import rules as submissions

OFFICES = frozenset({Role.CITY_OFFICER, Role.COUNTY_OFFICER})


def may_read(membership: Membership) -> bool:
    """The county's verdict and every school in it: the county office and those above it."""
    return membership.role in OFFICES


def sees_school(membership: Membership, code: str | None) -> bool:
    """One school's part of a result: an office every one in its scope, a school its own."""
    return membership.role in OFFICES or (membership.role == Role.SCHOOL and code == membership.org.code)


def may_run(membership: Membership, county: Org) -> bool:
    """Start a run: the county office whose set it is."""
    return submissions.may_decide(membership, county)


def may_fill(membership: Membership, county: Org) -> bool:
    """Type what is missing on the 补充表: whoever may hand in."""
    return submissions.may_upload(membership, county)


ACTS: dict[type[Evaluation] | type[Download], tuple[Act, ...]] = {
    Evaluation: (
        Act("actions.start", "计算", (("", "waiting"),), "区县督导室", may_run),
        Act("actions.run", "执行计算", (("waiting", "running"), ("running", "done")), "系统"),
        Act("actions.run_evaluation", "计算中断", (("running", "failed"),), "系统"),
    ),
    Download: (
        Act("downloads.ask", "制作文件", (("", "waiting"),), "督导室", may_read),
        Act("downloads.ask", "重新制作", tuple((s, "waiting") for s in ("refused", "failed", "running")), "督导室", may_read),
        Act("downloads.make", "执行制作", (("waiting", "running"), ("running", "done"), ("running", "refused")), "系统"),
        Act("downloads.make_download", "制作中断", (("running", "failed"),), "系统"),
    ),
}  # fmt: skip
