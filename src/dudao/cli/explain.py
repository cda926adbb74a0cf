"""``dudao explain``: one number, or the verdict, back to clause, formula, schools, cells and who handed them in (contracts §2)."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from dudao.cli.inputs import day, places
from dudao.cli.lines import tell
from dudao.cli.messages import Refused, forget, keep_apart, standard_of, write
from dudao.evaluation import evaluate, explain
from dudao.evaluation.explain import provenance, text
from dudao.intake import IntakeRefused, read
from dudao.units import plain


def add(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "explain",
        help="说明一个数是怎样得出的",
        description="由结论到条文、公式、学校数据、来源单元格和经办。退出码：0 已说明；2 没有可说明的内容。",
    )
    command.add_argument("input", metavar="INPUT", nargs="+", type=Path, help="填报表文件、文件夹或 zip，可混用")
    command.add_argument("--standard", metavar="ID", required=True, help="评估标准的代号或文件夹")
    command.add_argument("--unit", metavar="CODE", required=True, help="学校代码（或校名）、区县代码")
    command.add_argument("--level", metavar="L", help="学段，如 primary 或 小学；只有一个学段时可不写")
    command.add_argument("--indicator", metavar="R1", help="指标代号，如 R1、RC、G3、composite（默认：区县为结论，学校为每校规则）")
    command.add_argument("--profile", metavar="P", default="default", help="口径（默认 default）")
    command.add_argument("--on", metavar="DATE", help="按哪一天有效的规定评估，如 2026-09-01（默认今天）")
    command.add_argument("--county", metavar="CODE", help="区县代码：没有区县填报表时指明，有多个区县时选定")
    command.add_argument("--json", metavar="F", help="全部步骤写成 JSON；- 为标准输出")
    command.add_argument("--provenance", metavar="F.json", type=Path, help="提交单位和确认单位，以文件的 SHA-256 为键")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Explain; 0, or Refused."""
    target = Path(options.json) if options.json and options.json != "-" else None
    keep_apart([*options.input, *filter(None, [options.provenance])], [target] if target else [])
    forget(target)
    handled = _handled(options.provenance)
    on = day(options.on)
    standard = standard_of(options.standard, options.profile)
    try:
        (intake,) = read(options.input, standard, county=options.county and plain(options.county))
        units = (*intake.schools, *filter(None, [intake.county]))
        keep_apart({place for given in options.input for unit in units for place in places(given, unit.file)}, [target] if target else [])
        evaluation = evaluate(standard, intake, on)
        step = explain.unit(evaluation, plain(options.unit), options.level, options.indicator, handled)
    except (IntakeRefused, explain.NotThere) as refused:
        raise Refused(str(refused)) from None
    data = json.dumps(explain.document(evaluation, step), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"
    if target is not None:
        write(target, data)
    elif options.json:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        whole = options.indicator is None and plain(options.unit) == intake.county_code
        for line in text.lines(step, text.OVERVIEW if whole else text.DEEPEST):
            tell(line)
    return 0


def _handled(path: Path | None) -> explain.Provenance:
    if path is None:
        return {}
    try:
        with path.open("rb") as stream:
            return provenance.read(stream.read(provenance.LARGEST + 1))
    except provenance.ProvenanceError as error:
        raise Refused(f"{path}：{error}。") from None
