"""Writes docs/reference/states.md: the states of every noun, which act moves it from one to the next, and who may.

From STATES of the models and ACTS of each app's ``rules``; ``tests/web/test_states.py`` holds the page in step.
"""

import importlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import django
from django.apps import apps
from django.db.models import Model

from dudao_web.acts import Act

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "states.md"
APPS = ("campaigns", "findings", "submissions", "inspections", "evaluations")
NOUNS = {
    "Campaign": "督导项目",
    "StageDate": "阶段日期",
    "Case": "单位的提交",
    "Finding": "问题",
    "Upload": "上传的文件",
    "Submission": "填报",
    "Sample": "抽样",
    "Sheet": "评分表",
    "Objection": "申辩",
    "Visit": "实地督导",
    "Evaluation": "评估",
    "Download": "下载件",
}
NEW = "（新建）"
HEAD = """# 状态表

本页由 `python tools/states.py` 生成：各类记录有哪些状态，由哪个操作、从哪个状态变到哪个状态，谁可以办。
表中没有的变动，平台不做；条件不符的，操作被拒绝并说明原因。待办（Task）由这些操作产生和办结，没有自己的操作。

“督导室”指该单位的市、区县督导室；市属单位没有督导室，由市督导室办。操作一栏括号内是程序中的名称。"""


def tables() -> dict[type[Model], tuple[Act, ...]]:
    """The acts of every noun."""
    found: dict[type[Model], tuple[Act, ...]] = {}
    for label in APPS:
        found |= importlib.import_module(f"dudao_web.{label}.rules").ACTS
    return found


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for label in APPS:
        of_app = {model: acts for model, acts in tables().items() if model._meta.app_label == label}
        for model, acts in of_app.items():
            parts.append("\n".join(_section(model, acts)))
    return "\n\n".join(parts) + "\n"


def _section(model: type[Model], acts: tuple[Act, ...]) -> Iterator[str]:
    states: Mapping[str, str] = model.STATES  # type: ignore[attr-defined]
    moves: Mapping[str, frozenset[str]] = model.MOVES  # type: ignore[attr-defined]
    yield f"## {NOUNS[model.__name__]}（{model.__name__}）"
    yield ""
    last = "、".join(word for key, word in states.items() if not moves[key])
    named = "、".join(f"{word} `{key}`" for key, word in states.items())
    yield f"状态：{named}。" + (f"到“{last}”为止，不再变动。" if last else "")
    yield ""
    yield "| 状态 | 操作 | 之后 | 谁 |"
    yield "| --- | --- | --- | --- |"
    always = [act for act in acts if set(act.moves) == {(state, state) for state in states}]
    for before in ("", *states):
        for act in acts:
            if act in always:
                continue
            after = [to for at, to in act.moves if at == before]
            if after:
                words = "、".join("不变" if to == before else states[to] for to in after)
                yield _row(states.get(before, NEW), model, act, words)
    for act in always:
        yield _row("各状态", model, act, "不变")


def _row(before: str, model: type[Model], act: Act, after: str) -> str:
    return f"| {before} | {act.title}（`{model._meta.app_label}.{act.action}`） | {after} | {act.who} |"


def nouns_with_states() -> list[type[Model]]:
    """Every model of the platform that says its states, or has a column for one."""
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith("dudao_web.")
        and (hasattr(model, "STATES") or "state" in {field.name for field in model._meta.concrete_fields})
    ]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dudao_web.settings")
    django.setup()
    PAGE.write_text(page(), "utf-8")
