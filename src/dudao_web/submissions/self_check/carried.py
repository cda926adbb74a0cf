"""How many figures of many units are known before a campaign asks for them: counted for the launch, not yet written anywhere.

The same sources as ``answers.known``, which finds them for one unit: confirmed returns and the last approved self-check.
"""

from collections import defaultdict
from collections.abc import Sequence

from dudao.standards.asked import asked_of_unit
from dudao_web.campaigns.models import Judgement
from dudao_web.orgs.models import Org
from dudao_web.standards import queries as standards
from dudao_web.standards.models import StandardVersion
from dudao_web.submissions import told
from dudao_web.submissions.models import Confirmation, Submission


def carried(version: StandardVersion, units: Sequence[Org], year: int) -> int:
    """Figures of the units that were given before, each once: three queries at most."""
    items = asked_of_unit(standards.load(version))
    numbers = {
        field.name for item in items if item.kind != "points" for field in item.fields if field.numeric
    }
    if not numbers or not units:
        return 0
    own = {org.pk for org in units}
    found: dict[int, set[str]] = defaultdict(set)
    judged = Judgement.objects.filter(
        source="self",
        superseded=False,
        case__state="approved",
        case__version__standard=version.standard,
        case__campaign__year__lte=year,
        indicator__in=[item.indicator.code for item in items if any(field.numeric for field in item.fields)],
    )
    for unit, given in judged.values_list("case__unit", "answer"):
        if unit in own:
            found[unit] |= {name for name, text in given.items() if text} & numbers
    for unit, row in _returns(own, year):
        found[unit] |= {name for name, text in told.texts(row).items() if text} & numbers
    return sum(len(names) for names in found.values())


def _returns(own: set[int], year: int) -> list[tuple[int, Submission]]:
    """The returns of these units that their county confirmed: of a county's own return the county is the unit."""
    confirmed = set(Confirmation.objects.filter(year__lte=year).values_list("county", "year", "version"))
    rows = Submission.objects.filter(
        state="submitted", year__lte=year, county__in={county for county, _, _ in confirmed}
    )
    found = []
    for row in rows:
        unit = row.county_id if row.form in ("county", "county_supplement") else row.unit_id
        if unit in own and (row.county_id, row.year, row.version_id) in confirmed:
            found.append((unit, row))
    return found
