"""Who may: upload, explain, send back, confirm; and which rows a membership sees."""

from dudao_web.orgs import rules as orgs
from dudao_web.orgs.models import Membership, Org, Role
from dudao_web.submissions.models import IssueRecord, Upload

READERS = frozenset({Role.CITY_OFFICER, Role.COUNTY_OFFICER, Role.SCHOOL})
HANDERS = frozenset({Role.COUNTY_OFFICER, Role.SCHOOL})
COUNTY = frozenset({Role.COUNTY_OFFICER})


def may_read(membership: Membership) -> bool:
    """Open the pages of returns at all."""
    return membership.role in READERS


def may_upload(membership: Membership, county: Org) -> bool:
    """The county office for its county; a school its own form. A city reads, it does not hand in."""
    if membership.role == Role.COUNTY_OFFICER:
        return membership.org == county
    return membership.role == Role.SCHOOL and county.contains(membership.org)


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
    return membership.role == Role.SCHOOL and unit is not None and membership.org.contains(unit)


def scope(membership: Membership) -> dict[str, str]:
    """Filter arguments for rows of sets that the membership sees: a school its own unit, an office its counties."""
    through = "unit" if membership.role == Role.SCHOOL else "county"
    return orgs.within(membership.org, through)
