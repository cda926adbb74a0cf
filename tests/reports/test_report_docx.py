"""The report as a Word file: layout, the office's fonts by name, text as text, same bytes."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree
from report_county import DEFAULT, intake, judged, small

from dudao.reports.report_parts import Heading, Paragraph, Table, clean
from dudao.reports.self_report import SelfReport, of, write

HOSTILE = ("#let x = 1", "<w:p>演示</w:p>", "演示\u0007小学", "&amp; ]]> {{x}}", "长" * 3000, "\ud83d演示\uffff")


@cache
def county() -> SelfReport:
    found = intake(*small())
    return of(DEFAULT, found, judged(found))


def opened(report: SelfReport) -> docx.document.Document:
    return docx.Document(io.BytesIO(write(report, "docx")))


def written(cell: etree._Element) -> str:
    """The text of a cell."""
    return "".join(text.text or "" for text in cell.iter(qn("w:t")))


def font(style: docx.styles.style.BaseStyle) -> str | None:
    """The font that a style names for Chinese, its own or what it inherits."""
    while style is not None:
        found = style.element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        if found is not None:
            return found.get(qn("w:eastAsia"))
        style = style.base_style
    return None


def test_page():
    section = opened(county()).sections[0]
    assert [round(length.mm) for length in (section.page_width, section.page_height)] == [210, 297]
    margins = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    assert [round(margin.mm, 1) for margin in margins] == [37, 26, 35, 28]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert {key.rpartition("}")[2]: value for key, value in grid.attrib.items()} == {
        "type": "linesAndChars",
        "linePitch": "579",
        "charSpace": "-843",
    }
    assert section.footer_distance.mm == pytest.approx(28 - 7 / 72 * 25.4, abs=0.02)


def test_styles_name_the_offices_fonts_and_sizes():
    styles = opened(county()).styles
    assert {name: font(styles[name]) for name in ("Title", "Heading 1", "Heading 2", "Body Text", "Footer")} == {
        "Title": "方正小标宋简体",
        "Heading 1": "黑体",
        "Heading 2": "楷体_GB2312",
        "Body Text": None,
        "Footer": "宋体",
    }
    defaults = styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    assert defaults.find(qn("w:rFonts")).get(qn("w:eastAsia")) == "仿宋_GB2312"
    assert defaults.find(qn("w:lang")).get(qn("w:eastAsia")) == "zh-CN"
    sizes = {name: styles[name].font.size for name in ("Normal", "Title", "Footer")}
    assert sizes == {"Normal": Pt(16), "Title": Pt(22), "Footer": Pt(14)}


def test_lines_and_characters_fit_the_norm():
    document = opened(county())
    spacing = document.styles["Normal"].paragraph_format
    assert spacing.line_spacing == Pt(28.95)
    assert 22 * 28.95 <= Mm(225).pt < 23 * 28.95
    narrower = int(document.styles["Normal"].element.find(f"{qn('w:rPr')}/{qn('w:spacing')}").get(qn("w:val"))) / 20
    assert 28 * (16 + narrower) <= Mm(156).pt < 29 * (16 + narrower)
    indent = document.styles["Body Text"].element.find(f"{qn('w:pPr')}/{qn('w:ind')}")
    assert indent.get(qn("w:firstLineChars")) == "200"


def test_page_numbers_on_the_outer_side():
    document = opened(county())
    assert document.settings.odd_and_even_pages_header_footer is True
    section = document.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        assert paragraph.text == "— 1 —"
        properties = paragraph._p.pPr
        assert properties.find(qn("w:jc")).get(qn("w:val")) == side
        assert properties.find(qn("w:ind")).get(qn(f"w:{side}Chars")) == "100"


def test_text_in_order():
    report = replace(county(), to="演示市人民政府教育督导室", by="演示区人民政府教育督导室", mark="预评　演示数据")
    document = opened(report)
    shown = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    expected = [*report.title, "演示市人民政府教育督导室："]
    for part in report.parts:
        match part:
            case Heading(_, words):
                expected.append(words)
            case Paragraph(words, lead):
                expected.append(clean(lead) + clean(words))
            case _:
                expected += [words for words in (part.caption, getattr(part, "note", "")) if words]
    expected += ["附件：不计入评估的学校", "演示区人民政府教育督导室", "2025年9月1日", "附件", "不计入评估的学校"]
    assert shown == expected
    assert [header.paragraphs[0].text for header in (document.sections[0].header, document.sections[0].even_page_header)] == [
        "预评　演示数据"
    ] * 2


def test_tables_hold_the_reports_cells_under_a_repeated_header():
    report = county()
    document = opened(report)
    tables = [part for part in report.parts if isinstance(part, Table)] + [report.annexes[0].parts[0]]
    assert len(document.tables) == len(tables)
    for drawn, table in zip(document.tables, tables, strict=True):
        rows = drawn._tbl.findall(qn("w:tr"))
        assert [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows] == [True] + [False] * len(table.rows)
        found = [[written(cell) for cell in row.findall(qn("w:tc"))] for row in rows[1:]]
        assert found == [[clean(cell.text) if cell else "" for cell in row] for row in table.rows]
        widths = [int(column.get(qn("w:w"))) for column in drawn._tbl.tblGrid]
        assert abs(sum(widths) - round(156 / 25.4 * 1440)) <= len(widths)


def test_elements_stand_in_the_order_that_word_demands():
    """Word refuses a paragraph whose properties are out of order."""
    order = ["pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "autoSpaceDE", "autoSpaceDN", "snapToGrid"]
    order += ["spacing", "ind", "jc", "outlineLvl", "rPr"]
    with zipfile.ZipFile(io.BytesIO(write(replace(county(), by="督导室"), "docx"))) as archive:
        parts = [etree.fromstring(archive.read(name)) for name in archive.namelist() if name.startswith("word/") and name.endswith(".xml")]
    for part in parts:
        for properties in part.iter(qn("w:pPr")):
            names = [etree.QName(child).localname for child in properties]
            assert names == sorted(names, key=order.index)


def test_signature_and_date_stay_on_one_page():
    paragraphs = opened(replace(county(), by="演示区人民政府教育督导室")).paragraphs
    place = next(place for place, found in enumerate(paragraphs) if found.text == "演示区人民政府教育督导室")
    assert paragraphs[place].paragraph_format.keep_with_next
    assert paragraphs[place + 1].text == "2025年9月1日"


def test_no_page_begins_or_ends_with_one_row_of_a_table():
    kept = []
    for table in opened(county()).element.body.findall(qn("w:tbl")):
        rows = table.findall(qn("w:tr"))[1:]
        if len(rows) > 8:
            kept.append([rows[place].find(".//" + qn("w:keepNext")) is not None for place in (0, -2)])
    assert kept != []
    assert all(found == [True, True] for found in kept)


def test_charts_are_pictures_with_words():
    document = opened(county())
    drawn = list(document.element.body.iter(qn("wp:docPr")))
    charts = [part for part in county().parts if hasattr(part, "words")]
    assert [item.get("descr") for item in drawn] == [chart.words for chart in charts]
    assert {shape.width for shape in document.inline_shapes} == {Mm(156)}


@pytest.mark.parametrize("name", HOSTILE)
def test_names_come_out_as_text(name):
    found = intake(*small())
    report = of(DEFAULT, found, judged(found))
    result = judged(found)
    failed = next(row for row in result["schools"] if row["judgement"] == "not_met")
    failed["name"] = name
    document = opened(replace(of(DEFAULT, found, result), county=name, by=name, mark=name, title=(name,)))
    cells = [written(cell) for cell in document.element.body.iter(qn("w:tc"))]
    printed = "".join(letter for letter in name if letter not in "\u0007\ud83d\uffff")
    assert cells.count(printed) == 1
    assert document.paragraphs[0].text == printed
    assert len(document.tables) == len(opened(report).tables)


def test_same_report_same_bytes_and_no_clock():
    data = write(county(), "docx")
    assert data == write(county(), "docx")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(2025, 9, 1, 0, 0, 0)}
        assert [name for name in sorted(archive.namelist()) if name.startswith("word/") and "/_rels/" not in name] == [
            "word/document.xml", "word/footer1.xml", "word/footer2.xml", "word/header1.xml", "word/header2.xml",
            "word/media/image1.png", "word/media/image2.png", "word/settings.xml", "word/styles.xml", "word/theme/theme1.xml",
        ]  # fmt: skip
    properties = docx.Document(io.BytesIO(data)).core_properties
    assert (properties.created, properties.modified) == (datetime(2025, 9, 1, tzinfo=UTC),) * 2
    assert (properties.author, properties.comments) == ("", "")

