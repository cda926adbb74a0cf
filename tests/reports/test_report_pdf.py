"""The report as PDF, measured on the rendered pages: GB/T 9704-2012, fonts, text as text, same bytes."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from report_county import DEFAULT, intake, judged, small
from report_ink import MM, Letter, letters, lines, said

import forms
from dudao.reports import self_report
from dudao.reports.report_parts import Heading, Paragraph
from dudao.reports.self_report import SelfReport, of, write

LEFT, RIGHT, TOP, BOTTOM = 28 * MM, 184 * MM, 37 * MM, 262 * MM
HOSTILE = ("#let x = 1", "<w:p>演示</w:p>", "演示\u0007小学", "$ a $ *b* _c_ `d` @e //f")


@cache
def county() -> SelfReport:
    found = intake(*small())
    return of(DEFAULT, found, judged(found))


@cache
def pages(**changes: object) -> list[Letter]:
    return letters(write(replace(county(), **changes), "pdf"))


def full() -> list[Letter]:
    """A report whose text fills pages; its first page has the title."""
    return pages(parts=(Paragraph("督" * 28 * 60),), annexes=())


def body(found: list[Letter], page: int) -> list[list[Letter]]:
    return [line for line in lines([letter for letter in found if letter.page == page]) if line[0].size == 16]


def test_full_page_has_22_lines_of_28_characters():
    found = body(full(), 2)
    assert len(found) == 22
    assert {len(line) for line in found} == {28}
    assert {letter.size for line in found for letter in line} == {16}


def test_line_pitch():
    tops = [line[0].y for line in body(full(), 2)]
    assert {round(below - above, 1) for above, below in pairwise(tops)} == {29.0}
    assert (tops[-1] - tops[0]) / 21 == pytest.approx(225 * MM / 22, abs=0.01)


def test_text_fills_the_type_area_and_stays_within():
    found = [letter for line in body(full(), 2) for letter in line]
    assert min(letter.x for letter in found) == pytest.approx(LEFT, abs=0.2)
    assert max(letter.x + 16 for letter in found) == pytest.approx(RIGHT, abs=0.5)
    # a line's box is half a pitch above and below its middle, which stands 0.38 em above the baseline
    middles = [line[0].y - 0.38 * 16 for line in body(full(), 2)]
    assert middles[0] - 225 * MM / 44 == pytest.approx(TOP, abs=0.5)
    assert middles[-1] + 225 * MM / 44 == pytest.approx(BOTTOM, abs=0.5)


def test_nothing_but_the_mark_and_the_page_number_outside_the_type_area():
    found = pages(mark="预评　演示数据")
    outside = [letter for letter in found if not (letter.x >= LEFT - 0.5 and ink(letter) <= RIGHT + 1 and TOP <= letter.y <= BOTTOM)]
    assert {letter.page for letter in outside} == {letter.page for letter in found}
    by_page = {page: said([letter for letter in outside if letter.page == page]) for page in {item.page for item in found}}
    assert by_page == {page: f"预评演示数据—{page}—" for page in by_page}


def ink(letter: Letter) -> float:
    """Right edge of what is printed: a closing mark at the end of a line stands in the left half of its square."""
    return letter.right - (letter.size / 2 if letter.text in "，。；：、）》”" else 0)


def test_page_number_is_odd_right_even_left_7_mm_below():
    for page, side in ((1, "right"), (2, "left")):
        line = [letter for letter in full() if letter.page == page and letter.y > BOTTOM]
        assert {letter.size for letter in line} == {14}
        edge = RIGHT - max(letter.right for letter in line) if side == "right" else min(letter.x for letter in line) - LEFT
        assert edge == pytest.approx(14, abs=1)
        assert line[0].y - 0.38 * 14 - BOTTOM == pytest.approx(7 * MM, abs=0.5)


def test_title_and_headings():
    found = lines(pages())
    head = [line for line in found if line[0].size == 22][:2]
    assert [said(line) for line in head] == list(county().title)
    for line in head:
        assert (line[0].x + line[-1].x + 22) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=1)
    first = next(line for line in found if said(line) == "一、基本情况")
    second = next(line for line in found if said(line) == "（一）学校和学生")
    assert {letter.font for letter in first} == {"NotoSansSC-Regular"}
    assert {letter.font for letter in second} == {"NotoSerifSC-Regular"}
    assert first[0].x - LEFT == pytest.approx(2 * 15.79, abs=0.3)


def test_no_heading_ends_a_page():
    for filled in range(1, 24):
        parts = (*(Paragraph("督"),) * filled, Heading(1, "一、甲"), Heading(2, "（一）乙"), Paragraph("丙"))
        rows = lines(pages(parts=parts, annexes=()))
        place = {said(row): row[0].page for row in rows}
        assert place["一、甲"] == place["（一）乙"] == place["丙"]


def test_signature_shares_its_page_with_text():
    for filled in range(16, 24):
        found = pages(parts=(*(Paragraph("督"),) * filled,), annexes=(), by="演示区人民政府教育督导室")
        last = [line for line in lines(found) if line[0].page == max(letter.page for letter in found)]
        assert [said(line) for line in last[-4:-1]] == ["督", "演示区人民政府教育督导室", "2025年9月1日"]


def test_only_the_open_fonts_and_a_note_that_says_so():
    assert {letter.font for letter in pages()} == {"NotoSerifSC-Regular", "NotoSansSC-Regular"}
    note = self_report.words()["font_note"]
    assert "思源宋体" in note
    assert note.replace(" ", "") in said([letter for letter in pages() if letter.page == 1 and letter.size == 9])


def test_table_header_repeats_on_every_page():
    many = [
        forms.filled("小学", f"演示第{number}小学", f"99000{number:05}", 500, factors={"R1": "0.5"}) for number in range(80)
    ]
    found = intake(*many)
    data = letters(write(of(DEFAULT, found, judged(found)), "pdf"))
    heads = [line[0].page for line in lines(data) if said(line).startswith("学校学段低于达标值的指标")]
    first = next(line[0].page for line in lines(data) if said(line).endswith("未达标学校的差额"))
    assert heads == list(range(first, first + len(heads)))
    assert len(heads) > 3


def first_column(name: str) -> str:
    """What stands in the first column of the tables of a report on one failing school of that name."""
    found = intake(forms.filled("小学", name, "9900000001", 500, factors={"R1": "0.5"}))
    data = letters(write(of(DEFAULT, found, judged(found)), "pdf"))
    return said([letter for letter in data if letter.size == 10.5 and letter.x < LEFT + 41 / 197 * (RIGHT - LEFT)])


@pytest.mark.parametrize("name", HOSTILE)
def test_names_come_out_as_text(name):
    assert "".join(name.replace("\u0007", "").split()) in first_column(name)


def test_very_long_names_are_broken_and_whole():
    printed = first_column("鑫" * 300 + "Z" * 300)
    assert (printed.count("鑫"), printed.count("Z")) == (300, 300)


def test_same_report_same_bytes():
    assert write(county(), "pdf") == write(county(), "pdf")
