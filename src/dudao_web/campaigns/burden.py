"""What a campaign will ask of each unit, counted before it is launched (负担): figures, judgements, proofs, visits, and what is known already.

Pure counting over what the bound standards ask. Not here: which units are reached (``launching``), filling in (apps above).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dudao.procedures import Procedure
from dudao.standards.asked import asked_of_unit
from dudao.standards.model import Standard
from dudao_web.campaigns.models import Case
from dudao_web.orgs.models import Kind, Org


@dataclass(frozen=True, slots=True)
class Asked:
    """What one kind of unit is asked. ``figures``: numbers to fill in; ``items``: indicators to judge; ``proofs``: materials of the
    建档目录; ``visits``: stages in which somebody comes; ``known``: units whose figures are carried in from an approved self-check.
    """

    kind: str
    units: int
    figures: int
    items: int
    proofs: int
    visits: int
    known: int

    @property
    def title(self) -> str:
        """The kind in words."""
        return str(Kind(self.kind).label)


def asked(procedure: Procedure, standards: Mapping[str, Standard], units: Iterable[Org]) -> list[Asked]:
    """One row for each kind of unit that has a standard, in the order of the procedure."""
    units = list(units)
    counts = Counter(org.kind for org in units)
    visits = sum(stage.cases != "all" and stage.cases != "open_findings" for stage in procedure.stages)
    rows = []
    for kind, standard in standards.items():
        items = asked_of_unit(standard)
        fields = {field.name: field for item in items for field in item.fields}
        rows.append(
            Asked(
                kind=kind,
                units=counts[kind],
                figures=sum(field.numeric for field in fields.values()),
                items=len(items),
                proofs=sum(len(item.proofs) for item in items),
                visits=visits,
                known=_known(standard, [org for org in units if org.kind == kind]),
            )
        )
    return rows


def _known(standard: Standard, units: list[Org]) -> int:
    """How many of the units have an approved self-check by the same standard."""
    before = Case.objects.filter(version__standard=standard.id, state="approved")
    return len(set(before.values_list("unit", flat=True)) & {org.pk for org in units})
