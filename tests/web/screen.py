"""What browser tests wait for: that nothing of a page stands beyond the edge, that its own script has come to a value.

The sizes are those of ``world``. Not here: accessibility (``conftest.accessible``).
"""

import time
from typing import Any

from playwright.sync_api import Page, expect
from world import SIZES


def fits(page: Page, size: str = "phone") -> None:
    """The page is no wider than the screen; a page that is still on its way is waited for."""
    expect(page.locator("html")).to_have_js_property("scrollWidth", SIZES[size]["width"])


def becomes(page: Page, script: str, value: Any) -> None:
    """A script in the page gives a value, now or within five seconds."""
    page.wait_for_load_state()
    end = time.monotonic() + 5
    while (found := page.evaluate(script)) != value and time.monotonic() < end:
        page.wait_for_timeout(50)
    assert found == value
