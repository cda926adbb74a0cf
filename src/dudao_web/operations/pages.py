"""The list of all pages for an outsider: address, method, object, roles, read from the urls themselves."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from dudao_web.orgs.access import Page
from dudao_web.orgs.models import Role


def _patterns(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, address)
        else:
            yield address, entry


def pages() -> list[dict[str, Any]]:
    """One entry for each address and method. ``roles`` is ["public"] for pages without an account."""
    found = []
    for address, pattern in _patterns(get_resolver(), "/"):
        page: Page = pattern.callback.page
        roles = ["public"] if page.public else [role.value for role in Role if role in page.roles]
        found += [
            {"url": address, "method": method, "object": page.object, "roles": roles}
            for method in page.methods
        ]
    return found
