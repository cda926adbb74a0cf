"""Figures of an indicator as they are after it was mended: what is asked for, and whether what was typed can be used.

Read by the library alone (``dudao.standards``, ``dudao.intake``). Not here: what the indicator is worth with them (``evaluations``).
"""

from collections.abc import Mapping

from dudao.intake.typed import typed
from dudao.standards.asked import AskedItem, asked_of_unit
from dudao_web.findings.models import Finding
from dudao_web.orgs.actions import Refused
from dudao_web.standards import queries as standards


def asked(finding: Finding) -> AskedItem | None:
    """What the standard asks of the unit at the indicator; None where the finding stands against none that the unit answers."""
    found = asked_of_unit(standards.load(finding.case.version)) if finding.indicator else []
    return next((item for item in found if item.indicator.code == finding.indicator), None)


def checked(finding: Finding, answer: Mapping[str, str]) -> dict[str, str]:
    """The answers that were filled in, by field; Refused with every fault where one cannot be used."""
    said = {name: text.strip() for name, text in answer.items() if text.strip()}
    if not said:
        return {}
    item = asked(finding)
    fields = {field.name: field for field in item.fields} if item is not None else {}
    if unknown := sorted(said.keys() - fields.keys()):
        raise Refused(f"指标 {finding.indicator or '（无）'} 没有填报项 {'、'.join(unknown)}。请核对。")
    case = finding.case
    read = typed(
        standards.load(case.version), said, code=case.unit.code, name=case.unit.name, year=case.campaign.year
    )
    faults = [
        f"{issue.found}{issue.mend}"
        for name in said
        for issue in read.issues.get(name, ())
        if issue.level == "error"
    ]
    if faults:
        raise Refused("；".join(dict.fromkeys(faults)))
    return said
