"""What holds for every page on a screen of a size: nothing of it stands beyond the edge.

Used by the browser tests. The sizes are those of ``world``. Not here: accessibility (``conftest.accessible``).
"""

from playwright.sync_api import Page, expect
from world import SIZES


def fits(page: Page, size: str = "phone") -> None:
    """The page is no wider than the screen; a page that is still on its way is waited for."""
    expect(page.locator("html")).to_have_js_property("scrollWidth", SIZES[size]["width"])
