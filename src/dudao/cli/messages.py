"""What every command says, and where: messages on stderr, a bounded number of lines; results in files or on
stdout."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from dudao.issues import Issue
from dudao.standards import StandardError, load_standard
from dudao.standards.model import Standard

MOST_LINES = 40
"""Issues printed at most; all of them are in the JSON."""


class Refused(Exception):
    """The command cannot be done; the message says why and how to mend it. Exit code 2."""


def say(text: str) -> None:
    """One message on stderr, whatever the terminal's encoding; control characters of file names and cells do not reach it."""
    encoding = sys.stderr.encoding or "utf-8"
    text = "".join(sign if sign == "\n" or sign.isprintable() or sign in "\u3000" else "□" for sign in text)
    print(text.encode(encoding, "replace").decode(encoding), file=sys.stderr)


def say_issues(issues: Sequence[Issue]) -> None:
    """The issues, errors first, a bounded number of lines."""
    ordered = sorted(issues, key=lambda issue: issue.level != "error")
    for issue in ordered[:MOST_LINES]:
        say(issue.line().replace("\n", "□"))
    if len(ordered) > MOST_LINES:
        say(f"另有 {len(ordered) - MOST_LINES} 条，见 JSON 的 issues。")
    errors = sum(issue.level == "error" for issue in issues)
    if issues:
        say(f"数据错误 {errors} 条，存疑 {len(issues) - errors} 条。")


def standard_of(name: str, profile: str = "default") -> Standard:
    """The standard of an id or folder; Refused with every problem."""
    try:
        return load_standard(name, profile)
    except StandardError as error:
        lines = [str(problem) for problem in error.problems]
        more = [f"另有 {len(lines) - MOST_LINES} 处"] if len(lines) > MOST_LINES else []
        raise Refused("评估标准不能使用：\n" + "\n".join([*lines[:MOST_LINES], *more])) from None


def keep_apart(sources: Iterable[Path], targets: Sequence[Path]) -> None:
    """Refused when a result would be written over a file that was handed in, or over another result."""
    places = [target.resolve() for target in targets]
    taken = {source.resolve() for source in sources}
    for target, place in zip(targets, places, strict=True):
        if places.count(place) > 1:
            raise Refused(f"{target} 不能同时写两种结果，请用不同的文件名。")
        if place in taken:
            raise Refused(f"{target} 是交来的文件，不能用结果覆盖，请写到别处。")


def forget(path: Path | None) -> None:
    """Take away the result of an earlier run, so that it is never taken for that of a run that gave none."""
    if path is not None and path.is_file() and _ours(path):
        path.unlink()


def _ours(path: Path) -> bool:
    """Whether a file is a result in JSON of this command."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(13) == b'{"schema":1,"'


def write(path: Path, data: bytes) -> None:
    """A file written whole or not at all; what is no regular file (a device, a pipe) is written to as it is."""
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".dudao-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
