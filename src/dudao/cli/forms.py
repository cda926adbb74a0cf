"""``dudao template`` and ``dudao return``: empty forms to hand out, filled ones back with their faults
marked."""

from __future__ import annotations

import argparse
from pathlib import Path

from dudao.cli.messages import Refused, say, say_issues, standard_of, write
from dudao.intake import IntakeRefused, files, read


def add(commands: argparse._SubParsersAction) -> None:
    """Declare the commands."""
    template = commands.add_parser(
        "template",
        help="生成填报表",
        description="生成填报表：一校一行的宽表（含区县的各张表），或一校一份的学校填报表，或补充表（原表没有的项目）。",
    )
    template.add_argument("standard", metavar="STANDARD", help="评估标准的代号或文件夹")
    template.add_argument("-o", "--output", metavar="F.xlsx", type=Path, help="写到哪个文件（默认当前文件夹的 标准代号-填报表.xlsx）")
    template.add_argument("--profile", metavar="P", default="default", help="口径（默认 default）")
    form = template.add_mutually_exclusive_group()
    form.add_argument("--school", action="store_true", help="一校一份的学校填报表")
    form.add_argument("--supplement", action="store_true", help="补充表：学校、区县在原表以外要填的项目，与原表一起评估")
    template.set_defaults(run=run_template)
    back = commands.add_parser(
        "return", help="退回填报表，标出有问题的单元格", description="把有问题的填报表另存一份：问题单元格着色并加批注，附退回说明。原文件不改动。"
    )
    back.add_argument("input", metavar="INPUT", nargs="+", type=Path, help="填报表文件、文件夹或 zip，可混用")
    back.add_argument("--standard", metavar="ID", required=True, help="评估标准的代号或文件夹")
    back.add_argument("--profile", metavar="P", default="default", help="口径（默认 default）")
    back.add_argument("--county", metavar="CODE", help="区县代码：没有区县填报表时指明，有多个区县时选定")
    back.add_argument("--out", metavar="DIR", type=Path, default=Path("退回"), help="写到哪个文件夹（默认 退回）")
    back.set_defaults(run=run_return)


def run_template(options: argparse.Namespace) -> int:
    """Write an empty form."""
    from dudao.intake import template as templates  # the writers of workbooks load only where one is written

    standard = standard_of(options.standard, options.profile)
    if options.school and not templates.wide_fields(standard):
        raise Refused(f"{standard.title}没有学校填报表。")
    if options.supplement and not (templates.school_fields(standard) or templates.county_fields(standard)):
        raise Refused(f"{standard.title}没有补充表。")
    if options.school:
        data, word = templates.school_form(standard), "学校填报表"
    elif options.supplement:
        data, word = templates.supplement(standard), "补充表"
    else:
        data, word = templates.write(standard), "填报表"
    target = options.output or Path(f"{standard.id}-{word}.xlsx")
    if options.output is None and target.exists():
        raise Refused(f"{target} 已存在，没有改动。请用 -o 指明另一个文件。")
    write(target, data)
    print(target)
    return 0


def run_return(options: argparse.Namespace) -> int:
    """Write back every file that has issues. Exit 1 when one of them is an error."""
    from dudao.intake import annotate as annotated  # the writers of workbooks load only where one is written

    out = options.out.resolve()
    for given in options.input:
        top = given.resolve() if given.is_dir() else given.resolve().parent
        if out == top or (given.is_dir() and out.is_relative_to(top)):
            raise Refused(f"{options.out} 是交来的文件所在的文件夹，会覆盖原文件，请写到别的文件夹。")
    standard = standard_of(options.standard, options.profile)
    try:
        intakes = read(options.input, standard, county=options.county, every=options.county is None)
    except IntakeRefused as refused:
        raise Refused(str(refused)) from None
    issues = [issue for intake in intakes for issue in intake.issues]
    unreadable = {file for intake in intakes for file in intake.unreadable}
    named = {issue.file for issue in issues}
    written = 0
    for name, data in files(options.input):
        if name in named:
            own = [issue for issue in issues if issue.file == name]
            target = options.out / Path(name).with_suffix(".xlsx")
            write(target, annotated.listed(name, own) if name in unreadable else annotated.write(name, data, own))
            written += 1
    say_issues(issues)
    say(f"写出 {written} 个文件到 {options.out}。")
    return 1 if any(issue.level == "error" for issue in issues) else 0
