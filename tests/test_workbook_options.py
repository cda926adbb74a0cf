"""Every workbook that is written with XlsxWriter keeps a text a text: no formula and no link is made of what somebody typed."""

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src"
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False}


def writers() -> list[Path]:
    """The modules that write workbooks."""
    return [path for path in sorted(SRC.rglob("*.py")) if "xlsxwriter" in path.read_text("utf-8")]


def options(tree: ast.Module) -> list[dict[str, object]]:
    """The literal options of every ``Workbook(file, options)``: written there, or assigned to the name that stands there."""
    named = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value, ast.Dict)
    }
    found = []
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if ast.unparse(call.func) in {"Workbook", "xlsxwriter.Workbook"}:
            given = call.args[1] if len(call.args) > 1 else ast.Dict([], [])
            given = named.get(given.id, given) if isinstance(given, ast.Name) else given
            pairs = zip(given.keys, given.values, strict=True) if isinstance(given, ast.Dict) else ()
            found.append(
                {k.value: getattr(v, "value", None) for k, v in pairs if isinstance(k, ast.Constant)}
            )
    return found


def test_the_writers_are_found():
    names = {path.name for path in writers()}
    assert {"layout.py", "sheets.py", "sheet.py", "table_file.py", "bundle.py"} <= names


@pytest.mark.parametrize("path", writers(), ids=lambda path: str(path.relative_to(SRC)))
def test_a_text_stays_a_text(path):
    given = options(ast.parse(path.read_text("utf-8")))
    assert [{name: one.get(name) for name in PLAIN} for one in given] == [PLAIN] * len(given)
