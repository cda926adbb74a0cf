"""What the demo's units answer (演示数据): a whole self-check with some items below A, half a one, a report, problems found.

Pure but for reading the text of a standard. Not here: who answers what and when (``demo_lookback``).
"""

from functools import lru_cache

from dudao.standards.asked import AskedItem, asked_of_unit
from dudao_web.pages.demo_titles import draw
from dudao_web.standards import queries
from dudao_web.standards.models import StandardVersion

REPORT = "演示数据：本单位对照细则逐项自查，核查了评估组提出的问题，能够整改的已列出措施和时限。"
PROOF = "演示：自查记录和佐证材料"
# Item of the made-up 细则 (``demo_items``), what is wrong, what is done about it: of a school, of a town.
FINDINGS = (
    ("2.2", "演示：校本研修记录不全，缺少本学期两次活动的记录。", "补记并由教务处每月检查。"),
    ("3.2", "演示：学生社团活动没有按课程表开展。", "调整课程表，每周检查登记。"),
    ("1.1", "演示：章程修订稿没有在校务公开栏公布。", "在校务公开栏和网站公布。"),
    ("4.2", "演示：期中质量分析没有提出改进措施。", "各教研组补写改进措施，教务处审阅。"),
)
OF_TOWNS = (
    ("3.2", "演示：校外活动场所清单没有按年更新。", "会同社区核对后公布新清单。"),
    ("1.2", "演示：专题研究教育工作的会议纪要没有归档。", "补充归档，明确专人管理。"),
)
HANDED_UP = (
    "演示：运动场地不足，需由区县统筹用地。",
    "演示：体育、艺术教师缺编，需由区县统筹配备。",
    "演示：有两个班超过规定班额，需由区县调整招生片区。",
)
WHY_UP = "演示：超出本单位权限。"
MENDED = "演示：已按措施改正，材料已补齐。"
OPINION = "演示：自查材料与实际相符，问题清单已核对，同意提交。"


@lru_cache(maxsize=8)
def _items(version: int) -> tuple[AskedItem, ...]:
    return tuple(asked_of_unit(queries.load(StandardVersion.objects.get(pk=version))))


def whole(version: int, unit: str, year: int) -> dict[str, str]:
    """Answers to everything: most reach A, up to two graded items lack one clause. Fewer from year to year."""
    items = _items(version)
    graded = [item.indicator.code for item in items if item.kind == "grade"]
    many = draw(unit, f"self {year}") % (3 if year == 2017 else 2)
    below = {graded[draw(unit, f"self {n}") % len(graded)] for n in range(many)}
    return {name: text for item in items for name, text in _answers(item, item.indicator.code in below)}


def half(version: int, unit: str, year: int) -> dict[str, str]:
    """The first part of the same answers, as a draft has them."""
    texts = whole(version, unit, year)
    return dict(list(texts.items())[: 6 + draw(unit, "half") % 30])


def changed(version: int, unit: str, year: int) -> dict[str, str]:
    """One clause answered otherwise than in ``whole``."""
    texts = whole(version, unit, year)
    name = next(name for name in texts if name.endswith("_a2"))
    return {name: "未达到" if texts[name] == "达到" else "达到"}


def _answers(item: AskedItem, below: bool) -> list[tuple[str, str]]:
    """Each field of an item: the first choice is the good one, but for what must not be (C clauses)."""
    found = []
    for field in item.fields:
        what = field.name.removeprefix(f"{item.indicator.code}_")
        if not field.choices:
            found.append((field.name, PROOF))
        elif what.startswith("c"):
            found.append((field.name, field.choices[-1]))
        else:
            found.append((field.name, field.choices[1 if below and what == "a2" else 0]))
    return found
