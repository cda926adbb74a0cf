"""The nation of the bench (演示数据): 200,000 schools of 2,846 counties and 11 million teachers, written by SQL; same bytes every time.

Counts of teachers are consistent with the size of a school; one school in five hundred stands exactly at a limit, one in a thousand lacks a
figure. Rows of teachers come in no order of schools, as an export by person has them.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

SCHOOLS, COUNTIES, TEACHERS = 200_000, 2_846, 11_000_000

_SCHOOLS_SQL = """
SELECT lpad(CAST(k % {counties} + 110000 AS VARCHAR), 6, '0') AS county_code,
  lpad(CAST(k AS VARCHAR), 10, '0') AS school_code,
  '演示第' || CAST(k AS VARCHAR) || '学校' AS school_name, kind AS school_type,
  CASE WHEN kind IN ('初中', '完全中学') THEN 0 WHEN kind IN ('九年一贯制', '十二年一贯制') THEN round(size * 0.6)
    ELSE size END AS pupils_primary,
  CASE WHEN kind IN ('小学', '教学点') THEN 0 WHEN kind IN ('九年一贯制', '十二年一贯制', '完全中学') THEN round(size * 0.4)
    ELSE size END AS pupils_junior,
  CASE WHEN kind IN ('十二年一贯制', '完全中学') THEN round(size * 0.3) END AS pupils_senior,
  CASE WHEN h % 1000 = 3 THEN round(size * 4.5 + indoor, 2) ELSE round(size * (4 + 5 * u) + indoor, 2) END AS teaching_area,
  indoor AS indoor_sports_area, CAST(400 AS DOUBLE) AS gym_area, round(size * (7 + 8 * v), 2) AS grounds_area,
  CASE WHEN h % 1000 = 7 THEN round(size * 0.2, 4) ELSE round(size * (0.15 + 0.3 * u), 4) END AS equipment,
  CASE WHEN h % 1000 = 9 THEN NULL ELSE ceil(size * (0.02 + 0.02 * v)) END AS media_rooms,
  CASE WHEN size < 100 AND h % 3 = 0 THEN '是' ELSE '否' END AS rural_small, CASE WHEN h % 40 = 0 THEN '是' ELSE '否' END AS dense_centre,
  CASE WHEN size < 100 AND h % 3 = 0 THEN 1.0 END AS visiting_pe, CASE WHEN h % 40 = 0 THEN size * 1.0 END AS leased_area
FROM (
  SELECT k, h, u, v, CAST(100 + (h // 7) % 5 * 100 AS DOUBLE) AS indoor,
    CASE WHEN w < 0.66 THEN '小学' WHEN w < 0.86 THEN '初中' WHEN w < 0.93 THEN '九年一贯制' WHEN w < 0.95 THEN '完全中学'
      WHEN w < 0.96 THEN '十二年一贯制' WHEN w < 0.99 THEN '教学点' ELSE '特殊教育学校' END AS kind,
    CAST(CASE WHEN w >= 0.96 THEN 20 + (h // 11) % 90 ELSE 55 * 13 + (h // 11) % 500 END AS DOUBLE) AS size
  FROM (
    SELECT k, hash(k) % 1000003 AS h, (hash(k + 1000000) % 1000003) / 1000003.0 AS u, (hash(k + 2000000) % 1000003) / 1000003.0 AS v,
      (hash(k + 3000000) % 1000003) / 1000003.0 AS w
    FROM range({schools}) AS r(k)
  )
)"""

_TEACHERS_SQL = """
SELECT lpad(CAST((j * 7919) % {schools} AS VARCHAR), 10, '0') AS school_code,
  CASE WHEN w < 0.66 OR w >= 0.96 THEN '小学' WHEN w < 0.86 THEN '初中' WHEN w < 0.93 THEN CASE WHEN u % 5 < 3 THEN '小学' ELSE '初中' END
    ELSE CASE WHEN u % 5 < 3 THEN '初中' ELSE '高中' END END AS stage,
  CASE WHEN v % 1000 < 30 THEN '专科以下' WHEN v % 1000 < 150 THEN '专科' WHEN v % 1000 < 900 THEN '本科' WHEN v % 1000 < 998 THEN '硕士'
    ELSE '博士' END AS degree,
  CASE WHEN u // 1000 % 100 < 7 THEN '体育' WHEN u // 1000 % 100 < 11 THEN '音乐' WHEN u // 1000 % 100 < 15 THEN '美术'
    WHEN u // 1000 % 100 < 17 THEN '艺术' ELSE '其他' END AS subject,
  v // 1000 % 100 < 19 AS backbone, CASE WHEN v // 100000 % 1000000 = 0 THEN NULL ELSE v // 100000 % 100 < 97 END AS certified,
  CAST(u // 100000 % 600 AS INTEGER) AS trained_hours
FROM (
  SELECT j, hash(j) AS u, hash(j + 20000000) AS v, (hash((j * 7919) % {schools} + 3000000) % 1000003) / 1000003.0 AS w
  FROM range({teachers}) AS r(j)
)"""


def generate(folder: Path, schools: int = SCHOOLS, counties: int = COUNTIES, teachers: int = TEACHERS) -> None:
    """``schools.parquet`` and ``teachers.parquet`` in a folder."""
    with duckdb.connect(config={"threads": "2", "memory_limit": "1GB", "temp_directory": str(folder)}) as engine:
        for name, text in (("schools", _SCHOOLS_SQL), ("teachers", _TEACHERS_SQL)):
            sql = text.format(schools=schools, counties=counties, teachers=teachers)
            engine.execute(f"COPY ({sql}) TO '{folder / f'{name}.parquet'}' (FORMAT parquet, COMPRESSION zstd)")
