"""佐证材料 that a standard asks for: what the 建档目录 lists under each of its indicators.

Here lives ``asked``. Not here: what was handed in (the platform's evidence), whether a declaration names its proof
(``dudao.standards.asked.names_proof``).
"""

from __future__ import annotations

from dudao.standards.model import Declared, Indicator


def asked(indicator: Indicator) -> tuple[str, ...]:
    """Titles of the proofs that an indicator asks for, in the document's order; none where it names none.

    A declared item names them with its words, any other kind of indicator beside its rule.

    >>> from dudao.standards import load_standard
    >>> asked(load_standard("zhenjiang-double-creation").indicator("ZP"))
    ('专家组对照评价细则逐项评定的记录',)
    """
    return indicator.rule.proofs if isinstance(indicator.rule, Declared) else indicator.proofs
