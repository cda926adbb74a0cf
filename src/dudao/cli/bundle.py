"""``dudao verify``: a proof bundle, recomputed from itself (contracts §2); and the bundle that ``dudao evaluate`` writes."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from dudao.cli.lines import tell
from dudao.cli.messages import MOST_LINES, Refused, say
from dudao.evaluation import Evaluation


def add(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "verify",
        help="核验验证包",
        description="只用验证包中的填报表和评估标准重新计算，逐项比较。退出码：0 一致；1 有不同；2 不能打开。",
    )
    command.add_argument("bundle", metavar="F.zip", type=Path, help="验证包（dudao evaluate --bundle 所写）")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Verify; 0 equal, 1 differs, Refused when it cannot be opened."""
    from dudao import bundle

    try:
        found = bundle.verify(options.bundle)
    except bundle.Unreadable as fault:
        raise Refused(f"{options.bundle}：{str(fault).rstrip('。')}。") from None
    for note in found.notes:
        say(note)
    for difference in found.differences[:MOST_LINES]:
        tell(difference.line())
    if len(found.differences) > MOST_LINES:
        tell(f"另有 {len(found.differences) - MOST_LINES} 处不同。")
    tell("核验不一致：验证包的内容有改动。" if found.differences else "核验一致：结果和计算说明均可由包内的填报表和评估标准重新得出。")
    return 1 if found.differences else 0


def packed(evaluation: Evaluation, inputs: Sequence[Path], target: Path) -> bytes:
    """The proof bundle of an evaluation; Refused when none can be made, or when it would lie among the files of the next run."""
    from dudao import bundle

    for given in inputs:
        if given.is_dir() and target.resolve().is_relative_to(given.resolve()):
            raise Refused(f"{target} 在填报表的文件夹 {given} 里，下次会被当作填报表读入，请写到别处。")
    try:
        return bundle.pack(evaluation, inputs)
    except bundle.BundleRefused as refused:
        raise Refused(str(refused)) from None
