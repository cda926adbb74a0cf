"""Which office a request acts for: sets ``request.membership``, and sends people to the page they owe first."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from dudao_web import clock
from dudao_web.orgs import queries

SESSION_KEY = "membership"


def client_address(request: HttpRequest) -> str:
    """Address that sign-in failures are counted for: behind our proxy the last one it noted, else the peer's."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.BEHIND_HTTPS and forwarded:
        return forwarded.rpartition(",")[2].strip()
    return request.META.get("REMOTE_ADDR") or "-"  # a unix socket has none


class SignInMiddleware(LoginRequiredMiddleware):
    """Django's, but a fragment asked for by HTMX sends the whole window to the sign-in page."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseBase:
        answer = super().handle_no_permission(request, view_func)
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": reverse(settings.LOGIN_URL)})
        return answer


class MembershipMiddleware:
    """``request.membership``: the office chosen in this session, the only one held, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.membership = None
        if request.user.is_authenticated:
            request.membership = queries.acting_membership(
                user=request.user, chosen=request.session.get(SESSION_KEY), on=clock.today()
            )
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        """First the one-time password, then the choice of the office, then the page."""
        if not request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        if getattr(view, "before_office", False):
            return None
        if request.user.must_change_password:
            return redirect("orgs:password")
        if request.membership is None:
            return redirect("orgs:choose")
        return None
