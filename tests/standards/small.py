"""A small standard in a folder, for tests that change one thing in it."""

from __future__ import annotations

from pathlib import Path

STANDARD = """\
id: small
version: "1"
title: 小标准
number: 测〔2020〕1号
issuer: 测试单位
since: 2020-01-01
judged: 县
stages:
  - {name: primary, title: 小学, pupils: pupils, weight: 1, source: 第一条}
school_types:
  - {name: 小学, stages: [primary]}
profiles:
  default: {title: 原文, source: 第一条}
  strict: {title: 从严, source: 第二条, set: {R1: {limit: {primary: {2020-01-01: ">= 3"}}}}}
chapters: [1.yaml]
verdict: {all_of: [RC, RS], source: 第三条}
"""
FIELDS = """\
source: 测试
fields:
  - {name: school_name, label: 学校名称, kind: text, form: school, required: true}
  - {name: school_type, label: 学校类型, kind: choice, choices: [小学], form: school, required: true}
  - {name: school_code, label: 学校代码, kind: code, form: school, required: true}
  - {name: pupils, label: 学生数, kind: pupils, unit: 人, form: school, required: true, stage: primary}
  - {name: rooms, label: 教室数, kind: count, unit: 间, form: school, required: true}
  - {name: extra, label: 借用教室数, kind: count, unit: 间, form: school, required: false}
  - {name: city, label: 是否城区, kind: flag, form: school, required: true}
"""
CHAPTER = """\
number: 一
title: 条件
clause: 第一条
indicators:
  - code: R1
    title: 每百生教室
    text: 每百名学生教室2间以上。
    clause: 第一条（一）
    unit: 间/百生
    ratio:
      resource: rooms
      share: weighted
      scale: 100
      lacks: {unit: 间}
      reliefs:
        - {code: R1-city, title: 城区可借用, flag: city, adds: extra, unit: 间, since: 2020-01-01, source: 第四条}
    limit: {primary: {2020-01-01: ">= 2", 2022-01-01: ">= 2.5"}}
  - code: RC
    title: 差异系数
    text: 差异系数不大于0.5。
    clause: 第二条
    variation: {of: [R1]}
    limit: {primary: {2020-01-01: "<= 0.5"}}
  - code: RS
    title: 每校
    text: 每校达标。
    clause: 第三条
    school_rule: {of: [R1], at_least: 1, rest_reaches: 0.85}
"""


def write(folder: Path, **changes: str) -> Path:
    """The folder of the small standard; ``changes``: whole texts of standard, fields or chapter."""
    folder.mkdir(exist_ok=True)
    (folder / "standard.yaml").write_text(changes.get("standard", STANDARD), "utf-8")
    (folder / "fields.yaml").write_text(changes.get("fields", FIELDS), "utf-8")
    (folder / "1.yaml").write_text(changes.get("chapter", CHAPTER), "utf-8")
    return folder
