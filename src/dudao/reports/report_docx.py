"""The report as a Word file (公文格式的 Word 文件): GB/T 9704-2012, the office's fonts by name, text as text.

Layout in ``templates/report_styles.xml`` and below. Same report, same bytes: dates inside the file are the report's. Not here: what it says.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from dudao.reports import charts
from dudao.reports.report_parts import (
    Annex,
    Cell,
    Chart,
    Column,
    Heading,
    Paragraph,
    Part,
    Table,
    annex_number,
    annexes_named,
    clean,
    closing,
)

if TYPE_CHECKING:
    from dudao.reports.self_report import SelfReport

_STYLES = Path(__file__).parent / "templates" / "report_styles.xml"
_TEXT_WIDTH = 156
"""mm between the margins."""
_GRID = {"type": "linesAndChars", "linePitch": "579", "charSpace": "-843"}
"""22 lines in 225 mm; 28 characters in 156 mm: 15.79 pt each, -0.206 pt on 16 pt, in 1/4096 pt. Declared here, kept by the styles."""
_BORDERS = ("top", "left", "bottom", "right", "insideH", "insideV")
_ALIGN = {"left": "left", "centre": "center", "right": "right"}
_LEFTOVERS = ("thumbnail", "stylesWithEffects", "customXml", "numbering", "webSettings", "fontTable")
"""Parts of the library's own template that say nothing of this file."""
_LINE = "\n"
_SHORT = 8
"""Rows of a table that stays on one page."""
_TALL = 200
"""Characters of a cell from which its row may break over pages."""
_MARGIN = "50"
"""Twips between a cell's text and its lines."""
_LONGEST = 255
"""Characters that a property of the file holds."""
_CHARACTER = 320
"""Twips of a character of the text."""


def write(report: SelfReport) -> bytes:
    """The report as the bytes of a .docx file."""
    document = Document()
    _restyle(document)
    _set_page(document.sections[0], report)
    for line in report.title:
        document.add_paragraph(clean(line), style="Title")
    document.add_paragraph(style="Normal")
    if report.to:
        document.add_paragraph(f"{clean(report.to)}：", style="Normal")
    for part in report.parts:
        _draw(document, report, part)
    _close(document, report)
    for number, annex in enumerate(report.annexes, start=1):
        _annex(document, report, annex, number)
    _set_properties(document, report)
    out = io.BytesIO()
    document.save(out)
    return _dated(out.getvalue(), report.on)


def _restyle(document: Word) -> None:
    """Our styles in place of the library's; Chinese rules of punctuation."""
    styles = document.styles.element
    for child in list(styles):
        styles.remove(child)
    for child in parse_xml(_STYLES.read_bytes()):
        styles.append(child)
    settings = document.settings.element
    settings.find(qn("w:characterSpacingControl")).set(qn("w:val"), "compressPunctuation")
    settings.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")
    for item in settings.iter(qn("w:compatSetting")):
        if item.get(qn("w:name")) == "compatibilityMode":
            item.set(qn("w:val"), "15")
    document.settings.odd_and_even_pages_header_footer = True


def _set_page(section: Section, report: SelfReport) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    # the dash stands 7 mm below the text: the middle of a line of 14 pt
    section.header_distance, section.footer_distance = Mm(28), Mm(35 - 7) - Pt(7)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    for key, value in _GRID.items():
        grid.set(qn(f"w:{key}"), value)
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        header.paragraphs[0].style = "Header"
        header.paragraphs[0].add_run(clean(report.mark))
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = "Footer"
        _lay(paragraph, side)
        _indent(paragraph, side, 100, 280)
        _page_number(paragraph)


def _page_number(paragraph: WordParagraph) -> None:
    paragraph.add_run("— ")
    for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("shown", "1"), ("end", "")):
        run = paragraph.add_run(text if kind == "shown" else "")._r
        if kind in ("begin", "separate", "end"):
            run.append(_element("w:fldChar", fldCharType=kind))
        elif not kind:
            run.append(_element("w:instrText", text))
    paragraph.add_run(" —")


def _draw(document: Word, report: SelfReport, part: Part) -> None:
    match part:
        case Heading(level, text):
            document.add_paragraph(clean(text), style=f"Heading {level}")
        case Paragraph(text, lead):
            paragraph = document.add_paragraph(style="Body Text")
            if lead:
                paragraph.add_run(clean(lead), style="黑体字")
            paragraph.add_run(clean(text))
        case Table():
            _table(document, part)
        case Chart(name, caption, words):
            run = document.add_paragraph(style="图").add_run()
            picture = run.add_picture(io.BytesIO(charts.png(charts.CHARTS[name](report))), width=Mm(_TEXT_WIDTH))
            picture._inline.docPr.set("descr", clean(words))
            document.add_paragraph(clean(caption), style="图题")


def _close(document: Word, report: SelfReport) -> None:
    """附件说明, 署名, 成文日期."""
    names = annexes_named(report)
    # the page of the signature holds text: the last paragraph or row stays with it
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    if isinstance(report.parts[-1], Table):
        for paragraph in document.element.body.findall(qn("w:tbl"))[-1].findall(qn("w:tr"))[-1].iter(qn("w:p")):
            paragraph.get_or_add_pPr().keepNext_val = True
    if names:
        document.add_paragraph(style="Normal").paragraph_format.keep_with_next = True
    for place, (label, name) in enumerate(names):
        paragraph = document.add_paragraph(f"{label}{clean(name)}", style="Normal")
        paragraph.paragraph_format.keep_with_next = True
        # later lines stand under the first one's number: 附件： and two characters before it
        indent = 2 if not place else 5
        _indent(paragraph, "left", indent * 100, indent * _CHARACTER)
    document.add_paragraph(style="Normal").paragraph_format.keep_with_next = True
    lines = closing(report)
    for place, (text, characters) in enumerate(lines, start=1):
        paragraph = document.add_paragraph(clean(text), style="Normal")
        paragraph.paragraph_format.keep_together = True
        paragraph.paragraph_format.keep_with_next = place < len(lines)
        _lay(paragraph, "right")
        _indent(paragraph, "right", round(characters * 100), round(characters * _CHARACTER))


def _annex(document: Word, report: SelfReport, annex: Annex, number: int) -> None:
    document.add_paragraph(annex_number(report, number), style="附件序号")
    document.add_paragraph(style="Normal")
    document.add_paragraph(clean(annex.title), style="Title")
    for part in annex.parts:
        _draw(document, report, part)


def _table(document: Word, table: Table) -> None:
    if table.caption:
        document.add_paragraph(clean(table.caption), style="Caption")
    whole = sum(column.width for column in table.columns)
    room = round(_TEXT_WIDTH / 25.4 * 1440)
    widths = [round(column.width / whole * room) for column in table.columns]
    element = OxmlElement("w:tbl")
    properties = _element("w:tblPr")
    properties.append(_element("w:tblW", w=str(sum(widths)), type="dxa"))
    properties.append(_element("w:jc", val="center"))
    borders = _element("w:tblBorders")
    for side in _BORDERS:
        borders.append(_element(f"w:{side}", val="single", sz="4", space="0", color="000000"))
    properties.append(borders)
    properties.append(_element("w:tblLayout", type="fixed"))
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w=_MARGIN, type="dxa"))
    properties.append(margins)
    element.append(properties)
    grid = _element("w:tblGrid")
    for width in widths:
        grid.append(_element("w:gridCol", w=str(width)))
    element.append(grid)
    heads = [Cell(column.title + (f"{_LINE}（{column.unit}）" if column.unit else ""), True) for column in table.columns]
    centred = [Column(column.title, column.width, "centre") for column in table.columns]
    element.append(_row(heads, centred, widths, keep=True, head=True))
    left, short = 0, len(table.rows) <= _SHORT
    for place, row in enumerate(table.rows, start=1):
        left = max(left, *(cell.rows for cell in row if cell)) - 1
        # no page begins or ends with one row of a table
        keep = place < len(table.rows) and (short or place == 1 or place == len(table.rows) - 1)
        element.append(_row(row, table.columns, widths, keep=keep or left > 0))
    document.element.body.insert_element_before(element, "w:sectPr")
    document.add_paragraph(clean(table.note), style="表注")


def _row(
    cells: Iterable[Cell | None], columns: Iterable[Column], widths: list[int], *, keep: bool, head: bool = False
) -> Any:
    """A row of a table. ``keep``: on one page with the row below, as a header is and the rows that a cell spans."""
    row = OxmlElement("w:tr")
    properties = _element("w:trPr")
    cells = list(cells)
    if all(len(cell.text) < _TALL for cell in cells if cell):
        properties.append(_element("w:cantSplit"))
    if head:
        properties.append(_element("w:tblHeader"))
    row.append(properties)
    for place, (cell, column) in enumerate(zip(cells, columns, strict=True)):
        holder, inside = OxmlElement("w:tc"), _element("w:tcPr")
        inside.append(_element("w:tcW", w=str(widths[place]), type="dxa"))
        if cell is None:
            inside.append(_element("w:vMerge"))
        elif cell.rows > 1:
            inside.append(_element("w:vMerge", val="restart"))
        inside.append(_element("w:vAlign", val="center"))
        holder.append(inside)
        holder.append(_cell(cell, column, keep, head))
        row.append(holder)
    return row


def _cell(cell: Cell | None, column: Column, keep: bool, head: bool) -> Any:
    paragraph, properties = OxmlElement("w:p"), _element("w:pPr")
    properties.append(_element("w:pStyle", val="TableText"))
    if keep:
        properties.append(_element("w:keepNext"))
    properties.append(_element("w:jc", val=_ALIGN[column.align]))
    paragraph.append(properties)
    if cell is not None and cell.text:
        run = OxmlElement("w:r")
        if cell.strong:
            style = _element("w:rPr")
            style.append(_element("w:rStyle", val="Lead"))
            run.append(style)
        for place, line in enumerate(cell.text.split(_LINE) if head else [cell.text]):
            if place:
                run.append(_element("w:br"))
            text = _element("w:t", clean(line))
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            run.append(text)
        paragraph.append(run)
    return paragraph


def _element(tag: str, text: str | None = None, /, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    if text is not None:
        element.text = text
    return element


def _lay(paragraph: WordParagraph, align: str) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH[align.upper()]


def _indent(paragraph: WordParagraph, side: str, hundredths: int, twips: int) -> None:
    """An indent in characters, and in twips for programs that know no characters."""
    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
    indent.set(qn(f"w:{side}Chars"), str(hundredths))
    indent.set(qn(f"w:{side}"), str(twips))


def _set_properties(document: Word, report: SelfReport) -> None:
    properties = document.core_properties
    day = datetime(report.on.year, report.on.month, report.on.day)  # noqa: DTZ001 - a day, no zone
    properties.title = clean("".join(report.title))[:_LONGEST]
    properties.subject = clean(report.standard)[:_LONGEST]
    properties.author = properties.last_modified_by = clean(report.by)[:_LONGEST]
    properties.comments, properties.language, properties.revision = "", "zh-CN", 1
    properties.created = properties.modified = day
    for rels in (document.part.package.rels, document.part.rels):
        for key in [key for key, relation in rels.items() if relation.reltype.rpartition("/")[2] in _LEFTOVERS]:
            del rels[key]


def _dated(data: bytes, on: date) -> bytes:
    """The same archive with the report's day on every member: the library writes the time of the clock."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, (max(1980, on.year), on.month, on.day, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return out.getvalue()
