"""Who may: see titles, awards and cohorts, edit them; and the share that a target is met by. Nothing here changes anything."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.db.models import Q, QuerySet

from dudao_web.orgs import rules as orgs
from dudao_web.orgs.models import Membership, Org, Role
from dudao_web.titles.models import Award, Cohort, Title

OFFICES = frozenset({Role.CITY_OFFICER, Role.COUNTY_OFFICER})
READERS = OFFICES | {Role.SCHOOL}
OWNERS = frozenset({Role.CITY_OFFICER})


def may_read(membership: Membership) -> bool:
    """The entry in the top bar."""
    return membership.role in READERS


def owns(membership: Membership, org: Org) -> bool:
    """Give, withdraw, set targets, freeze: the city's office for what is its own. A superior only reads."""
    return membership.role in OWNERS and membership.org_id == org.pk


def _around(membership: Membership) -> Q:
    """Rows of an office at, above or below the membership's unit."""
    above = membership.org.path.strip("/").split("/")
    return Q(org__code__in=above) | Q(**orgs.within(membership.org, "org"))


def visible_titles(membership: Membership) -> QuerySet[Title]:
    """Titles that concern the membership's unit: given by an office at, above or below it."""
    return Title.objects.filter(_around(membership)).select_related("org")


def visible_awards(membership: Membership) -> QuerySet[Award]:
    """Awards of units in the office's scope: a town's office does not see those of the schools in it."""
    return orgs.visible(Award.objects.all(), membership, "unit")


def visible_units(membership: Membership) -> QuerySet[Org]:
    """Units whose awards the membership sees, closed ones too."""
    return orgs.visible(Org.objects.all(), membership)


def visible_cohorts(membership: Membership) -> QuerySet[Cohort]:
    """Cohorts of an office at, above or below the membership's unit; a unit of no office sees none."""
    rows = Cohort.objects.select_related("org", "by")
    return rows.filter(_around(membership)) if membership.role in OFFICES else rows.none()


def sees_whole(membership: Membership, cohort: Cohort) -> bool:
    """The whole list of a cohort; an office below its owner sees the units of its own scope."""
    return membership.org.contains(cohort.org)


def percent(done: int, target: int, places: int = 1) -> Decimal | None:
    """The share of a target in percent: half up, once, from the exact fraction. None without a target.

    >>> percent(55, 58), percent(447, 486, 2), percent(502, 544)
    (Decimal('94.8'), Decimal('91.98'), Decimal('92.3'))
    """
    if not target:
        return None
    scaled = Fraction(done * 100, target) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole).scaleb(-places).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
