"""职责分解表 and 实施步骤 of 温岭, and each way of writing them wrongly."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dudao.standards import StandardError, load_standard
from dudao.standards.phases import Deliverable, phases
from dudao.standards.responsibilities import by_unit, responsibilities

DUTIES = "source: 测试\nrows:\n  - indicators: [R1]\n    task: 做\n    units: [市教育局]\n"
PHASES = "source: 测试\nphases:\n  - title: 甲\n    from: 2020-01\n    to: 2020-02\n"


def own(tmp_path: Path, **more: str) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    text = 'id: own\nextends: cn-2017-quality-balance\nversion: "1"\ntitle: 本地\n'
    for name, data in {"standard": text, **more}.items():
        (folder / f"{name}.yaml").write_text(data, "utf-8")
    return folder


def problems(folder: Path) -> list[str]:
    with pytest.raises(StandardError) as caught:
        load_standard(folder)
    return [str(problem) for problem in caught.value.problems]


def test_wenling_has_33_rows_that_cover_every_item() -> None:
    standard = load_standard("wenling-2020")
    rows = responsibilities(standard)
    assert len(rows) == 33
    covered = [code for row in rows for code in row.indicators]
    assert covered == [item.code for item in standard.indicators if item.code not in ("RC", "RS")]
    assert (
        rows[0].task
        == "按照浙江省编制标准每两年一次核定全市教职工编制；在核定的编制总量内，高于规定学历教师数配置符合要求且均衡。"
    )
    assert [row.units for row in rows if row.indicators == ("G15",)] == [
        ("市教育局", "市民政局", "市财政局", "团市委", "市妇联", "各镇（街道）", "东部新区")
    ]
    assert {row.note for row in rows} == {""}


def test_a_unit_finds_its_indicators_and_tasks() -> None:
    own_rows = by_unit(responsibilities(load_standard("wenling-2020")))
    counts = {unit: len(rows) for unit, rows in own_rows.items()}
    assert counts["市教育局"] == 33
    assert [row.indicators for row in own_rows["市残联"]] == [("G7",), ("Q2",)]
    assert [row.indicators for row in own_rows["市委编办"]] == [
        *(("R1",), ("G2",), ("G10",), ("G11a", "G11b")), ("V1", "V2", "V3", "V4", "V5", "V6")
    ]  # fmt: skip
    assert counts["市财政局"] == 9
    assert len(counts) == 19


def test_wenling_has_four_phases_without_a_gap() -> None:
    found = phases(load_standard("wenling-2020"))
    assert [(phase.title, phase.since, phase.until) for phase in found] == [
        ("筹备启动阶段", date(2019, 9, 1), date(2020, 9, 30)),
        ("工作推进阶段", date(2020, 10, 1), date(2022, 9, 30)),
        ("自评申报和整改提升阶段", date(2022, 10, 1), date(2023, 2, 28)),
        ("迎接评估阶段", date(2023, 3, 1), date(2023, 12, 31)),
    ]
    dated = [(item.title, item.by) for phase in found for item in phase.deliverables if item.by]
    assert [day for _, day in dated] == [
        date(2022, 10, 31),
        date(2022, 12, 31),
        date(2023, 3, 31),
        date(2023, 12, 31),
    ]
    assert found[3].deliverables[2] == Deliverable("通过国家级评估认定", date(2023, 12, 31))


def test_a_standard_without_these_files_has_none() -> None:
    standard = load_standard("cn-2017-quality-balance")
    assert (responsibilities(standard), phases(standard)) == ((), ())


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[R1]", "[R99]", "responsibilities.yaml:3 指标 R99 不存在"),
        ("[R1]", "[]", "responsibilities.yaml:3 没有写明指标（indicators）"),
        ("    units: [市教育局]\n", "", "responsibilities.yaml:3 没有责任单位（units）"),
        ("[市教育局]", "[]", "responsibilities.yaml:3 没有责任单位（units）"),
        ("[市教育局]", "[市教育局, 市教育局]", "responsibilities.yaml:3 责任单位 市教育局 重复"),
        ("    task: 做\n", "", "responsibilities.yaml:3 缺少 task"),
        ("task: 做", "task: 做\n    leader: 某人", "responsibilities.yaml:5 不认识的键 leader"),
    ],
)
def test_each_fault_of_the_table_names_its_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    found = problems(own(tmp_path, responsibilities=DUTIES.replace(old, new)))
    assert [line for line in found if line.startswith(expected)] != [], found


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("2020-02", "2019-12", "phases.yaml:3 结束早于开始"),
        ("2020-02", "2020-13", "phases.yaml:5 应写成年月，如 2020-09"),
        (
            "2020-02\n",
            "2020-02\n  - {title: 乙, from: 2020-02, to: 2020-03}\n",
            "phases.yaml:6 与上一阶段“甲”重叠",
        ),
        ("    to: 2020-02\n", "", "phases.yaml:3 缺少 to"),
    ],
)
def test_each_fault_of_the_phases_names_its_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert expected in problems(own(tmp_path, phases=PHASES.replace(old, new)))


def test_a_standard_that_extends_it_keeps_the_table(tmp_path: Path) -> None:
    folder = own(tmp_path)
    text = (folder / "standard.yaml").read_text("utf-8").replace("cn-2017-quality-balance", "wenling-2020")
    (folder / "standard.yaml").write_text(text, "utf-8")
    assert len(responsibilities(load_standard(folder))) == 33
