"""The report as a PDF (PDF 文件): GB/T 9704-2012 by Typst, with the open fonts embedded and a printed note that says so.

The template ``templates/report.typ`` is the layout; the report reaches it as JSON and pictures, never as markup. Same report, same bytes.
Not here: what the report says.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

from dudao.reports import charts, fonts
from dudao.reports.report_parts import (
    Cell,
    Chart,
    Heading,
    Paragraph,
    Part,
    Table,
    annex_number,
    annexes_named,
    clean,
    closing,
)
from dudao.reports.report_sections import words

if TYPE_CHECKING:
    from dudao.reports.self_report import SelfReport

_TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
_BREAK = "\u200b"
_UNBROKEN = re.compile("[!-~]{13,}")
"""Runs of half-width characters too long for a cell: broken anywhere, as Word does."""


def write(report: SelfReport) -> bytes:
    """The report as the bytes of a PDF/A file."""
    files: dict[str, bytes] = {"main.typ": _TEMPLATE.read_bytes()}
    data = {
        "serif": fonts.SERIF,
        "sans": fonts.SANS,
        "day": [report.on.year, report.on.month, report.on.day],
        "subject": report.standard,
        "title": [_text(line) for line in report.title],
        "to": _text(report.to),
        "by": clean(report.by),
        "mark": _text(report.mark),
        "parts": [_part(report, part, files) for part in report.parts],
        "named": [[label, _text(name)] for label, name in annexes_named(report)],
        "closing": [[_text(line), characters] for line, characters in closing(report)],
        "note": words()["font_note"],
        "annexes": [
            {
                "number": annex_number(report, number),
                "title": _text(annex.title),
                "parts": [_part(report, part, files) for part in annex.parts],
            }
            for number, annex in enumerate(report.annexes, start=1)
        ],
    }
    files["report.json"] = json.dumps(data, ensure_ascii=False).encode()
    compiler = typst.Compiler(
        files, font_paths=[str(fonts.folder())], ignore_system_fonts=True
    )
    day = datetime(report.on.year, report.on.month, report.on.day, tzinfo=UTC)
    return compiler.compile(format="pdf", pdf_standards=["a-2a"], timestamp=int(day.timestamp()))


def _part(report: SelfReport, part: Part, files: dict[str, bytes]) -> dict[str, Any]:
    """A part as the template takes it; the picture of a chart goes among the files."""
    match part:
        case Heading(level, text):
            return {"kind": "heading", "level": level, "text": _text(text)}
        case Paragraph(text, lead):
            return {"kind": "paragraph", "text": _text(text), "lead": _text(lead)}
        case Chart(name, caption, said):
            files[f"{name}.svg"] = charts.svg(charts.CHARTS[name](report))
            return {"kind": "chart", "file": f"{name}.svg", "caption": _text(caption), "words": clean(said)}
        case Table(caption, columns, rows, note):
            return {
                "kind": "table",
                "caption": _text(caption),
                "columns": [[column.title, column.width, column.align, column.unit] for column in columns],
                "rows": [[_cell(cell) for cell in row] for row in rows],
                "note": _text(note),
            }


def _cell(cell: Cell | None) -> dict[str, Any] | None:
    return None if cell is None else {"text": _text(cell.text), "strong": cell.strong, "rows": cell.rows}


def _text(text: str) -> str:
    return _UNBROKEN.sub(lambda run: _BREAK.join(run[0]), clean(text))
