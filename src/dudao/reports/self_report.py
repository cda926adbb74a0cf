"""The self-assessment report of a county (自评报告): what it says, made of an evaluation's JSON (schema 1) under any standard.

The verdict comes first; every number is the result's or the standard's, rounded once. ``write`` draws it as Word or PDF in the layout of
GB/T 9704-2012, without a red head: a report for internal use. Not here: the drawing (``report_docx``, ``report_pdf``), any judgement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from dudao.reports import report_figures, report_problems, report_sections, text
from dudao.reports.report_figures import Coefficient, Meeting
from dudao.reports.report_parts import Annex, Paragraph, Part, clean, numbered
from dudao.reports.report_sections import words
from dudao.standards.model import Standard
from dudao.tables import Intake

_LINE = 20
"""Characters of a title that fit in one line."""


@dataclass(frozen=True, slots=True)
class SelfReport:
    """The report of one county. ``title``: its lines; ``parts``: the text in order, numbered; ``meetings`` and ``coefficients``: what the
    charts are drawn of.

    ``to`` 主送机关 and ``by`` 署名: empty unless the caller knows them. ``mark``: printed at the head of every page (预评, 演示数据), empty for none.
    """

    county: str
    on: date
    standard: str
    title: tuple[str, ...]
    parts: tuple[Part, ...]
    annexes: tuple[Annex, ...]
    meetings: tuple[Meeting, ...]
    coefficients: tuple[Coefficient, ...]
    to: str = ""
    by: str = ""
    mark: str = ""


def of(standard: Standard, intake: Intake, result: Mapping[str, Any]) -> SelfReport:
    """The report of an evaluated county, from the evaluation's JSON (schema 1) and the returns it was made of."""
    county = clean((intake.county.text("county_name") if intake.county else None) or "")
    meetings = tuple(report_figures.meetings(standard, result))
    coefficients = tuple(report_figures.coefficients(standard, result))
    parts = [
        *_opening(standard, result, county),
        *report_sections.basics(standard, result),
        *(
            part
            for chapter in standard.chapters
            for part in report_sections.chapter(standard, chapter, result, meetings, coefficients)
        ),
        *report_problems.problems(standard, result),
        *report_problems.gaps(standard, result),
    ]
    return SelfReport(
        county=county,
        on=date.fromisoformat(result["on"]),
        standard=f"{standard.title}（{standard.number}）",
        title=title(county, standard.title),
        parts=tuple(numbered(parts)),
        annexes=tuple(report_problems.annexes(standard, result)),
        meetings=meetings,
        coefficients=coefficients,
    )


def write(report: SelfReport, kind: Literal["docx", "pdf"]) -> bytes:
    """The file; same report, same bytes."""
    if kind == "docx":
        from dudao.reports import report_docx

        return report_docx.write(report)
    from dudao.reports import report_pdf

    return report_pdf.write(report)


def title(county: str, standard: str) -> tuple[str, ...]:
    """The lines of the title, after the standard's own.

    >>> title("演示区", "县域义务教育优质均衡发展督导评估办法")
    ('演示区义务教育优质均衡发展督导评估', '自评报告')
    """
    said = words()["title"]
    subject = standard
    for ending in said["last"]:
        if subject.endswith(ending) and subject != ending:
            subject = subject.removesuffix(ending)
            break
    if county:
        for beginning in said["first"]:
            subject = subject.removeprefix(beginning)
    if len(county + subject + said["end"]) <= _LINE:
        return (county + subject + said["end"],)
    if len(county + subject) <= _LINE:
        return (county + subject, said["end"])
    return tuple(line for line in (county, subject + said["end"]) if line)


def _opening(standard: Standard, result: Mapping[str, Any], county: str) -> Iterator[Part]:
    said, verdict = words()["opening"], result["verdict"]
    word = text.VERDICTS.get(verdict["status"], verdict["status"])
    yield Paragraph(verdict["sentence"], said["lead"].format(verdict=word))
    yield Paragraph(
        said["basis"].format(
            title=standard.title,
            number=standard.number,
            profile=standard.profile.title,
            on=text.day(date.fromisoformat(result["on"])),
            county=county or (said["code"].format(code=code) if (code := result["county_code"]) else said["county"]),
        )
    )
