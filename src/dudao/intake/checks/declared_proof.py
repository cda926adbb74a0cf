"""What is declared to be met (达到) has its proof (佐证材料) named.

Query, at the declaration; without a proof named the item has no data. A word that says it is not met or does not apply needs none,
nor does an item that asks for none.
"""

from __future__ import annotations

from collections.abc import Iterator

from dudao.intake.checks import figures
from dudao.issues import Issue
from dudao.standards.asked import name, names_proof
from dudao.standards.model import Declared, Standard
from dudao.tables import Return

CODE = "CHK-042"


def check(unit: Return, standard: Standard, last: Return | None) -> Iterator[Issue]:
    """Declared without proof."""
    for indicator in figures.asking(standard, Declared):
        own, proof, rule = name(indicator, "met"), name(indicator, "proof"), indicator.rule
        if not rule.needs_proof:
            continue
        word = unit.text(own)
        given = unit.figure(proof)
        without = (None, rule.words["not_met"], rule.words.get("not_applicable"))
        if word in without or given.state == "refused" or names_proof(unit.text(proof)):
            continue
        asked = f"（{'、'.join(rule.proofs)}）" if rule.proofs else ""
        found = f"{figures.told(unit, standard, own)}，没有写明佐证材料{asked}，该项按无数据处理。"
        yield figures.query(CODE, unit, own, found, "请写明佐证材料的名称、文号。")
