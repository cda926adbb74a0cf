"""``dudao check`` and ``dudao test``: is the folder of a standard or a procedure sound, do a standard's worked cases hold."""

from __future__ import annotations

import argparse
from pathlib import Path

from dudao.cli.messages import MOST_LINES, Refused, say, standard_of
from dudao.evaluation import cases
from dudao.procedures import CATALOGUE as PROCEDURES
from dudao.procedures import ProcedureError, load_procedure
from dudao.standards import CATALOGUE, StandardError, load_standard


def add(commands: argparse._SubParsersAction) -> None:
    """Declare the commands."""
    what = "检查评估标准或工作程序的文件夹，列出每一处问题的文件和行号。"
    check = commands.add_parser("check", help="检查评估标准、工作程序文件夹", description=what)
    check.add_argument(
        "standard", metavar="STANDARD", nargs="?", help="标准或工作程序的代号或文件夹；不写则检查目录中的全部"
    )
    check.set_defaults(run=run_check)
    test = commands.add_parser(
        "test", help="运行评估标准的算例", description="运行评估标准 tests 文件夹中的算例，逐例比对。"
    )
    test.add_argument("standard", metavar="STANDARD", help="标准的代号或文件夹")
    test.set_defaults(run=run_test)


def run_check(options: argparse.Namespace) -> int:
    """Every problem of one standard or procedure, or of all in the catalogues. Exit 1 when there is one. An id may name both."""
    if options.standard:
        procedures = [options.standard] if _holds(options.standard, PROCEDURES, "procedure.yaml") else []
        named = not procedures or _holds(options.standard, CATALOGUE, "standard.yaml")
        standards = [options.standard] if named else []
    else:
        procedures = sorted(item.name for item in PROCEDURES.iterdir() if item.is_dir())
        standards = sorted(item.name for item in CATALOGUE.iterdir() if item.is_dir())
    return max([0, *map(_check_standard, standards), *map(_check_procedure, procedures)])


def _holds(name: str, catalogue: Path, main: str) -> bool:
    """Whether an id of a catalogue, or a folder, has this main file."""
    return any((folder / main).is_file() for folder in (catalogue / name, Path(name)))


def _check_standard(name: str) -> int:
    """Every problem of a standard in every profile."""
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
    if problems:
        return 1
    standard = load_standard(name)
    counts = f"{len(standard.indicators)} 项指标，{len(standard.fields)} 个填报项目"
    print(f"{name} {standard.version} 无问题：{counts}，口径 {'、'.join(profiles)}")
    return 0


def _check_procedure(name: str) -> int:
    """Every problem of a procedure."""
    try:
        procedure = load_procedure(name)
    except ProcedureError as error:
        for problem in error.problems:
            say(f"{name}/{problem}")
        return 1
    print(f"{name} {procedure.version} 无问题：工作程序，{len(procedure.stages)} 个阶段")
    return 0


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
    print(
        f"{standard.id} 算例 {len(outcomes)} 个，符合 {len(outcomes) - len(failed)} 个，不符 {len(failed)} 个。"
    )
    return 1 if failed else 0
