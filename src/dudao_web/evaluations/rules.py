"""Who may: run an evaluation, read its pages."""

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
