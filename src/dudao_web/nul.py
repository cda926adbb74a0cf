"""What no query can take does not reach one: a NUL character (PostgreSQL keeps none), a number in an address that is no row's key."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponseBase
from django.http.request import UnreadablePostError

NUL = "\0"
MOST = 2**63 - 1  # what a database counts to


class NulMiddleware:
    """Answers 400 to an address or a form with a NUL, 404 to a number too large for any row.

    Stands behind the CSRF check, which has read the form already.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _args: Any, kwargs: dict[str, Any]) -> None:
        if any(isinstance(value, int) and value > MOST for value in kwargs.values()):
            raise Http404
        texts = [request.path, *(value for _, values in request.GET.lists() for value in values)]
        # a view that the CSRF check leaves alone takes its form apart itself, and says what is wrong with it
        if request.method == "POST" and not getattr(view, "csrf_exempt", False):
            try:
                texts += [value for _, values in request.POST.lists() for value in values]
            except UnreadablePostError:
                return  # cut off on the way: the view says so
        if any(NUL in text for text in texts):
            raise SuspiciousOperation("NUL in a request")
