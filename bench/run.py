"""``make bench``: figures of the library and the platform as ratios inside one run; written to build/bench.json {row: {ratio, n}}.

Nothing here is asserted: machines differ and are noisy. Each row names its job and its reference; both run by turns on the same data.
The rows of the platform are made by ``web.py`` and ``web_years.py``, processes of their own: the library is measured without Django.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from bench_wide import bare, wide_folder  # noqa: E402

from dudao.evaluation import evaluate  # noqa: E402
from dudao.evaluation.result import to_bytes  # noqa: E402
from dudao.indicators.exact import ratio_of, usage  # noqa: E402
from dudao.indicators.plan import ratios  # noqa: E402
from dudao.indicators.schools import roll  # noqa: E402
from dudao.intake import read  # noqa: E402
from dudao.standards import load_standard  # noqa: E402
from forms import world  # noqa: E402  the filled forms that the tests use

ON = date(2026, 9, 1)


def timed(job: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def paired(job: Callable[[], object], reference: Callable[[], object], n: int) -> tuple[float, float]:
    """Median seconds of both, run by turns n times."""
    pairs = [(timed(job), timed(reference)) for _ in range(n)]
    return statistics.median(own for own, _ in pairs), statistics.median(other for _, other in pairs)


def exactly(standard, intake) -> None:
    """Every value of a county by exact fractions alone."""
    for row in roll(standard, intake).rows:
        for indicator in ratios(standard):
            ratio_of(standard, row, indicator.rule, usage(standard, row, indicator.rule, ON))


def main() -> None:
    """Run every row, print the table, write build/bench.json."""
    standard = load_standard("cn-2017-quality-balance")
    rows: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "county"
        for path, data in world(1).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        (intake,) = read([folder], standard)
        evaluate(standard, intake, ON)
        add(
            rows,
            "200 所学校计算并写 JSON（已载入）／逐校精确分数计算",
            9,
            *paired(lambda: to_bytes(evaluate(standard, intake, ON)), lambda: exactly(standard, intake), 9),
        )
        command = [
            sys.executable,
            "-m",
            "dudao.cli",
            "evaluate",
            str(folder),
            "--standard",
            standard.id,
            "--on",
            "2026-09-01",
        ]
        command += ["--json", str(Path(name) / "out.json")]
        reader = [
            sys.executable,
            "-c",
            "import sys; sys.path[:0] = sys.argv[1:3]; import bench_wide; bench_wide.bare(sys.argv[3])",
        ]
        reader += [str(ROOT / "bench"), str(ROOT / "tests"), str(folder)]
        add(
            rows,
            "dudao evaluate 冷启动，200 份学校填报表／裸读同样文件的进程",
            5,
            *paired(
                lambda: subprocess.run(command, capture_output=True, check=False),
                lambda: subprocess.run(reader, check=True),
                5,
            ),
        )
        wide = wide_folder(Path(name) / "wide", standard, books=10, schools=2000)
        add(
            rows,
            "20 000 行宽表读入并核对／裸读同样文件",
            3,
            *paired(lambda: read([wide], standard), lambda: bare(str(wide)), 3),
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"本进程内存峰值 {peak:.0f} MB")
    rows |= platform("web.py") | platform("web_years.py")
    target = ROOT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")


def platform(script: str) -> dict[str, dict[str, object]]:
    """The platform's rows of a script; printed as they come, the last line has them all."""
    command = [sys.executable, str(ROOT / "bench" / script)]
    line = "{}"
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        for line in process.stdout or ():
            if not line.startswith("{"):
                print(line, end="", flush=True)
    if process.returncode:
        raise SystemExit(process.returncode)
    return json.loads(line)


def add(rows: dict[str, dict[str, object]], row: str, n: int, own: float, other: float) -> None:
    """Print one row and keep its ratio."""
    print(
        f"{row}：{own * 1000:.0f} ms ÷ {other * 1000:.0f} ms = {own / other:.2f}（{n} 次中位数）", flush=True
    )
    rows[row] = {"ratio": round(own / other, 3), "n": n}


if __name__ == "__main__":
    main()
