"""``dudao evaluate``: filled forms in, values and verdict out (contracts §1)."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from dudao.cli.bundle import packed
from dudao.cli.inputs import day, places, progress
from dudao.cli.messages import Refused, forget, keep_apart, say, say_issues, standard_of, write
from dudao.evaluation import Evaluation, evaluate
from dudao.evaluation.result import to_bytes
from dudao.evaluation.sentences import sentence
from dudao.intake import IntakeRefused, read
from dudao.standards.model import Standard
from dudao.units import plain

_ENDS = {"form": (".xlsx",), "results": (".xlsx",), "report": (".docx", ".pdf"), "bundle": (".zip",)}
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
    command.add_argument("--report", metavar="F.docx|F.pdf", type=Path, help="写出自评报告（Word 或 PDF）")
    command.add_argument("--bundle", metavar="F.zip", type=Path, help="写出验证包：填报表、评估标准、结果和计算说明，可用 dudao verify 核验")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Evaluate; the exit code of contracts §1."""
    documents = (options.form, options.results, options.report, options.bundle)
    if options.out is not None and (options.json or any(documents)):
        raise Refused("--out 不能和 --json、--form、--results、--report、--bundle 同用。")
    for name, ends in _ENDS.items():
        given = getattr(options, name)
        if given is not None and given.suffix.lower() not in ends:
            raise Refused(f"--{name} {given} 应以 {' 或 '.join(ends)} 结尾。")
    if options.out is not None and options.county is not None:
        raise Refused("--out 不能和 --county 同用。")
    if options.county is not None and not re.fullmatch(r"[A-Za-z0-9-]+", plain(options.county)):
        raise Refused(f"--county {options.county} 不是区县代码，代码只用字母、数字和连字符。")
    options.county = options.county and plain(options.county)
    targets = [Path(name) for name in (options.json, *documents) if name and name != "-"]
    keep_apart(options.input, targets)
    forget(targets[0] if options.json and options.json != "-" else None)
    on = day(options.on)
    standard = standard_of(options.standard, options.profile)
    if options.form is not None and not _has_form(standard):
        raise Refused(f"--form：{standard.title}没有国家申报表，可改用 --results 或 --report。")
    try:
        intakes = read(options.input, standard, county=options.county, every=options.out is not None, progress=progress())
    except IntakeRefused as refused:
        raise Refused(str(refused)) from None
    units = [unit for intake in intakes for unit in (*intake.schools, *filter(None, [intake.county]))]
    keep_apart({place for given in options.input for unit in units for place in places(given, unit.file)}, targets)
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


def _has_form(standard: Standard) -> bool:
    from dudao.reports import application_form

    return application_form.applies(standard)


def _write_one(evaluation: Evaluation, options: argparse.Namespace) -> None:
    """The documents, then the JSON: a document that cannot be made leaves no JSON behind."""
    data = to_bytes(evaluation)
    proof = packed(evaluation, options.input, options.bundle) if options.bundle else b""
    _write_documents(evaluation, options)
    if options.bundle:
        write(options.bundle, proof)
    if options.json == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    elif options.json:
        write(Path(options.json), data)


def _write_documents(evaluation: Evaluation, options: argparse.Namespace) -> None:
    standard, intake = evaluation.standard, evaluation.intake
    result = evaluation.to_dict() if options.form or options.results or options.report else {}
    if options.form is not None:
        from dudao.reports import application_form

        made = application_form.of(standard, intake, result)
        write(options.form, application_form.write(made))
        say(f"申报表 {options.form}：空白单元格 {len(made.blanks)} 个，列在表“空白单元格”。")
    if options.results is not None:
        from dudao.reports import results as results_report

        write(options.results, results_report.write(results_report.of(standard, intake, result)))
    if options.report is not None:
        from dudao.reports import self_report

        kind = "pdf" if options.report.suffix.lower() == ".pdf" else "docx"
        write(options.report, self_report.write(self_report.of(standard, intake, result), kind))


def _write_each(evaluations: Sequence[Evaluation], folder: Path) -> None:
    for evaluation in evaluations:
        code = evaluation.intake.county_code
        if code is None:
            raise Refused("--out 要求每个区县都有区县代码。")
        write(folder / f"{code}.json", to_bytes(evaluation))
