"""No NUL character reaches a query: PostgreSQL keeps none, and no office ever typed one."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase
from django.http.request import UnreadablePostError

NUL = "\0"


class NulMiddleware:
    """Answers 400 to an address or a form with a NUL. Stands behind the CSRF check, which has read the form already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> None:
        texts = [request.path, *(value for _, values in request.GET.lists() for value in values)]
        if request.method == "POST":
            try:
                texts += [value for _, values in request.POST.lists() for value in values]
            except UnreadablePostError:
                return  # cut off on the way: the view says so
        if any(NUL in text for text in texts):
            raise SuspiciousOperation("NUL in a request")
