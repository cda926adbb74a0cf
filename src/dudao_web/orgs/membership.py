"""Which office a request acts for: sets ``request.membership``, and sends people to the page they owe first."""

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from dudao_web import clock
from dudao_web.orgs import limits, mfa, queries, sessions
from dudao_web.orgs.models import Membership
from dudao_web.orgs.sessions import SESSION_KEY


def client_address(request: HttpRequest) -> str:
    """Address that sign-in failures are counted for: the peer's, or what our own proxies say of theirs.

    Read from the right, each note is believed as long as a configured proxy made it. A unix socket's peer is this machine.
    """
    address = request.META.get("REMOTE_ADDR") or "127.0.0.1"
    notes = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while notes and _is_proxy(address):
        note = notes.pop().strip()
        try:
            address = str(ip_address(note))
        except ValueError:
            break
    return address


def _is_proxy(address: str) -> bool:
    return any(ip_address(address) in network for network in settings.PROXIES)


class SignInMiddleware(LoginRequiredMiddleware):
    """Django's, but a fragment asked for by HTMX sends the whole window to the sign-in page."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseBase:
        answer = super().handle_no_permission(request, view_func)
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": reverse(settings.LOGIN_URL)})
        return answer


class MembershipMiddleware:
    """``request.membership``: the office chosen in this session, the only one held, or None.

    A login ends here when the office it acts for is no longer held, and when it lay idle longer than its role may.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.membership = None
        request.limits = None
        if request.user.is_authenticated:
            chosen = request.session.get(SESSION_KEY)
            held = queries.acting_membership(user=request.user, chosen=chosen, on=clock.today())
            request.limits = limits.of_role(held.role if held else "")
            ended = chosen is not None and (held is None or held.pk != chosen)
            if ended or sessions.idle(request, request.limits.idle):
                logout(request)
            else:
                request.membership = held
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        """First the one-time password, then the choice of the office, then the second step, then the page."""
        if not request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        if getattr(view, "before_office", False):
            return None
        owed = owes(request)
        return redirect(owed) if owed else None


def owes(request: HttpRequest) -> str:
    """Name of the page that a signed-in account must see to before any other; "" for none."""
    held: Membership | None = request.membership
    if request.user.must_change_password:
        return "orgs:password"
    if held is None:
        return "orgs:choose"
    if request.limits.second_step and mfa.factor_of(request.user) is None:
        return "orgs:mfa"
    return ""
