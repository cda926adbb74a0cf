"""Lines on stdout: what a command was asked for, where that is text. Messages go to stderr (``messages``)."""

from __future__ import annotations

import sys


def tell(text: str) -> None:
    """One line on stdout, whatever the terminal's encoding; control characters of names and cells do not reach it."""
    encoding = sys.stdout.encoding or "utf-8"
    text = "".join(sign if sign.isprintable() or sign == "\u3000" else "□" for sign in text)
    print(text.encode(encoding, "replace").decode(encoding))
