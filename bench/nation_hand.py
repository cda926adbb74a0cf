"""The job of ``bench-nation`` by hand: one query a careful analyst writes in DuckDB for this one standard, and the same in pandas.

Nothing of the product is used: limits, formulas, the split of shared resources and the reliefs are written out. Doubles only: near a
limit nothing is decided exactly.
"""

from __future__ import annotations

from pathlib import Path

PRIMARY = {"R1": 4.2, "R2": 1.0, "R3": 0.9, "R4": 4.5, "R5": 7.5, "R6": 2000.0, "R7": 2.3}
JUNIOR = {"R1": 5.3, "R2": 1.0, "R3": 0.9, "R4": 5.8, "R5": 10.2, "R6": 2500.0, "R7": 2.4}
CODES = tuple(PRIMARY)

COUNTS = """
CREATE TEMP TABLE t AS
SELECT school_code,
  count(*) AS total,
  count(CASE WHEN stage IN ('小学', '初中', '高中') AND degree IN ('专科以下', '专科', '本科', '硕士', '博士') AND certified IS NOT NULL
    AND subject IN ('体育', '音乐', '美术', '艺术', '其他') AND backbone IS NOT NULL AND trained_hours >= 0 THEN 1 END) AS sound,
  count(CASE WHEN stage = '小学' AND degree = '专科' THEN 1 END) AS college_p,
  count(CASE WHEN stage = '小学' AND degree = '本科' THEN 1 END) AS bachelor_p,
  count(CASE WHEN stage = '小学' AND degree = '硕士' THEN 1 END) AS master_p,
  count(CASE WHEN stage = '小学' AND degree = '博士' THEN 1 END) AS doctor_p,
  count(CASE WHEN stage = '初中' AND degree = '本科' THEN 1 END) AS bachelor_j,
  count(CASE WHEN stage = '初中' AND degree = '硕士' THEN 1 END) AS master_j,
  count(CASE WHEN stage = '初中' AND degree = '博士' THEN 1 END) AS doctor_j,
  count(CASE WHEN backbone THEN 1 END) AS backbone,
  count(CASE WHEN stage = '小学' AND backbone THEN 1 END) AS backbone_p,
  count(CASE WHEN stage = '初中' AND backbone THEN 1 END) AS backbone_j,
  count(CASE WHEN subject = '体育' THEN 1 END) AS pe,
  count(CASE WHEN subject = '音乐' THEN 1 END) AS music,
  count(CASE WHEN subject = '美术' THEN 1 END) AS fine_art,
  count(CASE WHEN subject = '艺术' THEN 1 END) AS arts,
  count(CASE WHEN stage = '小学' AND subject IN ('体育', '音乐', '美术', '艺术') THEN 1 END) AS arts_p,
  count(CASE WHEN stage = '初中' AND subject IN ('体育', '音乐', '美术', '艺术') THEN 1 END) AS arts_j
FROM read_parquet('{folder}/teachers.parquet') GROUP BY school_code"""

VALUES = """
CREATE TEMP TABLE v AS
WITH f AS (
  SELECT s.*, t.* EXCLUDE (school_code, total, sound), t.total = t.sound AS whole,
    school_type IN ('小学', '九年一贯制', '十二年一贯制', '教学点') AS hp,
    school_type IN ('初中', '九年一贯制', '十二年一贯制', '完全中学') AS hj,
    school_type IN ('十二年一贯制', '完全中学') AS hs
  FROM read_parquet('{folder}/schools.parquet') s LEFT JOIN t USING (school_code)
), w AS (
  SELECT *,
    CASE WHEN hp THEN pupils_primary ELSE 0 END + CASE WHEN hj THEN pupils_junior ELSE 0 END AS both_pupils,
    CASE WHEN hp THEN pupils_primary ELSE 0 END + 1.1 * CASE WHEN hj THEN pupils_junior ELSE 0 END
      + 1.32 * CASE WHEN hs THEN pupils_senior ELSE 0 END AS weighted
  FROM f
), r AS (
  SELECT *, CASE WHEN rural_small = '是' AND both_pupils BETWEEN 50 AND 99 THEN coalesce(visiting_pe, 0) ELSE 0 END AS visiting,
    CASE WHEN teaching_area >= indoor_sports_area THEN teaching_area - indoor_sports_area END AS rooms,
    gym_area + grounds_area + CASE WHEN dense_centre = '是' THEN coalesce(leased_area, 0) ELSE 0 END AS grounds
  FROM w
), u AS (
  SELECT county_code, school_code, school_name, 'primary' AS level, pupils_primary AS pupils,
    CASE WHEN whole THEN 100 * (college_p + bachelor_p + master_p + doctor_p) / nullif(pupils_primary, 0) END AS R1,
    CASE WHEN whole THEN CASE WHEN hj OR hs THEN 100 * backbone_p / nullif(pupils_primary, 0)
      ELSE 100 * backbone / nullif(both_pupils, 0) END END AS R2,
    CASE WHEN whole THEN CASE WHEN hj OR hs THEN 100 * arts_p / nullif(pupils_primary, 0) + 100 * visiting / nullif(both_pupils, 0)
      ELSE 100 * (pe + music + fine_art + arts + visiting) / nullif(both_pupils, 0) END END AS R3,
    rooms * 1 / nullif(weighted, 0) AS R4, grounds / nullif(weighted, 0) AS R5, equipment * 10000 / nullif(weighted, 0) AS R6,
    media_rooms * 100 / nullif(weighted, 0) AS R7
  FROM r WHERE hp AND pupils_primary > 0 AND NOT (school_type = '教学点' AND both_pupils < 50)
  UNION ALL
  SELECT county_code, school_code, school_name, 'junior' AS level, pupils_junior AS pupils,
    CASE WHEN whole THEN 100 * (bachelor_j + master_j + doctor_j) / nullif(pupils_junior, 0) END,
    CASE WHEN whole THEN CASE WHEN hp OR hs THEN 100 * backbone_j / nullif(pupils_junior, 0)
      ELSE 100 * backbone / nullif(both_pupils, 0) END END,
    CASE WHEN whole THEN CASE WHEN hp OR hs THEN 100 * arts_j / nullif(pupils_junior, 0) + 100 * visiting / nullif(both_pupils, 0)
      ELSE 100 * (pe + music + fine_art + arts + visiting) / nullif(both_pupils, 0) END END,
    rooms * 1.1 / nullif(weighted, 0), grounds * 1.1 / nullif(weighted, 0), equipment * 11000 / nullif(weighted, 0),
    media_rooms * 110 / nullif(weighted, 0)
  FROM r WHERE hj AND pupils_junior > 0
)
SELECT * FROM u"""


def sql(folder: Path, out: Path) -> list[str]:
    """The statements of the whole job, results included."""
    rest = {level: {code: round(limit * 0.85, 6) for code, limit in limits.items()} for level, limits in _LIMITS.items()}
    met = ", ".join(f"{code} >= {_case(_LIMITS, code)} AS m_{code}, {code} >= {_case(rest, code)} AS r_{code}" for code in CODES)
    words = ", ".join(
        f"{code}, CASE WHEN m_{code} THEN 'met' WHEN NOT m_{code} THEN 'not_met' ELSE 'no_data' END AS {code}_judgement" for code in CODES
    )
    below = " + ".join(f"CASE WHEN NOT m_{code} THEN 1 ELSE 0 END" for code in CODES)
    worse = " OR ".join(f"NOT r_{code}" for code in CODES)
    missing = " OR ".join(f"m_{code} IS NULL" for code in CODES)
    judged = (
        f"CREATE TEMP VIEW j AS SELECT county_code, school_code, school_name, level, pupils, {words}, "
        f"CASE WHEN {worse} OR {below} > 1 THEN 'not_met' WHEN {missing} THEN 'no_data' ELSE 'met' END AS judgement FROM (SELECT *, {met} FROM v)"
    )
    means = ", ".join(
        f"count({c}) AS n_{c}, sum(pupils * {c}) / nullif(sum(CASE WHEN {c} IS NOT NULL THEN pupils END), 0) AS x_{c}" for c in CODES
    )
    squares = ", ".join(
        f"any_value(n_{c}) AS n_{c}, any_value(x_{c}) AS x_{c}, "
        f"sqrt(sum(pupils * pow({c} / nullif(x_{c}, 0) - 1, 2)) / nullif(sum(CASE WHEN {c} IS NOT NULL THEN pupils END), 0)) AS cv_{c}"
        for c in CODES
    )
    spread = (
        f"CREATE TEMP TABLE g AS WITH m AS (SELECT county_code, level, {means} FROM v GROUP BY ALL) "
        f"SELECT v.county_code, v.level, count(*) AS counted, {squares} FROM v JOIN m USING (county_code, level) GROUP BY ALL"
    )
    each = " UNION ALL ".join(
        f"SELECT county_code, level, '{c}' AS code, x_{c} AS mean, cv_{c} AS cv, n_{c} AS n, "
        f"CASE WHEN n_{c} < counted OR cv_{c} IS NULL THEN 'no_data' "
        f"WHEN cv_{c} <= CASE level WHEN 'primary' THEN 0.50 ELSE 0.45 END THEN 'met' ELSE 'not_met' END AS judgement FROM g"
        for c in CODES
    )
    tally = "count(*) FILTER (judgement = 'met') AS met, count(*) AS judged, count(*) FILTER (judgement = 'not_met') AS bad, "
    tally += "count(*) FILTER (judgement = 'no_data') AS gone"
    whole = "CASE WHEN {0}.bad > 0 THEN 'not_met' WHEN {0}.gone > 0 THEN 'no_data' ELSE 'met' END AS {1}_judgement"
    counties = (
        f"WITH a AS (SELECT county_code, {tally} FROM k GROUP BY 1), b AS (SELECT county_code, {tally} FROM j GROUP BY 1) SELECT county_code, "
        f"a.met AS RC_met, a.judged AS RC_judged, {whole.format('a', 'RC')}, b.met AS RS_met, b.judged AS RS_judged, {whole.format('b', 'RS')} "
        "FROM a JOIN b USING (county_code)"
    )
    place = str(folder)
    return [
        COUNTS.format(folder=place),
        VALUES.format(folder=place),
        judged,
        spread,
        f"CREATE TEMP VIEW k AS {each}",
        *(
            f"COPY ({query} ORDER BY ALL) TO '{out / name}.parquet' (FORMAT parquet, COMPRESSION zstd)"
            if name != "schools"
            else f"COPY ({query} ORDER BY county_code, school_code, level) TO '{out / name}.parquet' (FORMAT parquet, COMPRESSION zstd)"
            for name, query in (("schools", "SELECT * FROM j"), ("coefficients", "SELECT * FROM k"), ("counties", counties))
        ),
    ]


_DEGREES = {"college": "专科", "bachelor": "本科", "master": "硕士", "doctor": "博士"}
_SUBJECTS = {"pe": "体育", "music": "音乐", "fine_art": "美术", "arts": "艺术"}
_LIMITS = {"primary": PRIMARY, "junior": JUNIOR}


def _case(limits: dict[str, dict[str, float]], code: str) -> str:
    return f"CASE level WHEN 'primary' THEN {limits['primary'][code]} ELSE {limits['junior'][code]} END"


def by_hand(folder: Path, out: Path, memory: str) -> None:
    """The job in DuckDB by hand."""
    import duckdb

    out.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"threads": "2", "memory_limit": memory, "temp_directory": str(out / "spill")}) as engine:
        for statement in sql(folder, out):
            engine.execute(statement)


def by_pandas(folder: Path, out: Path) -> None:
    """The same job in pandas; DuckDB only opens the Parquet files and writes the results."""
    import duckdb

    out.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"threads": "2"}) as engine:
        columns = "school_code, stage, degree, subject, backbone, certified, trained_hours"
        teachers = engine.execute(f"SELECT {columns} FROM read_parquet('{folder}/teachers.parquet')").df()
        schools = engine.execute(f"SELECT * FROM read_parquet('{folder}/schools.parquet')").df()
    for name in ("school_code", "stage", "degree", "subject"):
        teachers[name] = teachers[name].astype("category")
    figures = schools.merge(_counts(teachers), on="school_code", how="left")
    del teachers
    rows = _values(figures)
    results = {"schools": _judged(rows), "coefficients": _spreads(rows)}
    results["counties"] = _counties(results)
    with duckdb.connect() as engine:
        for name, table in results.items():
            engine.register("result", table)
            engine.execute(f"COPY (SELECT * FROM result) TO '{out / name}.parquet' (FORMAT parquet, COMPRESSION zstd)")
            engine.unregister("result")


def _counts(teachers):
    """Counts by school, NaN where a row is unsound."""
    import pandas as pd

    primary, junior = teachers.stage == "小学", teachers.stage == "初中"
    backbone, arts = teachers.backbone.astype(bool), teachers.subject.isin(list(_SUBJECTS.values()))
    marks = pd.DataFrame({
        "bad": teachers.isna().any(axis=1),
        **{f"{name}_p": primary & (teachers.degree == word) for name, word in _DEGREES.items()},
        **{f"{name}_j": junior & (teachers.degree == word) for name, word in _DEGREES.items() if name != "college"},
        "backbone": backbone,
        "backbone_p": primary & backbone,
        "backbone_j": junior & backbone,
        **{name: teachers.subject == word for name, word in _SUBJECTS.items()},
        "arts_p": primary & arts,
        "arts_j": junior & arts,
    })
    counts = marks.groupby(teachers.school_code, observed=True).sum().astype(float)
    return counts.where(counts.bad == 0).reset_index()


def _values(f):
    """A row a counted school and level with its seven values."""
    import numpy as np
    import pandas as pd

    several = ("九年一贯制", "十二年一贯制")
    kinds = {"p": (*several, "小学", "教学点"), "j": (*several, "初中", "完全中学"), "s": ("十二年一贯制", "完全中学")}
    has = {key: f.school_type.isin(words) for key, words in kinds.items()}
    names = {"p": "pupils_primary", "j": "pupils_junior", "s": "pupils_senior"}
    pupils = {key: f[name].where(has[key], 0) for key, name in names.items()}
    both = pupils["p"] + pupils["j"]
    weighted = pupils["p"] + 1.1 * pupils["j"] + 1.32 * pupils["s"]
    visiting = f.visiting_pe.fillna(0).where((f.rural_small == "是") & both.between(50, 99), 0)
    rooms = (f.teaching_area - f.indoor_sports_area).where(f.teaching_area >= f.indoor_sports_area)
    grounds = f.gym_area + f.grounds_area + f.leased_area.fillna(0).where(f.dense_centre == "是", 0)
    tables = []
    for key, level, weight in (("p", "primary", 1.0), ("j", "junior", 1.1)):
        shared = has["s"] | has["j" if key == "p" else "p"]
        own = pupils[key].replace(0, np.nan)
        table = f[["county_code", "school_code", "school_name"]].assign(level=level, pupils=pupils[key])
        table["R1"] = 100 * sum(f[f"{name}_{key}"] for name in _DEGREES if f"{name}_{key}" in f) / own
        table["R2"] = np.where(shared, 100 * f[f"backbone_{key}"] / own, 100 * f.backbone / both)
        arts = f.pe + f.music + f.fine_art + f.arts
        table["R3"] = np.where(shared, 100 * f[f"arts_{key}"] / own + 100 * visiting / both, 100 * (arts + visiting) / both)
        for code, resource in (("R4", rooms), ("R5", grounds), ("R6", f.equipment * 10000), ("R7", f.media_rooms * 100)):
            table[code] = resource * weight / weighted
        small = (f.school_type == "教学点") & (both < 50)
        tables.append(table[has[key] & (pupils[key] > 0) & ~small])
    return pd.concat(tables, ignore_index=True)


def _judged(rows):
    import numpy as np

    rows = rows.copy()
    primary = rows.level == "primary"
    below, worse, missing = 0, False, False
    for code in CODES:
        limit = np.where(primary, PRIMARY[code], JUNIOR[code])
        gone = rows[code].isna()
        met, reaches = rows[code] >= limit, rows[code] >= np.round(limit * 0.85, 6)
        rows[f"{code}_judgement"] = np.select([gone, met], ["no_data", "met"], "not_met")
        below, worse, missing = below + (~met & ~gone), worse | (~reaches & ~gone), missing | gone
    rows["judgement"] = np.select([worse | (below > 1), missing], ["not_met", "no_data"], "met")
    return rows.sort_values(["county_code", "school_code", "level"])


def _spreads(rows):
    import numpy as np
    import pandas as pd

    keys = [rows.county_code, rows.level]
    counted = rows.groupby(keys).size()
    tables = []
    for code in CODES:
        weight = rows.pupils.where(rows[code].notna())
        total = weight.groupby(keys).sum()
        mean = (rows.pupils * rows[code]).groupby(keys).sum() / total
        aligned = mean.reindex(pd.MultiIndex.from_arrays(keys)).to_numpy()
        square = (rows.pupils * (rows[code] / np.where(aligned > 0, aligned, np.nan) - 1) ** 2).groupby(keys).sum() / total
        table = pd.DataFrame({"mean": mean, "cv": np.sqrt(square), "n": rows[code].groupby(keys).count()})
        limit = np.where(table.index.get_level_values("level") == "primary", 0.50, 0.45)
        gone = (table.n < counted) | table.cv.isna()
        table["judgement"] = np.select([gone, table.cv <= limit], ["no_data", "met"], "not_met")
        tables.append(table.assign(code=code).reset_index())
    return pd.concat(tables, ignore_index=True)


def _counties(results):
    import numpy as np

    found = None
    for code, name in (("RC", "coefficients"), ("RS", "schools")):
        judged = results[name]
        counts = judged.groupby(["county_code", "judgement"]).size().unstack(fill_value=0)
        counts = counts.reindex(columns=["met", "not_met", "no_data"], fill_value=0)
        word = np.select([counts.not_met > 0, counts.no_data > 0], ["not_met", "no_data"], "met")
        own = {f"{code}_met": counts.met, f"{code}_judged": counts.sum(axis=1), f"{code}_judgement": word}
        table = counts.assign(**own)[list(own)]
        found = table if found is None else found.join(table)
    assert found is not None
    return found.reset_index()
