"""What base.html needs on every page: the menu, the office, the demo mark."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from dudao_web.ui import menu


def page(request: HttpRequest) -> dict[str, Any]:
    """``menu`` (empty for a stranger), ``membership`` (or None), ``demo`` and the day on which it stands."""
    membership = getattr(request, "membership", None)
    match = request.resolver_match
    shown = menu.entries(membership, match.namespace if match else "") if membership else []
    return {"menu": shown, "membership": membership, "demo": settings.DEMO, "demo_on": settings.DEMO_ON}
