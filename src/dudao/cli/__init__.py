"""The command line of the library: ``dudao COMMAND``. One module a group of commands.

Here lives the list of commands and what every command shares: exit codes and how messages are printed. Exit
0: done. 1: done, but something holds errors. 2: nothing could be done (bad usage, nothing readable); never a
traceback.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from dudao.cli.messages import Refused, say

COMMANDS = {
    "check": "standards",
    "test": "standards",
    "items": "items",
    "template": "forms",
    "evaluate": "evaluate",
    "return": "forms",
    "explain": "explain",
    "verify": "bundle",
    "nation": "nation",
    "sample": "sample",
}
"""Command -> the module that declares it, in the order of the work. Only the module of the command that runs is loaded."""


def parser(command: str | None = None) -> argparse.ArgumentParser:
    """The parser of one command, or of every command in the order of the work."""
    try:
        number = version("dudao")
    except PackageNotFoundError:
        number = "0"
    root = argparse.ArgumentParser(
        prog="dudao",
        description="教育督导评估：标准是数据，结论可复算。",
        epilog="各命令的说明：dudao 命令 --help",
    )
    root.add_argument("--version", action="version", version=f"dudao {number}")
    commands = root.add_subparsers(dest="command", metavar="命令", required=True)
    for name in dict.fromkeys([COMMANDS[command]] if command in COMMANDS else COMMANDS.values()):
        import_module(f"dudao.cli.{name}").add(commands)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    try:
        given = list(sys.argv[1:] if arguments is None else arguments)
        options = parser(given[0] if given else None).parse_args(given)
        return options.run(options)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    except Refused as refused:
        say(f"dudao: {refused}")
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    except KeyboardInterrupt:
        say("dudao: 已中断，没有写出结果。")
        return 2
    except OSError as error:
        say(f"dudao: 不能读写文件 {error.filename or ''}：{error.strerror or error}")
        return 2
