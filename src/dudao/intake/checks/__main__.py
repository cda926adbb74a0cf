"""``python -m dudao.intake.checks``: the reference page of the checks (docs/reference/checks.md), made of their docstrings."""

from __future__ import annotations

import sys
from inspect import getdoc

from dudao.intake.checks import CHECKS

HEAD = """\
# Checks of the figures (数据核验)

Made by `python -m dudao.intake.checks` from the docstrings in `src/dudao/intake/checks/`; a test keeps it in step.

Each check compares figures within one return (or with last year's), one check in one file, in this order. A figure that is missing,
refused or of a stage the school does not have is never compared. An **error** (错误) must be corrected: the figure it names is not used,
what needs it is no_data. A **query** (存疑) is corrected or explained in writing: it never blocks and changes no value.
At a school type that is not counted (特殊教育学校, 职业学校) nothing is compared. What is wrong with a file, a sheet or a single cell is
reported by reading, not here.
"""


def reference() -> str:
    """The page as Markdown."""
    parts = [HEAD]
    for module in CHECKS:
        refuses = getattr(module, "REFUSES", ())
        error = refuses or hasattr(module, "refuses")
        name = module.__name__.rpartition(".")[2]
        parts.append(f"## {module.CODE} {name} ({'error' if error else 'query'})\n\n{getdoc(module)}\n")
        if refuses:
            parts.append(f"Unusable after it: {', '.join(f'`{field}`' for field in refuses)}.\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # a redirected stdout may have another encoding
    sys.stdout.write(reference())
