"""What can be found in an item of a standard by whoever judges it: the choices, the bounds of points, a judgement in words.

Follows from the rule of the item alone. Not here: who scores and what is kept (``scoring``).
"""

from decimal import Decimal

from dudao.standards.model import Count, Declared, Graded, Indicator, Points, Standard, Total, Veto
from dudao_web.campaigns import shown
from dudao_web.campaigns.actions import POINTS
from dudao_web.orgs.actions import Refused

GRADES = (("A", "达标"), ("B", "未完全达标"), ("C", "不达标"))
VETO = (("met", "无"), ("not_met", "有"))
FOUND = (("met", "达标"), ("not_met", "未达标"), ("no_data", "无数据"), ("not_applicable", "不适用"))
MENDED = (("mended", "已整改"), ("not_met", "未整改"))
POINTED = "not_applicable"  # the word beside points, as a self-check has it


def items(standard: Standard) -> list[Indicator]:
    """What a team judges, in the order of the standard: every item but totals and outcomes, which follow from others."""
    return [one for one in standard.indicators if not isinstance(one.rule, Total | Count)]


def choices(indicator: Indicator | None) -> tuple[tuple[str, str], ...]:
    """What can be found in an item: (value, word); none where points are typed. None: a problem carried in.

    A grade where it is graded, the standard's own words where it is declared, 无 / 有 of a veto. Of what is computed or counted (ratios,
    formulas, surveys, results handed down) a team finds whether it holds.
    """
    if indicator is None:
        return MENDED
    match indicator.rule:
        case Points():
            return ()
        case Graded():
            return GRADES
        case Declared() as rule:
            return tuple(rule.words.items())
        case Veto():
            return VETO
    return FOUND


def within(code: str, points: Decimal | None, most: Decimal) -> Decimal:
    """The points as they are kept; Refused outside 0 to ``most``."""
    if points is None:
        raise Refused(f"{code} 没有填得分。请填 0 至 {most:f} 之间的数。")
    if not points.is_finite() or not 0 <= points <= most or points != points.quantize(POINTS):
        raise Refused(f"{code} 的得分应为 0 至 {most:f} 之间的数，最多三位小数，填写的是 {points}。请改正。")
    return points.quantize(POINTS)


def said(indicator: Indicator, value: str, points: Decimal | None) -> str:
    """A judgement in words: A, 达到, 4.5 分."""
    if points is not None:
        return f" {points.normalize():f} 分"
    word = (
        value
        if value in shown.GRADES
        else dict(choices(indicator)).get(value) or dict(FOUND).get(value, value)
    )
    return f"“{word}”"
