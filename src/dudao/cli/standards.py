"""``dudao check`` and ``dudao test``: is a standard's folder sound, do its worked cases hold."""

from __future__ import annotations

import argparse

from dudao.cli.messages import MOST_LINES, Refused, say, standard_of
from dudao.evaluation import cases
from dudao.standards import CATALOGUE, StandardError, load_standard


def add(commands: argparse._SubParsersAction) -> None:
    """Declare the commands."""
    check = commands.add_parser("check", help="检查评估标准文件夹", description="检查评估标准文件夹，列出每一处问题的文件和行号。")
    check.add_argument("standard", metavar="STANDARD", nargs="?", help="标准的代号或文件夹；不写则检查目录中的全部标准")
    check.set_defaults(run=run_check)
    test = commands.add_parser("test", help="运行评估标准的算例", description="运行评估标准 tests 文件夹中的算例，逐例比对。")
    test.add_argument("standard", metavar="STANDARD", help="标准的代号或文件夹")
    test.set_defaults(run=run_test)


def run_check(options: argparse.Namespace) -> int:
    """Every problem of one standard, or of all in the catalogue, in every profile. Exit 1 when there is one."""
    names = [options.standard] if options.standard else sorted(item.name for item in CATALOGUE.iterdir() if item.is_dir())
    bad = 0
    for name in names:
        problems: set[str] = set()
        try:
            profiles = [profile.name for profile in load_standard(name).profiles]
        except StandardError as error:
            if len(error.problems) == 1 and error.problems[0].text.startswith("没有这个评估标准"):
                raise Refused(error.problems[0].text) from None
            problems, profiles = {str(problem) for problem in error.problems}, []
        for profile in profiles:
            try:
                load_standard(name, profile)
            except StandardError as error:
                problems |= {f"{problem}（口径 {profile}）" for problem in error.problems}
        for problem in sorted(problems):
            say(f"{name}/{problem}")
        bad += bool(problems)
        if not problems:
            standard = load_standard(name)
            counts = f"{len(standard.indicators)} 项指标，{len(standard.fields)} 个填报项目"
            print(f"{name} {standard.version} 无问题：{counts}，口径 {'、'.join(profiles)}")
    return 1 if bad else 0


def run_test(options: argparse.Namespace) -> int:
    """Run every worked case. Exit 1 when one differs, 2 when there is none."""
    standard = standard_of(options.standard)
    try:
        outcomes = cases.run_all(standard.path)
    except StandardError as error:
        raise Refused("\n".join(str(problem) for problem in error.problems)) from None
    if not outcomes:
        raise Refused(f"{standard.id} 的 tests 文件夹里没有算例。")
    failed = [outcome for outcome in outcomes if outcome.differences]
    for outcome in failed[:MOST_LINES]:
        say(f"{outcome.file}:{outcome.line} 算例“{outcome.name}”不符：")
        for difference in outcome.differences[:MOST_LINES]:
            say(f"  {difference}")
    print(f"{standard.id} 算例 {len(outcomes)} 个，符合 {len(outcomes) - len(failed)} 个，不符 {len(failed)} 个。")
    return 1 if failed else 0
