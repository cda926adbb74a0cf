"""``make bench-nation``: a nation from 11 million teacher rows to verdicts, beside pandas and beside a query written by hand.

Each runs in a process of its own, by turns, on the same files; DuckDB has the same memory limit in both. Then every verdict is
compared with the exact evaluator, county by county. Written to build/bench-nation.json. Nothing is asserted: machines differ.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tests" / "indicators")]

MEMORY = "300MB"
STANDARD, ON = "cn-2017-quality-balance", "2026-09-01"
TURNS = 5


def job(name: str, folder: Path) -> list[str]:
    """The command of one of the three."""
    if name == "dudao":
        run = "from dudao.cli import main; sys.exit(0 if main(sys.argv[1:]) in (0, 1) else 2)"
        options = ["nation", f"{folder}/schools.parquet", "--rows", f"teachers={folder}/teachers.parquet", "--standard", STANDARD]
        return [sys.executable, "-c", f"import sys; {run}", *options, "--on", ON, "--memory", MEMORY, "--out", f"{folder}/dudao"]
    call = f"by_hand(folder, folder / 'hand', '{MEMORY}')" if name == "hand" else "by_pandas(folder, folder / 'pandas')"
    text = f"import sys; sys.path.insert(0, {str(ROOT / 'bench')!r}); from pathlib import Path; folder = Path(sys.argv[1])"
    return [sys.executable, "-c", f"{text}; import nation_hand; nation_hand.{call}", str(folder)]


def timed(command: list[str]) -> tuple[float, float, float]:
    """Seconds, seconds of processor and peak resident memory (MB) of one process. A busy machine stretches the first most."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{command[-3:]}：退出码 {child.returncode}")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def agreement(folder: Path) -> dict[str, int]:
    """Judgements compared with the exact evaluator: how many, and how many differ. Figures are counted here row by row."""
    import nation_world
    from nation_counts import schools_with_counts

    out = {name: nation_world.read(folder / "dudao" / f"{name}.parquet") for name in ("schools", "coefficients", "counties")}
    rows = schools_with_counts(folder)
    wrong = nation_world.differences(rows, out)
    for line in wrong[:10]:
        print(line)
    judgements = sum(sum(name.endswith("judgement") for name in row) for table in out.values() for row in table)
    return {"judgements": judgements, "different": len(wrong)}


def main() -> None:
    """Generate, run by turns, compare, write."""
    import nation_data

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        nation_data.generate(folder)
        found: dict[str, list[tuple[float, float, float]]] = {"dudao": [], "hand": [], "pandas": []}
        for turn in range(TURNS):
            for which in ("hand", "dudao", *(("pandas",) if turn == 0 else ())):
                found[which].append(timed(job(which, folder)))
                print(f"{which}：{found[which][-1][0]:.2f} 秒，处理器 {found[which][-1][1]:.2f} 秒，{found[which][-1][2]:.0f} MB", flush=True)
        equal = agreement(folder)
    seconds, processor = (
        {which: statistics.median(run[place] for run in runs) for which, runs in found.items()} for place in (0, 1)
    )
    memory = {which: max(peak for _, _, peak in runs) for which, runs in found.items()}
    result = {
        "schools": nation_data.SCHOOLS,
        "counties": nation_data.COUNTIES,
        "teachers": nation_data.TEACHERS,
        "memory_limit": MEMORY,
        "dudao / hand-written DuckDB": round(seconds["dudao"] / seconds["hand"], 2),
        "dudao / hand-written DuckDB, processor time": round(processor["dudao"] / processor["hand"], 2),
        "dudao / pandas": round(seconds["dudao"] / seconds["pandas"], 2),
        "seconds": {which: round(value, 2) for which, value in seconds.items()},
        "peak_rss_mb": {which: round(value) for which, value in memory.items()},
        "n": {which: len(runs) for which, runs in found.items()},
        "against the exact evaluator": equal,
    }
    print(json.dumps(result, ensure_ascii=False, indent=1))
    target = ROOT / "build" / "bench-nation.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
