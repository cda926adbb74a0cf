"""Installed size of what the product needs at run time: the closure of the project's requirements, in MB.

Prints the biggest ones and the sum; exit 1 above the limit. Development tools are not counted.
"""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

LIMIT_MB = 450
PROJECT = "dudao"


def _requirements(dist: Distribution) -> list[str]:
    """Names that ``dist`` needs here: extras and other platforms are left out."""
    from packaging.requirements import Requirement  # a development tool, like this script

    needed = map(Requirement, dist.requires or [])
    return [r.name for r in needed if r.marker is None or r.marker.evaluate({"extra": ""})]


def closure(root: str = PROJECT) -> dict[str, Distribution]:
    """Every distribution that ``root`` needs, itself not included, by normalised name."""
    found: dict[str, Distribution] = {}
    waiting = _requirements(distribution(root))
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            sys.exit(f"{name} is required but not installed: make env")
        waiting += _requirements(found[name])
    return found


def installed_mb(dist: Distribution) -> float:
    """Size of the distribution's files on disk, in MB (1e6 bytes)."""
    paths = (Path(str(dist.locate_file(file))) for file in dist.files or ())
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


def main() -> int:
    sizes = {name: installed_mb(dist) for name, dist in closure().items()}
    for name in sorted(sizes, key=lambda n: -sizes[n])[:8]:
        print(f"{sizes[name]:8.1f} MB  {name}")
    total = sum(sizes.values())
    print(f"{total:8.1f} MB  in all, {len(sizes)} packages (limit {LIMIT_MB} MB)")
    return 0 if total <= LIMIT_MB else 1


if __name__ == "__main__":
    sys.exit(main())
