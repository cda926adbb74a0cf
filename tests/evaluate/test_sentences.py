"""The verdict's words: the answer first, with what failed and what is missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.standards import small

from dudao.evaluation import evaluate
from dudao.evaluation.sentences import sentence, shown
from dudao.standards import load_standard
from dudao.tables import Figure, Intake, Return


def school(code: str, rooms: int | None, pupils: int = 100) -> Return:
    figures = {
        "school_code": Figure(code, "given", "表", "A1"),
        "school_name": Figure(f"演示{code}小学", "given", "表", "A2"),
        "school_type": Figure("小学", "given", "表", "A3"),
        "pupils": Figure(Decimal(pupils), "given", "表", "A4"),
        "rooms": Figure(None if rooms is None else Decimal(rooms), "missing" if rooms is None else "given", "表", "A5"),
        "extra": Figure(Decimal(0), "zero", "表", "A6"),
        "city": Figure(False, "given", "表", "A7"),
    }
    return Return("school", f"{code}.xlsx", "0" * 64, "表", figures)


def outcome(tmp_path: Path, schools: list[Return], unreadable: tuple[str, ...] = ()) -> tuple[str, str, list[str]]:
    standard = load_standard(small.write(tmp_path / "s"))
    found = evaluate(standard, Intake("1", None, tuple(schools), unreadable, ()), date(2023, 1, 1))
    return found.status, sentence(found), [f"{reason.code} {reason.judgement} {reason.text}" for reason in found.reasons]


def test_met(tmp_path: Path) -> None:
    assert outcome(tmp_path, [school("A", 3), school("B", 3)]) == ("met", "各项要求均已达到。", [])


def test_not_met_says_what_failed(tmp_path: Path) -> None:
    status, text, reasons = outcome(tmp_path, [school("A", 2), school("B", 3)])
    assert (status, text) == ("not_met", "1 所学校未达标。")
    assert reasons == ["RS not_met 演示A小学（小学）0/1 项达标，每百生教室低于标准的 85%。"]


def test_missing_without_failure_is_undetermined(tmp_path: Path) -> None:
    status, text, reasons = outcome(tmp_path, [school("A", None), school("B", 3)])
    assert status == "undetermined"
    assert text == "1 所学校、1 项差异系数数据不全，尚不能下结论；就现有数据看，没有不达标的。"
    assert reasons == [
        "R1 no_data 小学“每百生教室”差异系数不能判定：缺 1 所学校的数据。",
        "RS no_data 演示A小学（小学）0/1 项达标，每百生教室无数据。",
    ]


def test_failed_and_missing_stays_failed(tmp_path: Path) -> None:
    status, text, _ = outcome(tmp_path, [school("A", None), school("B", 1)])
    assert status == "not_met"
    assert text == "1 所学校未达标；另有 1 所学校、1 项差异系数数据不全，补齐后仍不能通过。"


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    status, _, reasons = outcome(tmp_path, [school("A", 3)], ("乙校.xlsx",))
    assert status == "undetermined"
    assert [text for text in reasons if "乙校.xlsx" in text] == reasons
    assert len(reasons) == 2


def test_numbers_are_shown_half_up_from_their_decimal() -> None:
    assert [shown(0.4615, 3), shown(2.675, 2), shown(1e-17, 3)] == ["0.462", "2.68", "0.000"]
