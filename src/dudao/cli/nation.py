"""``dudao nation``: a table of the schools of many counties in, every school and coefficient judged (docs/how-to/scale.md).

Here lives the command: its files, its messages, its exit code. Results are written beside, under other names, and take their place
when all are whole; a stopped run leaves none. Not here: the plan and the judging (``dudao.evaluation.nation``).
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from dudao.cli.inputs import day as day_of
from dudao.cli.messages import MOST_LINES, Refused, keep_apart, say, standard_of
from dudao.issues import Issue
from dudao.standards import StandardError
from dudao.standards.model import Standard

TABLES = {"schools": "judged", "coefficients": "coefficients", "counties": "counties"}
"""File -> the table of the engine it holds."""
ABOUT = "nation.json"
MEMORY = "300MB"
_BLOCK = 1 << 20


def add(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "nation",
        help="由全省、全国的学校数据表逐县判定",
        description="读入一行一所学校的数据表（列名为填报项目的名称），逐校逐县计算和判定。"
        "退出码：0 已评估；1 已评估，但数据有错误；2 没有可评估的内容。",
    )
    command.add_argument("schools", metavar="SCHOOLS", type=Path, help="学校表：Parquet 或 CSV 文件，或存放 Parquet 文件的文件夹")
    command.add_argument("--rows", metavar="NAME=FILE", action="append", default=[], help="明细表，如 teachers=T.parquet；可多次使用")
    command.add_argument("--standard", metavar="ID", required=True, help="评估标准的代号或文件夹")
    command.add_argument("--profile", metavar="P", default="default", help="口径（默认 default）")
    command.add_argument("--on", metavar="DATE", help="按哪一天有效的规定评估，如 2026-09-01（默认今天）")
    command.add_argument("--memory", metavar="SIZE", default=MEMORY, help=f"计算引擎的内存上限（默认 {MEMORY}），放不下的暂存到磁盘")
    command.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb", help="计算引擎（默认 duckdb）")
    command.add_argument("--format", choices=("parquet", "csv"), default="parquet", help="结果文件的格式（默认 parquet）")
    command.add_argument("--out", metavar="FOLDER", type=Path, required=True, help="结果文件夹")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Evaluate a nation; the exit code."""
    from dudao.indicators.nation_duckdb import EngineFailed
    from dudao.indicators.nation_input import BadTable

    if not re.fullmatch(r"[1-9][0-9]{2,}MB|[1-9][0-9]*GB", options.memory):
        raise Refused(f"--memory {options.memory} 不是内存大小，应写成 300MB 或 2GB，不少于 100MB。")
    on = day_of(options.on)
    standard = standard_of(options.standard, options.profile)
    rows = _rows(options.rows, standard)
    inputs = [options.schools, *(path for _, path in rows)]
    for path in inputs:
        if not path.exists():
            raise Refused(f"没有文件 {path}。请核对路径。")
    targets = [options.out / name for name in (*(f"{name}.{options.format}" for name in TABLES), "issues.csv", ABOUT)]
    keep_apart(inputs, targets)
    options.out.mkdir(parents=True, exist_ok=True)
    _forget(options.out)
    try:
        with tempfile.TemporaryDirectory(dir=options.out, prefix=".dudao-") as name:
            errors = _evaluate(options, standard, on, rows, Path(name))
            _about(Path(name) / ABOUT, standard, on, inputs)
            for target in targets:
                os.replace(Path(name) / target.name, target)
    except (BadTable, EngineFailed) as fault:
        raise Refused(str(fault)) from None
    return 1 if errors else 0


def _evaluate(options: argparse.Namespace, standard: Standard, on: date, rows: Sequence[tuple], folder: Path) -> int:
    """Evaluate into a folder; the number of errors."""
    from sqlglot import exp

    from dudao.evaluation.nation import evaluate_nation

    shown = _Progress()
    spill = folder / "spill"
    spill.mkdir()
    engine = _engine(options, spill, shown)
    try:
        with (folder / "issues.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            issues = _Issues(stream)
            nation = evaluate_nation(engine, standard, on, options.schools, rows, shown.step, issues.add)
        shown.step("写出结果")
        for name, table in TABLES.items():
            engine.write(exp.select("*").from_(table), folder / f"{name}.{options.format}")
        judged = [f"{item.code}_judgement" for item in standard.indicators if item.code in nation.rules]
        counts = list(engine.fetch(exp.select(*(exp.column(word, quoted=True) for word in judged)).from_("counties")))
    finally:
        shown.end()
        engine.close()
    issues.say()
    say(f"区县 {len(counts)} 个。靠近达标值、按精确分数判定的：学校指标 {nation.exact_rows} 行，差异系数 {nation.exact_spreads} 个。")
    for place, word in enumerate(judged):
        found = [line[place] for line in counts]
        title = standard.indicator(word.removesuffix("_judgement")).short
        say(f"{title}：达标 {found.count('met')} 个，未达标 {found.count('not_met')} 个，无数据 {found.count('no_data')} 个。")
    return issues.errors


def _engine(options: argparse.Namespace, spill: Path, shown: _Progress):
    if options.engine == "duckdb":
        from dudao.indicators.nation_duckdb import DuckEngine

        return DuckEngine(options.memory, spill, shown.share if sys.stderr.isatty() else None)
    from dudao.indicators.nation_spark import SparkEngine

    try:
        return SparkEngine(options.memory, spill)
    except ImportError:
        raise Refused("没有安装 Spark。请安装 dudao[spark] 和 Java 17，或改用 --engine duckdb。") from None


def _rows(given: Sequence[str], standard: Standard) -> list[tuple]:
    """The tables of rows that the standard knows, with their files."""
    from dudao.standards.rows_of import rows_of

    try:
        tables = {table.name: table for table in rows_of(standard)}
    except StandardError as error:
        raise Refused("评估标准不能使用：\n" + "\n".join(map(str, error.problems[:MOST_LINES]))) from None
    found = {}
    for text in given:
        name, sign, path = text.partition("=")
        if not sign or not path:
            raise Refused(f"--rows {text} 应写成 名称=文件，如 teachers=T.parquet。")
        if name not in tables:
            known = "、".join(tables) or "（没有）"
            raise Refused(f"--rows {name}：评估标准没有这种明细，可用：{known}。")
        if name in found:
            raise Refused(f"--rows {name} 写了两次。")
        found[name] = Path(path)
    return [(tables[name], path) for name, path in found.items()]


class _Issues:
    """Issues as they are found: all of them to a file, the first ones kept to be said."""

    def __init__(self, stream) -> None:
        self._writer = csv.writer(stream)
        self._writer.writerow(["级别", "代码", "表", "位置", "问题", "改正办法"])
        self._kept: list[Issue] = []
        self.errors = self.queries = 0

    def add(self, issue: Issue) -> None:
        """One more."""
        error = issue.level == "error"
        self.errors += error
        self.queries += not error
        if len(self._kept) < MOST_LINES:
            self._kept.append(issue)
        cells = [issue.code, issue.file, issue.cell or "", issue.found, issue.mend]
        self._writer.writerow(["错误" if error else "存疑", *(_harmless(cell) for cell in cells)])

    def say(self) -> None:
        """The first of them, and how many there are."""
        for issue in self._kept:
            say(issue.line().replace("\n", "□"))
        total = self.errors + self.queries
        if total > len(self._kept):
            say(f"另有 {total - len(self._kept)} 条，见 issues.csv。")
        if total:
            say(f"数据错误 {self.errors} 条，存疑 {self.queries} 条。")


def _harmless(text: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


class _Progress:
    """What is being done and how far it is, on a terminal; nothing in a pipe."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._text = ""

    def step(self, text: str) -> None:
        """A new step begins."""
        self._text = text
        self._print("")

    def share(self, done: float) -> None:
        """How much of the step is done, 0 to 1."""
        self._print(f" {done:4.0%}")

    def end(self) -> None:
        """Leave a clean line."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def _print(self, share: str) -> None:
        if self._shown:
            print(f"\r\x1b[K{self._text}{share}", end="", file=sys.stderr, flush=True)


def _about(path: Path, standard: Standard, on: date, inputs: Sequence[Path]) -> None:
    """What the results rest on: the exact text of the standard, the day, the bytes of the files."""
    about = {
        "standard": {"id": standard.id, "version": standard.version, "sha256": standard.sha256, "profile": standard.profile.name},
        "on": on.isoformat(),
        "inputs": [{"file": name, "sha256": digest} for given in inputs for name, digest in _digests(given)],
    }
    path.write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _digests(given: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(given.glob("*.parquet")) if given.is_dir() else [given]:
        total = hashlib.sha256()
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                total.update(block)
        yield (f"{given.name}/{path.name}" if given.is_dir() else path.name), total.hexdigest()


def _forget(folder: Path) -> None:
    """Take away the results of an earlier run, so that they are never taken for those of a run that gave none."""
    if not (folder / ABOUT).is_file():
        return
    for name in (*(f"{name}.{form}" for name in TABLES for form in ("parquet", "csv")), "issues.csv", ABOUT):
        if (folder / name).is_file():
            (folder / name).unlink()
