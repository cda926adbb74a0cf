"""Rows of a campaign as a table for other programs: ``dudao-web export``. Which rows and columns, each app says itself.

A kind of rows is a function ``(key of the campaign) -> (names of the columns, rows)`` in its app's module ``exports``.
"""

import csv
import importlib
import importlib.util
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.apps import apps
from django.utils import timezone

from dudao_web.operations.home import Trouble
from dudao_web.operations.snapshot import snapshot
from dudao_web.orgs.actions import record_export

Rows = tuple[tuple[str, ...], Iterator[tuple[object, ...]]]
KINDS: dict[str, tuple[str, str]] = {
    "cases": ("dudao_web.campaigns.exports", "cases"),
    "judgements": ("dudao_web.campaigns.exports", "judgements"),
    "findings": ("dudao_web.findings.exports", "findings"),
    "actions": ("dudao_web.orgs.exports", "actions"),
}
SUFFIXES = (".csv", ".xlsx")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run what a cell begins with
MOST_ROWS = 1_048_576  # of a sheet


def export(kind: str, campaign: str, out: Path) -> int:
    """Write the rows to ``out``, by its ending; how many. The file must not exist; half a file is never left behind.

    That they were given out is an act of the system itself, on the campaign.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise Trouble(f"{out.name} 的扩展名不能用。请写 .csv 或 .xlsx。", code=2)
    if out.exists():
        raise Trouble(f"{out} 已存在。请换一个文件名。")
    rows = _rows(kind)
    of = apps.get_model("campaigns", "Campaign")._base_manager.filter(key=campaign).first()
    if of is None:
        raise Trouble(f"没有督导项目 {campaign}。请核对项目标识。", code=2)
    write = _csv if out.suffix.lower() == ".csv" else _xlsx
    aside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with snapshot():
            columns, found = rows(campaign)
            count = write(aside, columns, found)
        aside.chmod(0o600)
        action = {"actions": "orgs.export", "findings": "findings.export"}.get(kind, "campaigns.export")
        record_export(by=None, action=action, what=f"{kind} {campaign}", rows=count, obj=of)
        os.replace(aside, out)
    except OSError as error:
        raise Trouble(f"{out} 无法写入（{error.strerror}）。请检查目录和权限。") from None
    finally:
        with suppress(OSError):
            aside.unlink()
    return count


def _rows(kind: str) -> Callable[[str], Rows]:
    """The function that knows this kind of rows."""
    module, name = KINDS[kind]
    if importlib.util.find_spec(module) is None:
        raise Trouble(f"本版本不能导出 {kind}。", code=2)
    return getattr(importlib.import_module(module), name)


def plain(value: object) -> Any:
    """A value as every table shows it: times of the office with their offset, numbers as numbers, true as 1."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return int(value)
    return "" if value is None else value


def safe(value: object) -> Any:
    """``plain``, and text that a spreadsheet would take for a formula begins with an apostrophe."""
    shown = plain(value)
    return f"'{shown}" if isinstance(shown, str) and shown.startswith(FORMULA) else shown


def _csv(path: Path, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)  # lines end with CR LF: only then is a cell with either of them quoted
        writer.writerow(columns)
        for row in rows:
            writer.writerow([safe(value) for value in row])
            count += 1
    return count


def _xlsx(path: Path, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> int:
    """One sheet, written row by row to disk; nothing in it is a formula or a link."""
    count = 0
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        for count, row in enumerate(rows, 1):
            if count == MOST_ROWS:
                raise Trouble(f"超过 {MOST_ROWS - 1} 行，一张工作表放不下。请导出为 .csv。")
            for column, value in enumerate(row):
                shown = plain(value)
                if isinstance(shown, int | float | Decimal):
                    sheet.write_number(count, column, shown)
                else:
                    sheet.write_string(count, column, str(shown))
    return count
