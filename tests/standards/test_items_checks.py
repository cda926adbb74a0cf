"""A locality's own checklist (检查清单、年度任务): areas of its own or of the standard, words, proofs, faults, what it comes to."""

from pathlib import Path

import pytest
from tests.standards.own_items import Change, checks, evaluated, found, load, points, put

from dudao.standards import StandardError, load_standard
from dudao.standards.asked import asked_of_unit
from dudao.standards.items_book import CHECKED, book_of
from dudao.standards.model import Declared
from dudao.standards.proofs import asked

LIST = [
    ("食品安全", None, "1.1", "食堂留样。", "留样记录\n检查照片"),
    (None, None, "1.2", "从业人员持健康证。", None),
    ("校车安全", None, "2.1", "校车有使用许可。", None),
]
"""Made up."""
PLAN = [
    ("目标一", "课程", "M1.1", "建成校本课程三门。", "课程方案"),
    ("目标二", None, "M2.1", "培训骨干教师十人。", None),
]
GARDEN = [
    (area, None, f"{place}.1", f"{area}要点。", None)
    for place, area in enumerate(("办园条件", "安全卫生", "保育教育", "教职工队伍", "内部管理"), 1)
]


def test_own_areas_take_the_place_of_the_one_chapter_and_of_its_item(tmp_path: Path) -> None:
    standard = load(tmp_path, "special-checklist", checks("special-checklist", LIST))
    assert [(chapter.number, chapter.title) for chapter in standard.chapters] == [
        ("一·1", "食品安全"),
        ("一·2", "校车安全"),
    ]
    assert standard.verdict.all_of == ("1.1", "1.2", "2.1")
    assert standard.verdict.source == load_standard("special-checklist").verdict.source
    assert standard.indicator("1.1").rule == Declared(("留样记录", "检查照片"), CHECKED)
    assert standard.indicator("1.2").rule == Declared((), CHECKED, needs_proof=False)


def test_proof_is_needed_only_where_the_list_asks_for_it(tmp_path: Path) -> None:
    standard = load(tmp_path, "special-checklist", checks("special-checklist", LIST))
    assert [[field.name for field in item.fields] for item in asked_of_unit(standard)] == [
        ["1.1_met", "1.1_proof"],
        ["1.2_met"],
        ["2.1_met"],
    ]
    assert [item.choices for item in asked_of_unit(standard)] == [("符合", "不符合", "不适用")] * 3
    said = {"1.1_met": "符合", "1.1_proof": "留样记录", "1.2_met": "符合", "2.1_met": "不适用"}
    one = evaluated(standard, **said)
    assert [one.item(code).judgement for code in ("1.1", "1.2", "2.1")] == ["met", "met", "not_applicable"]
    assert one.status == "met"
    assert evaluated(standard, **{**said, "1.1_proof": "无"}).status == "undetermined"
    assert evaluated(standard, **{**said, "1.2_met": "不符合"}).status == "not_met"
    assert (
        evaluated(standard, **{code: "不适用" for code in said if code.endswith("_met")}).status
        == "undetermined"
    )


def test_a_plan_has_words_of_its_own(tmp_path: Path) -> None:
    standard = load(tmp_path, "school-plan", checks("school-plan", PLAN))
    assert [item.choices for item in asked_of_unit(standard)] == [("完成", "未完成", "本年度不涉及")] * 2
    assert [asked(item) for item in standard.indicators] == [("课程方案",), ()]
    assert standard.indicator("M1.1").clause == "细则 目标一 课程 M1.1"
    one = evaluated(standard, **{"M1.1_met": "完成", "M1.1_proof": "课程方案", "M2.1_met": "未完成"})
    assert (one.item("M1.1").judgement, one.status) == ("met", "not_met")


def test_the_areas_of_kindergartens_stay_those_of_the_document(tmp_path: Path) -> None:
    standard = load(tmp_path, "kindergarten-conduct", checks("kindergarten-conduct", GARDEN))
    assert [chapter.title for chapter in standard.chapters] == [row[0] for row in GARDEN]
    assert standard.verdict.all_of == ("1.1", "2.1", "3.1", "4.1", "5.1")


@pytest.mark.parametrize(
    ("name", "rows", "change", "expected"),
    [
        (
            "kindergarten-conduct",
            GARDEN,
            put("A2", "园舍"),
            "A2：一级指标“园舍”不是本标准的。应为：办园条件、安全卫生、保育教育、教职工队伍、内部管理。",
        ),
        ("kindergarten-conduct", GARDEN[1:], None, "A2：没有一级指标“办园条件”的指标。请补齐。"),
        ("special-checklist", LIST, put("E2", "甲\n甲"), "E2：“甲”写了不止一次。请删去重复的。"),
        ("special-checklist", LIST, put("E2", "长" * 91), "E2：第 1 件有 91 字，超过 90 字。请分成几件。"),
        (
            "special-checklist",
            LIST,
            put("E2", "\n".join(str(number) for number in range(31))),
            "E2：有 31 件，超过 30 件。请分成几项指标。",
        ),
        (
            "special-checklist",
            LIST,
            put("A2", None),
            "A2：没有填写一级指标。请填写；与上一行相同的可以不填。",
        ),
    ],
)
def test_each_fault_of_checks_names_its_cell(
    name: str, rows: list[tuple[object, ...]], change: Change | None, expected: str
) -> None:
    assert f"工作表“评估细则” {expected}" in found(name, checks(name, rows, change))


def test_points_and_grades_list_their_proofs_too(tmp_path: Path) -> None:
    standard = load(tmp_path, "chongqing-county", points())
    assert [asked(standard.indicator(code)) for code in ("4.1", "1.1")] == [("经验材料", "表彰文件"), ()]


def test_a_bonus_above_its_cap_is_said_and_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert load(tmp_path, "chongqing-county", points(put("E7", 6))).id == "own"
    assert capsys.readouterr().err == (
        "请核对：工作表“评估细则” E7：附加分各项合计 6 分，超过最多计入的 5 分。多出的不计入；如有误，请核对各项分值。\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("kind: checks", "kind: points", "words 只用于 kind: checks"),
        ("kind: checks", "kind: grades", "kind: grades 须有 outcome 和一个维度，别的没有 outcome"),
        ("kind: checks", "kind: check", "check"),
    ],
)
def test_a_book_that_is_not_sound_says_so(tmp_path: Path, old: str, new: str, expected: str) -> None:
    folder = tmp_path / "school-plan"
    for path in load_standard("school-plan").path.rglob("*.yaml"):
        place = folder / path.relative_to(load_standard("school-plan").path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(StandardError, match=expected):
        book_of(load_standard(folder))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("declared: {needs_proof: false, proofs: [甲]}", "needs_proof: false 的不能再列 proofs"),
        ("declared: {words: {met: 是, not_met: 是}}", "words 的用词不能相同"),
        (
            "declared: {words: {met: 是, no_data: 否}}",
            "words 应有 met、not_met，可有 basically_met、not_applicable",
        ),
        ("declared: {}\n    proofs: [甲]", "申报项的佐证材料写在 declared 的 proofs 里"),
    ],
)
def test_what_a_declared_item_may_not_say(tmp_path: Path, rule: str, expected: str) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "standard.yaml").write_text("id: one\nextends: special-checklist\nversion: '1'\n", "utf-8")
    (folder / "1-items.yaml").write_text(
        f"number: 一\ntitle: 检查事项\nclause: 甲\nindicators:\n  - code: A\n    title: 甲\n    text: 甲\n    clause: 甲\n    {rule}\n",
        "utf-8",
    )
    with pytest.raises(StandardError, match=expected):
        load_standard(folder)
