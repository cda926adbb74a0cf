"""``dudao items``: a locality's own 评分细则 into a standard whose lower levels were never published."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from dudao.cli.messages import MOST_LINES, Refused, say, standard_of, write
from dudao.standards import StandardError, load_standard
from dudao.standards.folder import ID
from dudao.standards.items_book import Book, book_of
from dudao.standards.items_check import doubts, faults
from dudao.standards.items_folder import files, sound
from dudao.standards.model import Standard


def add(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    items = commands.add_parser(
        "items",
        help="录入本地的评分细则",
        description="下层指标没有公开的标准：生成细则录入表，或由填好的录入表写出沿用该标准的新标准。",
    )
    items.add_argument("standard", metavar="STANDARD", help="评估标准的代号或文件夹")
    way = items.add_mutually_exclusive_group(required=True)
    way.add_argument("--template", metavar="F.xlsx", type=Path, help="写出空的细则录入表")
    way.add_argument("--load", metavar="F.xlsx", type=Path, help="读入填好的细则录入表")
    items.add_argument("--out", metavar="FOLDER", type=Path, help="新标准写到哪个文件夹（须不存在或为空）")
    items.add_argument("--id", metavar="NEW-ID", help="新标准的代号：小写字母、数字、短横")
    items.add_argument("--title", metavar="TITLE", help="新标准的名称")
    items.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the empty workbook, or the folder that a filled one becomes. Exit 2, with every fault and nothing written, when it holds one."""
    standard = standard_of(options.standard)
    try:
        book = book_of(standard)
    except StandardError as error:
        raise Refused("\n".join(str(problem) for problem in error.problems)) from None
    if options.template is not None:
        from dudao.intake import items_template  # the writer of workbooks loads only where one is written

        write(options.template, items_template.write(standard, book))
        print(options.template)
        return 0
    _told(options, standard)
    made = _made(options, standard, book)
    _sound(made, options.id)
    for name, data in made.items():
        write(options.out / name, data)
    loaded = load_standard(options.out)
    print(f"{options.out}：{loaded.title}，{len(loaded.indicators)} 项指标，沿用 {standard.id}。")
    return 0


def _told(options: argparse.Namespace, standard: Standard) -> None:
    lacking = [f"--{word}" for word in ("out", "id", "title") if not getattr(options, word)]
    if lacking:
        raise Refused(f"录入细则还要写明 {'、'.join(lacking)}。")
    if not ID.fullmatch(options.id) or not re.search(r"[a-z0-9]", options.id):
        raise Refused(f"代号“{options.id}”不能使用，请只用小写字母、数字和短横。")
    if options.id == standard.id:
        raise Refused(f"代号 {options.id} 是原标准的，请另取一个。")
    if options.out.exists() and (not options.out.is_dir() or any(options.out.iterdir())):
        raise Refused(f"{options.out} 已有内容，没有改动。请用 --out 指明一个新文件夹。")


def _made(options: argparse.Namespace, standard: Standard, book: Book) -> dict[str, bytes]:
    from dudao.intake import items_book

    if not options.load.is_file():
        raise Refused(f"没有文件 {options.load}。")
    filled = items_book.read(options.load.name, options.load.read_bytes(), book)
    found = filled.faults or faults(standard, book, filled.rows, filled.rules)
    if found:
        for fault in found[:MOST_LINES]:
            say(str(fault))
        more = f"（只列前 {MOST_LINES} 处）" if len(found) > MOST_LINES else ""
        raise Refused(f"{options.load.name} 有 {len(found)} 处需要更正{more}，没有写出标准。")
    for doubt in doubts(standard, book, filled.rows):
        say(f"请核对：{doubt}")
    return files(standard, book, filled.rows, filled.rules, options.id, options.title)


def _sound(made: dict[str, bytes], identity: str) -> None:
    """Load the folder in every profile before anything is written where it was asked for."""
    try:
        sound(made, identity)
    except StandardError as error:
        raise Refused(
            "录入的细则不能成为标准：\n" + "\n".join(str(problem) for problem in error.problems)
        ) from None
