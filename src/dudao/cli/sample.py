"""``dudao sample plan|draw|verify``: the public draw ``dudao-draw-1`` (contracts §3) over files and folders.

Here live reading and writing the files; a folder that holds other bytes under the same names is never written over, since a draw is not
made twice. Not here: any rule of the draw (``dudao.sampling``).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from dudao import sampling
from dudao.cli.lines import tell
from dudao.cli.messages import MOST_LINES, Refused, say, write
from dudao.sampling.design import without_quota
from dudao.sampling.tidy import Tidied

MOST_BYTES = 16 * sampling.MAX_FILE
"""Of a published file."""


def add(commands: argparse._SubParsersAction) -> None:
    """Declare the command and its three steps."""
    sample = commands.add_parser(
        "sample",
        help="公开抽取：冻结抽样框和名额，抽取，核验",
        description="公开抽取（dudao-draw-1）：先公布抽样框和名额的哈希，再取公开的随机数，任何人都能重算。",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    steps = sample.add_subparsers(dest="step", metavar="步骤", required=True)
    plan = steps.add_parser(
        "plan",
        help="整理抽样框和名额，写出各层名额，打印哈希",
        description="取随机数以前：写出规范的 frame.csv、quota.csv 和 strata.csv，打印前两个文件的 SHA-256。退出码：0 已写出；2 不能抽取。",
    )
    _asks(plan, run_plan)
    draw = steps.add_parser(
        "draw",
        help="由随机数抽取，写出全部公布文件",
        description="由 plan 写出的文件和随机数抽取，打印抽出的代码，写出公布的六个文件。退出码：0 已抽取；2 没有抽取。",
    )
    _asks(draw, run_draw)
    draw.add_argument(
        "--seed", metavar="S", required=True, help="公开的随机数：可打印的 ASCII 字符，至少 8 位"
    )
    draw.add_argument("--seed-source", metavar="TEXT", default="", help="随机数的公开来源和时间")
    verify = steps.add_parser(
        "verify",
        help="核验公布的文件夹",
        description="只用公布的文件重新抽取，逐行比较。退出码：0 一致；1 有不同，指出第一处；2 不能读取。",
    )
    verify.add_argument("folder", metavar="D", type=Path, help="公布的文件夹")
    verify.set_defaults(run=run_verify)
    usages = (step.format_usage().strip() for step in (plan, draw, verify))
    sample.epilog = "\n".join(("各步骤的用法：", *usages))


def _asks(step: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]) -> None:
    step.add_argument(
        "--frame", metavar="F", type=Path, required=True, help="抽样框：code,name,district,kind,take,reason"
    )
    step.add_argument("--quota", metavar="Q", type=Path, required=True, help="名额：district,kind,n")
    step.add_argument("--round", metavar="R", required=True, help="轮次的名称，每次抽取不同")
    step.add_argument(
        "--out", metavar="D", type=Path, required=True, help="写到哪个文件夹；已有的不同文件不会覆盖"
    )
    step.set_defaults(run=run)


def run_plan(options: argparse.Namespace) -> int:
    """Make both files canonical, find the strata, print the hashes. Exit 2 with every fault, nothing written."""
    if fault := sampling.round_fault(options.round):
        raise Refused(fault)
    frame = sampling.tidy_frame(_read(options.frame))
    quota = sampling.tidy_quota(_read(options.quota))
    _sound(frame, quota)
    rows, quotas = sampling.read_frame(frame.data)[0], sampling.read_quota(quota.data)[0]
    try:
        found = sampling.strata(rows, quotas)
    except sampling.Impossible as fault:
        raise _refused(fault.messages) from None
    _write(options.out, sampling.planned(frame.data, quota.data, found))
    _say_all([*frame.notes, *quota.notes])
    _say_all(f"{district} {kind} 没有名额，不抽取。" for district, kind in without_quota(rows, quotas))
    tell(f"{sampling.digest(frame.data)}  frame.csv")
    tell(f"{sampling.digest(quota.data)}  quota.csv")
    sure, n = sum(one.certain for one in found), sum(one.n for one in found)
    say(f"{options.round}：抽样框 {len(rows)} 个单位，抽 {sure + n} 个，其中必抽 {sure} 个。")
    say("请先公布以上哈希，再取随机数。")
    return 0


def run_draw(options: argparse.Namespace) -> int:
    """Draw and write everything that is published. Exit 2 with every reason, nothing drawn."""
    try:
        made = sampling.draw(_read(options.frame), _read(options.quota), options.round, options.seed)
        files = sampling.publish(made, options.seed_source)
    except sampling.Impossible as fault:
        raise _refused(fault.messages) from None
    _write(options.out, files)
    for code in made.drawn:
        tell(code)
    if not options.seed_source:
        say("没有写明随机数的来源（--seed-source），公布时请说明。")
    reserve = len(made.tickets) - len(made.drawn)
    say(f"{options.round}：抽出 {len(made.drawn)} 个，备抽 {reserve} 个，写入 {options.out}。")
    return 0


def run_verify(options: argparse.Namespace) -> int:
    """Compute a published draw again; 0 equal, 1 differs, Refused when it cannot be read."""
    if not options.folder.is_dir():
        raise Refused(f"没有文件夹 {options.folder}。")
    there = [name for name in sampling.NAMES if (options.folder / name).is_file()]
    try:
        found = sampling.verify({name: _read(options.folder / name, MOST_BYTES) for name in there})
    except sampling.Unreadable as fault:
        raise Refused(f"不能核验 {options.folder}：{fault}。") from None
    others = sorted(
        path.name
        for path in options.folder.iterdir()
        if path.name not in sampling.NAMES and path.name[0] != "."
    )
    if others:
        say(f"{'、'.join(others[:10])} 等 {len(others)} 个文件不属于抽取结果，没有核验。")
    tell(f"核验不一致。{found}" if found else "核验一致：抽取结果与由抽样框、名额和随机数重算的相同。")
    return 1 if found else 0


def _read(path: Path, most: int = sampling.MAX_FILE) -> bytes:
    """The bytes of a file of bounded size."""
    if not path.is_file():
        raise Refused(f"没有文件 {path}。")
    if path.stat().st_size > most:
        raise Refused(f"{path} 超过 {most // 1_000_000} MB，请核对是否用错了文件。")
    return path.read_bytes()


def _sound(*tidied: Tidied) -> None:
    """Refused with the faults of both files."""
    faults = [str(fault) for one in tidied for fault in one.faults]
    if faults:
        raise _refused(faults)


def _refused(messages: Iterable[str]) -> Refused:
    """What is in the way, said line by line; and the refusal itself."""
    told = list(messages)
    _say_all(told)
    return Refused(f"有 {len(told)} 处需要更正，没有抽取，没有写出文件。")


def _say_all(messages: Iterable[str]) -> None:
    """Messages, a bounded number of lines."""
    told = list(messages)
    for message in told[:MOST_LINES]:
        say(message)
    if len(told) > MOST_LINES:
        say(f"另有 {len(told) - MOST_LINES} 条。")


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """All files, none of them over another: what is there under these names must be the same already."""
    if folder.exists() and not folder.is_dir():
        raise Refused(f"{folder} 不是文件夹。")
    places = {folder / name: data for name, data in files.items()}
    others = [path.name for path, data in places.items() if not _free(path, data)]
    if others:
        found = f"{folder} 中已有内容不同的 {'、'.join(others)}，没有改动。"
        raise Refused(found + "抽取不能重来；另一次抽取请用 --out 指明新文件夹。")
    for path, data in places.items():
        if not path.exists():
            write(path, data)


def _free(path: Path, data: bytes) -> bool:
    """Whether nothing else has this name: neither another file nor a link that leads nowhere."""
    if not path.exists():
        return not path.is_symlink()
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data
