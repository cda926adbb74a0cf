"""Answers typed on a page: the Return that they make, with what is wrong with each, as if they stood in the cells of a workbook.

Here lives the way of one unit's typed answers into an Intake. The "cell" of an answer is the name of its field. Not here: the rules for
a single value (``figures``), the checks between figures (``checks``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from dudao.intake import figures, labels
from dudao.intake.county import assemble
from dudao.intake.messages import issue
from dudao.intake.sheet import Mark
from dudao.issues import Issue
from dudao.standards.model import Standard
from dudao.tables import Figure, Intake, Return

PAGE = "网上填写"
"""The "file" of typed answers, as sources and issues name it."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One unit's answers as an Intake of that unit alone. ``issues``: by field name; "" for the unit as a whole."""

    intake: Intake
    issues: Mapping[str, tuple[Issue, ...]]

    @property
    def errors(self) -> bool:
        """Whether an answer cannot be used."""
        return any(found.level == "error" for some in self.issues.values() for found in some)


def typed(standard: Standard, answers: Mapping[str, str], *, code: str, name: str, year: int) -> Typed:
    """Read a judged unit's answers (field name -> text; blank: not answered). ``code``, ``name``, ``year``: of the unit, for the form
    that names it. Names that the standard does not have are left out.

    >>> from dudao.standards import load_standard
    >>> found = typed(load_standard("chongqing-county"), {"BZ_points": "六十"}, code="1", name="甲", year=2018)
    >>> [one.code for one in found.issues["BZ_points"]]
    ['FIG-003']
    """
    identity = {labels.COUNTY_CODE: code, "county_name": name, "year": str(year)}
    texts = {key: text for key, text in {**answers, **identity}.items() if text.strip()}
    made: dict[str, dict[str, Figure]] = {"county": {}, "county_supplement": {}}
    issues: list[Issue] = []
    for field in standard.fields:
        if not field.of_county or field.name not in texts:
            continue
        text = texts[field.name].strip()
        found = figures.read(field, text, Mark(), False, standard)
        shown = text if found.state == "refused" else None
        made[field.form][field.name] = Figure(found.value, found.state, None, field.name, found=shown)
        issues += [
            issue(fault.code, PAGE, None, field.name, **{"label": field.label, **fault.words})
            for fault in found.faults
        ]
    made["county_supplement"] |= {key: known for key, known in made["county"].items() if key in identity}
    returns = [_return(form, own) for form, own in made.items()]
    intake = assemble(returns, standard, county_code=code, issues=issues)
    by_field: dict[str, list[Issue]] = {}
    for one in (one for one in intake.issues if one.cell not in identity):
        by_field.setdefault(one.cell or "", []).append(one)
    return Typed(intake, {field: tuple(some) for field, some in by_field.items()})


def _return(form: str, own: Mapping[str, Figure]) -> Return:
    told = json.dumps([form, {name: str(figure.value) for name, figure in own.items()}], ensure_ascii=False)
    return Return(form, PAGE, hashlib.sha256(told.encode()).hexdigest(), None, dict(own))  # type: ignore[arg-type]
