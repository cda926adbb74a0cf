"""Two made-up 细则 (演示数据) as filled 录入表: of a school, of a town (街道).

The areas are those that 镇教督〔2017〕11号 checks; the items are nobody's, the real 细则 was never published. Not here: loading them
(``standards.actions.load_items``), what units answer.
"""

from math import ceil

from dudao.intake import items_template
from dudao.standards import load_standard
from dudao.standards.items_book import Outcome, Row, Rules, book_of

SCHOOL, TOWN = "zhenjiang-double-creation", "zhenjiang-double-creation-town"
# Area -> what its items are about, what reaches A, what makes C, what proves it.
_SCHOOL = {
    "管理水平": ("学校章程和制度", "制度齐全并公开", "没有章程", "学校章程"),
    "队伍建设": ("教师培训和教研", "教师全员参加培训", "有教师无证上岗", "教师培训台账"),
    "素质教育实施": ("课程开设和学生活动", "开齐开足国家规定课程", "挤占体育、艺术课时", "课程表"),
    "质量提升": ("教学常规和质量分析", "每学期有质量分析和改进措施", "按考试成绩排名公布", "质量分析报告"),
    "教育经费使用": ("经费预算和使用", "公用经费按预算使用", "违规收费", "经费收支明细"),
    "班额控制": ("班额和招生", "各班班额符合规定", "有超过 55 人的班", "班级学生名册"),
}
_TOWN = {
    "管理水平": ("教育工作的领导和协调", "每年专题研究教育工作", "没有分管负责人", "会议纪要"),
    "队伍建设": ("教师待遇和交流", "落实教师待遇", "拖欠教师工资", "工资发放明细"),
    "素质教育实施": ("社区教育和校外活动", "设有校外活动场所", "占用学校活动场地", "活动场所清单"),
    "质量提升": ("辖区学校的均衡发展", "有均衡发展的年度计划和总结", "设置重点班", "年度工作总结"),
    "教育经费使用": ("教育投入和管理", "教育投入逐年增长", "截留、挪用教育经费", "教育经费决算"),
    "班额控制": ("学校布局和学位供给", "学位供给满足适龄儿童入学", "有适龄儿童未入学", "学位供给测算表"),
}
_TOPICS = ("制度建设", "组织实施", "过程记录", "成效和改进")


def school_items(n: int = 12) -> bytes:
    """The filled 录入表 of ``n`` made-up items for schools. Same number, same bytes."""
    return _filled(SCHOOL, _SCHOOL, n)


def town_items(n: int = 12) -> bytes:
    """The filled 录入表 of ``n`` made-up items for towns. Same number, same bytes."""
    return _filled(TOWN, _TOWN, n)


def _filled(standard: str, areas: dict[str, tuple[str, str, str, str]], n: int) -> bytes:
    base = load_standard(standard)
    names = list(areas)
    rows = []
    for place in range(n):
        chosen = place * len(names) // n
        number = sum(row.area == names[chosen] for row in rows)
        rows.append(_row(place + 2, chosen + 1, number, names[chosen], areas[names[chosen]]))
    return items_template.write(base, book_of(base), rows, _rules(n))


def _row(row: int, area: int, number: int, title: str, said: tuple[str, str, str, str]) -> Row:
    about, reaches, hits, proof = said
    topic, again = _TOPICS[number % len(_TOPICS)], number // len(_TOPICS) + 1
    return Row(
        row,
        title,
        about,
        f"{area}.{number + 1}",
        f"演示：{about}的{topic}{f'（{again}）' if again > 1 else ''}符合要求。",
        a=(f"演示：{reaches}", f"演示：{topic}有据可查"),
        c=(f"演示：{hits}",),
        proofs=(f"演示：{proof}", f"演示：{topic}的材料"),
    )


def _rules(n: int) -> Rules:
    """By clauses; the shares of A are about those of 江苏省优质幼儿园 2020 (30 and 26 of 35)."""
    passes, conditional = ceil(n * 0.8), ceil(n * 0.7)
    few = max(1, n // 12)
    outcomes = (
        Outcome(8, "达标", passes, None, 0, "通过"),
        Outcome(9, "基本达标", conditional, n - conditional, few, "有条件通过"),
    )
    return Rules("条文", outcomes=outcomes)
