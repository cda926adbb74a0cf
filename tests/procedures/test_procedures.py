"""The catalogue's procedures: what they say, what numbers they hold, and their dates."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from pathlib import Path

import pytest
from tests.procedures import small_procedure as small

from dudao.procedures import (
    CATALOGUE,
    ProcedureError,
    dated,
    load_calendars,
    load_procedure,
    parse,
    procedure_from,
    procedures,
    schedule,
)
from dudao.standards import CATALOGUE as STANDARDS
from dudao.standards import contents, load_standard
from dudao.standards.phases import phases

NAMES = [name for name, _, _ in procedures()]


def test_the_catalogue() -> None:
    assert {name: [stage.key for stage in load_procedure(name).stages] for name in NAMES} == {
        "chongqing-six-stages": [
            *("mobilise", "self_check", "self_approval", "measures", "archives", "self_report", "congress"),
            *("announcement", "submission", "special_assessment", "process", "consolidate"),
            *("overall_assessment", "recognition"),
        ],
        "kindergarten-conduct": [
            *("training", "self_check", "self_approval", "visit", "feedback", "rectification", "second_look")
        ],
        "monitoring-round": ["collect", "audit", "lock", "submit"],
        "quality-balance-four-levels": [
            *(
                "data",
                "self_check",
                "city_review",
                "rectification",
                "province_review",
                "mock",
                "nation_review",
            )
        ],
        "school-plan-evaluation": ["plan_review", "self_check", "self_approval", "evaluation", "feedback"],
        "special-inspection": [
            *("notice", "self_check", "self_approval", "visit", "hearing", "opinion", "letter"),
            *("rectification", "report"),
        ],
        "zhenjiang-lookback": [
            *("launch_notice", "district_plan", "self_check", "self_approval", "recheck", "district_report"),
            *("spot_check", "report", "rectification", "results"),
        ],
    }
    assert procedures()[-1] == (
        "zhenjiang-lookback",
        "镇江市教育现代化“双创”工作“回头看”",
        "镇教督〔2017〕11号",
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_named_standard_is_there(name: str) -> None:
    found = {item.name for item in STANDARDS.iterdir() if (item / "standard.yaml").is_file()}
    named = {standard for rule in load_procedure(name).kinds for standard in rule.standards}
    assert named - found == set()


@pytest.mark.parametrize("name", NAMES)
def test_what_a_unit_hands_in_is_approved_by_an_office(name: str) -> None:
    """The next stage after the unit's own work, other than more of it, is an approval."""
    stages = load_procedure(name).stages
    own = [n for n, stage in enumerate(stages) if stage.of_unit]
    assert own == list(range(own[0], own[-1] + 1))
    assert stages[own[-1] + 1].type == "approval"


@pytest.mark.parametrize("name", NAMES)
def test_every_stage_can_begin_and_says_its_clause(name: str) -> None:
    procedure = load_procedure(name)
    assert [
        stage.key for stage in procedure.stages if not (stage.text and stage.clause and stage.source)
    ] == []
    assert (procedure.id, procedure.path) == (name, CATALOGUE / name)


def test_zhenjiang_says_who_and_what() -> None:
    procedure = load_procedure("zhenjiang-lookback")
    assert {rule.kind: rule.standards for rule in procedure.kinds} == {
        "town": ("zhenjiang-double-creation-town",),
        "school": ("zhenjiang-double-creation",),
        "kindergarten": ("zhenjiang-double-creation",),
    }
    assert procedure.standards_for("town") == ("zhenjiang-double-creation-town",)
    assert procedure.standards_for("department") == ()
    assert procedure.topics == (
        "深入实施学校素质教育",
        "加强课程体系建设",
        "加强智慧校园建设",
        "加快现代学校制度建设",
    )
    own = procedure.stage("self_check")
    assert (own.inspector, own.problems, own.of_unit) == (True, True, True)
    assert [item.kind for item in own.deliverables] == ["judgements", "proof", "report"]
    assert procedure.stage("recheck").cases == "quota:recheck"
    assert procedure.stage("spot_check").draws_from == "recheck"
    assert procedure.stage("recheck").draws_from is None
    assert procedure.stage("rectification").cases == "open_findings"


def test_the_quota_table_of_zhenjiang() -> None:
    """G1."""
    table = load_procedure("zhenjiang-lookback").quotas
    assert table is not None
    assert [column.total for column in table.columns] == [136, 26, 136, 26, 141, 26]
    assert [table.total(column.stage, year=column.year) for column in table.columns] == [
        136,
        26,
        136,
        26,
        141,
        26,
    ]
    assert table.total("recheck") == 413 == 38 + 375
    assert table.total("spot_check") == 78
    names = [row.district for row in table.rows]
    assert names == ["丹阳市", "句容市", "扬中市", "丹徒区", "京口区", "润州区", "镇江新区", "市属"]
    assert [table.total("recheck", district=name) for name in names] == [99, 62, 47, 57, 50, 54, 33, 11]
    assert [table.total("spot_check", district=name) for name in names] == [18, 12, 9, 9, 9, 9, 6, 6]
    assert (table.number("321183", 2019, "recheck"), table.number("市属", 2019, "recheck")) == (22, 3)
    assert (table.number("丹阳市", 2020, "recheck"), table.number("", 2017, "recheck")) == (None, None)
    assert table.years == (2017, 2018, 2019)


def test_the_dates_of_zhenjiang_in_2017() -> None:
    found = {
        item.stage: item for item in schedule(load_procedure("zhenjiang-lookback"), 2017, date(2017, 5, 8))
    }
    assert {key: (item.opens, item.due) for key, item in found.items() if item.due} == {
        "district_plan": (None, date(2017, 6, 20)),
        "self_check": (None, date(2017, 7, 31)),
        "self_approval": (None, date(2017, 7, 31)),
        "recheck": (None, date(2017, 7, 31)),
        "district_report": (None, date(2017, 8, 20)),
        "spot_check": (date(2017, 9, 1), date(2017, 11, 30)),
    }
    assert {key: item.waits_for for key, item in found.items() if item.waits_for} == {
        "rectification": "report.closed"
    }
    rectification = load_procedure("zhenjiang-lookback").stage("rectification")
    assert dated(rectification, date(2017, 12, 15)).due == date(2018, 1, 15)
    assert dated(rectification, date(2018, 1, 31)).due == date(2018, 2, 28)
    assert dated(rectification, date(2018, 1, 31)).waits_for is None


def test_a_later_year_has_the_same_days() -> None:
    found = {
        item.stage: item.due
        for item in schedule(load_procedure("zhenjiang-lookback"), 2019, date(2019, 4, 1))
    }
    assert (found["district_plan"], found["spot_check"]) == (date(2019, 6, 20), date(2019, 11, 30))


def test_a_district_may_have_other_dates() -> None:
    own = {"self_check": (date(2017, 11, 1), date(2017, 12, 20)), "spot_check": (None, date(2018, 1, 31))}
    found = {
        item.stage: (item.opens, item.due)
        for item in schedule(load_procedure("zhenjiang-lookback"), 2017, date(2017, 10, 30), {}, own)
    }
    assert found["self_check"] == (date(2017, 11, 1), date(2017, 12, 20))
    assert found["spot_check"] == (date(2017, 9, 1), date(2018, 1, 31))
    assert found["district_plan"] == (None, date(2017, 6, 20))
    rectified = {"rectification": (None, date(2018, 3, 1))}
    waits = schedule(load_procedure("zhenjiang-lookback"), 2017, date(2017, 10, 30), {}, rectified)
    assert [item.waits_for for item in waits if item.stage == "rectification"] == [None]
    with pytest.raises(ValueError, match="程序 zhenjiang-lookback 没有阶段 nothing"):
        schedule(load_procedure("zhenjiang-lookback"), 2017, date(2017, 5, 8), {}, {"nothing": (None, None)})


def test_the_calendar_of_chongqing() -> None:
    found = schedule(load_procedure("chongqing-six-stages"), 2014, date(2014, 2, 13))
    days = {
        item.stage: tuple(f"{day:%m-%d}" if day else "" for day in (item.opens, item.due)) for item in found
    }
    assert days == {
        "mobilise": ("02-13", "03-31"),
        "self_check": ("04-01", "04-30"),
        "self_approval": ("", ""),
        "measures": ("05-01", "06-30"),
        "archives": ("", "07-30"),
        "self_report": ("07-01", "07-31"),
        "congress": ("07-01", "07-31"),
        "announcement": ("07-01", "07-31"),
        "submission": ("07-01", "07-31"),
        "special_assessment": ("", ""),
        "process": ("08-01", "08-31"),
        "consolidate": ("09-01", ""),
        "overall_assessment": ("", ""),
        "recognition": ("", ""),
    }


def test_the_four_levels() -> None:
    procedure = load_procedure("quality-balance-four-levels")
    assert [(stage.type, stage.actor) for stage in procedure.stages if stage.type != "manual"] == [
        ("data", "unit"),
        ("self_check", "unit"),
        ("approval", "city"),
        ("approval", "province"),
        ("approval", "nation"),
    ]
    assert [
        (phase.title, phase.since.isoformat(), phase.until.isoformat()) for phase in procedure.phases
    ] == [
        ("筹备启动阶段", "2019-09-01", "2020-09-30"),
        ("工作推进阶段", "2020-10-01", "2022-09-30"),
        ("自评申报和整改提升阶段", "2022-10-01", "2023-02-28"),
        ("迎接评估阶段", "2023-03-01", "2023-12-31"),
    ]
    assert procedure.phases == phases(load_standard("wenling-2020"))
    found = {item.stage: item.due for item in schedule(procedure, 2022, date(2022, 10, 8))}
    assert found == {
        "data": date(2022, 10, 31),
        "self_check": date(2022, 10, 31),
        "city_review": date(2022, 12, 31),
        "rectification": date(2023, 2, 28),
        "province_review": date(2023, 3, 31),
        "mock": date(2023, 12, 31),
        "nation_review": date(2023, 11, 30),
    }


def test_what_data_alone_says() -> None:
    special, kindergarten = load_procedure("special-inspection"), load_procedure("kindergarten-conduct")
    assert special.team is not None
    assert (special.team.fewest, special.asks_topic) == (3, True)
    assert special.stages[0].type == "notice"
    assert kindergarten.cycle is not None
    assert (kindergarten.cycle.fewest, kindergarten.cycle.most) == (3, 5)
    six = ["宣传培训", "全面自评", "实地督导", "督评反馈", "落实整改", "重点复查"]
    assert [stage.title for stage in kindergarten.stages if "：" not in stage.title] == six
    round_ = {
        item.stage: item.due for item in schedule(load_procedure("monitoring-round"), 2020, date(2020, 1, 6))
    }
    assert round_ == {
        "collect": date(2020, 3, 31),
        "audit": date(2020, 3, 31),
        "lock": date(2020, 6, 30),
        "submit": date(2020, 6, 30),
    }


def test_a_small_folder_loads(tmp_path: Path) -> None:
    folder = small.write(tmp_path / "p")
    procedure = load_procedure(folder)
    total = hashlib.sha256()
    for name in ("procedure.yaml", "quotas.yaml"):
        total.update(name.encode() + b"\0" + (folder / name).read_bytes())
    assert procedure.sha256 == total.hexdigest()
    assert procedure_from(contents(folder), folder) == procedure
    kept = procedure_from(contents(folder))
    assert (kept.path, kept.sha256, kept.stages) == (None, procedure.sha256, procedure.stages)
    with pytest.raises(KeyError):
        procedure.stage("nothing")


def test_working_days_after_an_event(tmp_path: Path) -> None:
    stage = load_procedure(small.write(tmp_path / "p")).stage("rectify")
    known = dated(stage, date(2020, 9, 24), load_calendars())  # 9-27 is a Sunday worked, 10-1 to 10-8 off
    assert (known.due, known.assumed) == (date(2020, 9, 30), False)
    assumed = dated(stage, date(2020, 9, 24))
    assert (assumed.due, assumed.assumed, assumed.years) == (date(2020, 10, 1), True, (2020,))


def test_dates_counted_from_the_launch_and_from_an_opening(tmp_path: Path) -> None:
    text = small.PROCEDURE.replace("due: 8月前", "due: {text: 1个月内, after: launch}")
    text = text.replace("after: spot.closed", "after: spot.opened")
    procedure = load_procedure(small.write(tmp_path / "p", procedure=text))
    found = {item.stage: item for item in schedule(procedure, 2020, date(2020, 1, 31), load_calendars())}
    assert found["recheck"].due == date(2020, 2, 29)
    assert found["self_check"].opens == date(2020, 5, 1)
    assert (found["rectify"].due, found["rectify"].waits_for) == (
        date(2020, 9, 8),
        None,
    )  # opens 9-01, a Tuesday
    late = schedule(procedure, 2020, date(2020, 1, 31), {}, {"spot": (date(2020, 9, 4), None)})
    assert (late[4].due, late[4].years) == (date(2020, 9, 11), (2020,))


def test_a_procedure_that_is_not_there() -> None:
    with pytest.raises(ProcedureError) as caught:
        load_procedure("nothing")
    known = "、".join(NAMES)
    assert [str(problem) for problem in caught.value.problems] == [
        f"nothing:1 没有这个工作程序（应为含 procedure.yaml 的文件夹，或目录中的：{known}）"
    ]


def test_the_page_of_the_format_is_true() -> None:
    """Every deadline shown on it is read, every procedure of the catalogue is on it."""
    page = (Path(__file__).resolve().parents[2] / "docs/reference/procedure-format.md").read_text("utf-8")
    rows = page.partition("## 期限")[2].partition("从某件事起算的写成")[0]
    shown = re.findall(
        r"`([^`]+)`", "\n".join(line.split("|")[1] for line in rows.splitlines() if line.startswith("| `"))
    )
    assert len(shown) == 25
    assert [parse(text).text for text in shown] == shown
    assert re.findall(r"^\| `([a-z-]+)` \| [^|]+ \|$", page.partition("## 目录")[2], re.MULTILINE) == [
        *(
            "zhenjiang-lookback",
            "chongqing-six-stages",
            "quality-balance-four-levels",
            "kindergarten-conduct",
        ),
        *("special-inspection", "monitoring-round", "school-plan-evaluation"),
    ]
    assert len(NAMES) == 7
