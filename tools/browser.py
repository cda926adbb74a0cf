"""One Chromium for screenshots and browser tests: Debian's, with the Chinese font of the font wheel.

A bare machine has no Chinese font; fontconfig is pointed at the wheel, nothing is installed.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pylopdf_fonts_zh_cn
from playwright.sync_api import Browser, sync_playwright

INSTALL = "缺少 Chromium，请先执行：apt-get install -y chromium"
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--lang=zh-CN",
]
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  {folders}
  <cachedir>{cache}</cachedir>
  <alias binding="strong"><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>
  <alias binding="strong"><family>monospace</family><prefer><family>DejaVu Sans Mono</family><family>Noto Sans SC</family></prefer></alias>
</fontconfig>
"""


def chromium() -> str:
    """The browser's path; stops with the command that installs it."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise SystemExit(INSTALL)


def fontconfig(folder: Path, *, chinese: bool = True) -> dict[str, str]:
    """Environment in which programs draw with the font wheel (or, to compare with, without a Chinese font)."""
    fonts = [Path("/usr/share/fonts/truetype/dejavu")]
    if chinese:
        fonts.append(Path(pylopdf_fonts_zh_cn.__file__).parent)
    folders = "\n  ".join(f"<dir>{path}</dir>" for path in fonts)
    target = folder / "fonts.conf"
    target.write_text(FONTS.format(folders=folders, cache=folder / "cache"), "utf-8")
    return {**os.environ, "FONTCONFIG_FILE": str(target)}


@contextmanager
def browser(folder: Path, *, chinese: bool = True) -> Iterator[Browser]:
    """A running browser; ``folder`` is for its font settings."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium(), args=ARGS, env=fontconfig(folder, chinese=chinese)
        )
        try:
            yield running
        finally:
            running.close()
