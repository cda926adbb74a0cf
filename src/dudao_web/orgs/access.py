"""The door of every page: methods, object and roles, stated once, enforced, and listed by ``dudao-web pages``.

Whose rows a page shows is decided by ``rules.visible`` in its query; a stranger gets 404, never 403.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.views.decorators.http import require_http_methods

from dudao_web import errors
from dudao_web.orgs.models import Role

View = Callable[..., HttpResponseBase]
EVERYBODY = frozenset(Role)  # any signed-in office
PUBLIC: frozenset[Role] = frozenset()  # also without an account


@dataclass(frozen=True)
class Page:
    """What a page is about and for whom."""

    methods: tuple[str, ...]
    object: str
    roles: frozenset[Role]
    public: bool


def page(
    roles: Iterable[Role],
    *,
    obj: str = "",
    methods: Iterable[str] = ("GET",),
    before_office: bool = False,
) -> Callable[[View], View]:
    """Mark a view: who may open it, with which methods, about which object (its Chinese name).

    ``PUBLIC``: without signing in. ``before_office``: also while no office is chosen or the one-time
    password still stands. HEAD comes with GET.
    """
    allowed = frozenset(roles)
    verbs = tuple(methods)

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            membership = getattr(request, "membership", None)
            if allowed and not before_office and (membership is None or membership.role not in allowed):
                raise Http404
            return view(request, *args, **kwargs)

        asked = require_http_methods([*verbs, "HEAD"] if "GET" in verbs else list(verbs))(guarded)

        @wraps(asked)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            answer = asked(request, *args, **kwargs)
            if isinstance(answer, HttpResponseNotAllowed):
                return errors.only_a_form(request, answer)
            return answer

        door.page = Page(verbs, obj, allowed, public=not allowed)
        door.login_required = bool(allowed)
        door.before_office = before_office
        return door

    return mark
