"""``dudao evaluate``: filled forms in, values and verdict out (contracts §1)."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from dudao.cli.messages import Refused, forget, keep_apart, say, say_issues, standard_of, write
from dudao.evaluation import Evaluation, evaluate
from dudao.evaluation.result import to_bytes
from dudao.evaluation.sentences import sentence
from dudao.intake import IntakeRefused, read
from dudao.units import plain

_STATUS = {"met": "达标", "not_met": "未达标", "undetermined": "待定"}


def add(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "evaluate",
        help="由填报表得出指标、差异系数和结论",
        description="读入填报表，计算各校指标和校际差异系数，得出结论。退出码：0 已评估；1 已评估，但填报有错误；2 没有可评估的内容。",
    )
    command.add_argument("input", metavar="INPUT", nargs="+", type=Path, help="填报表文件、文件夹或 zip，可混用")
    command.add_argument("--standard", metavar="ID", required=True, help="评估标准的代号或文件夹")
    command.add_argument("--profile", metavar="P", default="default", help="口径（默认 default）")
    command.add_argument("--on", metavar="DATE", help="按哪一天有效的规定评估，如 2026-09-01（默认今天）")
    command.add_argument("--county", metavar="CODE", help="区县代码：没有区县填报表时指明，有多个区县时选定")
    command.add_argument("--out", metavar="DIR", type=Path, help="多个区县：每个区县一个 CODE.json")
    command.add_argument("--json", metavar="F", help="结果写成 JSON；- 为标准输出")
    command.add_argument("--form", metavar="F.xlsx", type=Path, help="写出国家申报表")
    command.add_argument("--results", metavar="F.xlsx", type=Path, help="写出结果表：每个数值、达标值、来源单元格和差额")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Evaluate; the exit code of contracts §1."""
    if options.out is not None and (options.json or options.form or options.results):
        raise Refused("--out 不能和 --json、--form、--results 同用。")
    if options.out is not None and options.county is not None:
        raise Refused("--out 不能和 --county 同用。")
    if options.county is not None and not re.fullmatch(r"[A-Za-z0-9-]+", plain(options.county)):
        raise Refused(f"--county {options.county} 不是区县代码，代码只用字母、数字和连字符。")
    options.county = options.county and plain(options.county)
    targets = [Path(name) for name in (options.json, options.form, options.results) if name and name != "-"]
    keep_apart(options.input, targets)
    forget(targets[0] if options.json and options.json != "-" else None)
    on = _day(options.on)
    standard = standard_of(options.standard, options.profile)
    try:
        intakes = read(options.input, standard, county=options.county, every=options.out is not None, progress=_progress())
    except IntakeRefused as refused:
        raise Refused(str(refused)) from None
    units = [unit for intake in intakes for unit in (*intake.schools, *filter(None, [intake.county]))]
    keep_apart({place for given in options.input for unit in units for place in _places(given, unit.file)}, targets)
    evaluations = [evaluate(standard, intake, on) for intake in intakes]
    if options.out is None:
        _write_one(evaluations[0], options)
    else:
        _write_each(evaluations, options.out)
    for evaluation in evaluations:
        say_issues(evaluation.intake.issues)
        code = evaluation.intake.county_code or "未注明区县"
        say(f"{code} 结论：{_STATUS[evaluation.status]}。{sentence(evaluation)}")
    errors = any(issue.level == "error" for evaluation in evaluations for issue in evaluation.intake.issues)
    return 1 if errors else 0


def _places(given: Path, file: str) -> list[Path]:
    """Where a file that was read lies below an INPUT: itself and, for a member of an archive, the archive."""
    path = given / file
    return [path, *path.parents][: len(Path(file).parts)]


def _day(text: str | None) -> date:
    if text is None:
        today = date.today()  # noqa: DTZ011  the office's own day, not the day in another time zone
        say(f"按今天 {today.isoformat()} 有效的规定评估。")
        return today
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"--on {text} 不是日期，应写成 2026-09-01。") from None


def _progress():
    """Reading progress on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        print(f"\r读入 {done}/{total}", end="" if done < total else "\n", file=sys.stderr, flush=True)

    return show


def _write_one(evaluation: Evaluation, options: argparse.Namespace) -> None:
    data = to_bytes(evaluation)
    if options.form or options.results:
        _write_documents(evaluation, options.form, options.results)
    if options.json == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    elif options.json:
        write(Path(options.json), data)


def _write_documents(evaluation: Evaluation, form: Path | None, results: Path | None) -> None:
    from dudao.reports import application_form
    from dudao.reports import results as results_report

    result = evaluation.to_dict()
    if form is not None:
        made = application_form.of(evaluation.standard, evaluation.intake, result)
        write(form, application_form.write(made))
        say(f"申报表 {form}：空白单元格 {len(made.blanks)} 个，列在表“空白单元格”。")
    if results is not None:
        write(results, results_report.write(results_report.of(evaluation.standard, evaluation.intake, result)))


def _write_each(evaluations: Sequence[Evaluation], folder: Path) -> None:
    for evaluation in evaluations:
        code = evaluation.intake.county_code
        if code is None:
            raise Refused("--out 要求每个区县都有区县代码。")
        write(folder / f"{code}.json", to_bytes(evaluation))
