"""A small procedure in a folder, for tests that change one thing in it."""

from __future__ import annotations

from pathlib import Path

PROCEDURE = """\
id: small
version: "1"
title: 小程序
number: 测〔2020〕1号
issuer: 测试单位
since: 2020-01-01
source: 小程序实施方案
years: {first: 2020, last: 2021, source: 第一条}
kinds:
  school: [wenling-2020]
team: {fewest: 3, text: 督导小组由3名以上督学组成。, source: 第五条}
stages:
  - key: notice
    title: 通知
    type: notice
    actor: city
    text: 发出通知。
    clause: 第一条
  - key: self_check
    title: 自查
    type: self_check
    actor: unit
    text: 各单位于6月底前自查。
    clause: 第二条
    opens: 5月
    due: 6月底前
    deliverables: [{kind: report, title: 自查报告}]
    needs: [notice]
    problems: true
  - key: recheck
    title: 复查
    type: manual
    actor: county
    text: 各地复查一部分单位。
    clause: 第三条
    due: 8月前
    needs: [self_check]
    cases: quota:recheck
  - key: spot
    title: 抽查
    type: manual
    actor: city
    text: 在复查单位中抽取。
    clause: 第四条
    due: 9～11月
    needs: [recheck]
    cases: sample:recheck
  - key: rectify
    title: 整改
    type: manual
    actor: county
    text: 在5个工作日内报告。
    clause: 第五条
    due: {text: 5个工作日内, after: spot.closed}
    cases: open_findings
"""
QUOTAS = """\
title: 抽查计划表
source: 附件
columns:
  - {year: 2020, stage: recheck, title: 复查, total: 5}
  - {year: 2020, stage: spot, title: 抽查, total: 2}
  - {year: 2021, stage: recheck, title: 复查, total: 6}
  - {year: 2021, stage: spot, title: 抽查, total: 2}
rows:
  - {district: 甲区, code: "320001", numbers: [3, 1, 4, 1], totals: {recheck: 7, spot: 2}}
  - {district: 乙区, numbers: [2, 1, 2, 1]}
"""


def write(folder: Path, *, procedure: str = PROCEDURE, quotas: str | None = QUOTAS) -> Path:
    """The folder of the small procedure; whole texts may be handed in."""
    folder.mkdir(exist_ok=True)
    (folder / "procedure.yaml").write_text(procedure, "utf-8")
    if quotas is not None:
        (folder / "quotas.yaml").write_text(quotas, "utf-8")
    return folder
