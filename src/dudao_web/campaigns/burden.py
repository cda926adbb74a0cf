"""What a campaign will ask of each unit, counted before it is launched (负担): figures, judgements, proofs, visits, and what is known already.

Pure counting over what the bound standards ask. Not here: which units are reached (``launching``), filling in (apps above).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dudao.procedures import Procedure
from dudao.standards.asked import asked_of_unit
from dudao_web.campaigns import quotas, stage_type
from dudao_web.orgs.models import Kind, Org
from dudao_web.standards import queries as standards
from dudao_web.standards.models import StandardVersion


@dataclass(frozen=True, slots=True)
class Asked:
    """What one unit of a kind is asked. ``figures``: numbers to fill in; ``declared``, ``graded``, ``points``: items that it judges by a
    word, by grades, by points; ``others``: vetoes, surveys, results handed down; ``proofs``: materials of the
    建档目录; ``visits``: stages in which somebody may come; ``known``: figures of all these units that are carried in.
    """

    kind: str
    units: int
    figures: int
    declared: int
    graded: int
    points: int
    others: int
    proofs: int
    visits: tuple[str, ...]
    known: int

    @property
    def title(self) -> str:
        """The kind in words."""
        return str(Kind(self.kind).label)

    @property
    def share(self) -> int | None:
        """How many of a hundred figures are known already; None where none is asked."""
        return round(100 * self.known / (self.figures * self.units)) if self.figures * self.units else None


def asked(
    procedure: Procedure, year: int, bound: Mapping[str, StandardVersion], units: Iterable[Org]
) -> list[Asked]:
    """One row for each kind of unit that has a standard."""
    by_kind: dict[str, list[Org]] = {kind: [] for kind in bound}
    for org in units:
        by_kind[org.kind].append(org)
    visits = tuple(one.title for one in quotas.columns(procedure, year))
    known = [
        found.known for stage in procedure.stages if (found := stage_type.TYPES[stage.type]).known is not None
    ]
    rows = []
    for kind, version in bound.items():
        items = asked_of_unit(standards.load(version))
        kinds = Counter(item.kind for item in items)
        numbers = {
            field.name for item in items if item.kind != "points" for field in item.fields if field.numeric
        }
        rows.append(
            Asked(
                kind=kind,
                units=len(by_kind[kind]),
                figures=len(numbers),
                declared=kinds["declared"],
                graded=kinds["grade"],
                points=kinds["points"],
                others=kinds["veto"] + kinds["survey"] + kinds["given"],
                proofs=sum(len(item.proofs) for item in items),
                visits=visits,
                known=max((count(version, by_kind[kind], year) for count in dict.fromkeys(known)), default=0),
            )
        )
    return rows
