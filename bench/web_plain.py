"""The page and the write that ``bench/web.py`` holds ours against: what Django does with the least that is asked of it.

The table page: 50 rows × 6 columns of the same cases with a link each, paged (so with a COUNT), for a signed-in account; Django's own
middleware of security, sessions, CSRF, accounts and messages in front, no rule of whose rows are shown, a template of a dozen lines.
Sessions are kept in the platform's table. The write: a POST of a signed-in account with a CSRF token, behind the same middleware,
that is one UPDATE of one column of one judgement by its key, committed, and an empty answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.handlers.wsgi import WSGIHandler
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.test import override_settings
from django.urls import path
from django.views.decorators.http import require_POST

from dudao_web.campaigns.models import Case, Judgement

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TABLE = Template(
    """<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>单位名单</title></head>
<body><p>{{ request.user }}</p><p>共 {{ cases.paginator.count }} 个单位</p>
<table><thead><tr><th>单位</th><th>辖市区</th><th>类型</th><th>阶段</th><th>状态</th><th>截止</th></tr></thead><tbody>
{% for case in cases %}<tr>
<th><a href="{% url 'case' case.pk %}">{{ case.unit.name }}</a></th>
<td>{{ case.district.name }}</td>
<td>{{ case.get_kind_display }}</td>
<td>{{ case.place.stage.title }}</td>
<td>{{ case.get_state_display }}</td>
<td>{{ case.place.due|date:"n月j日" }}</td>
</tr>{% endfor %}
</tbody></table>
{% if cases.has_next %}<a href="?page={{ cases.next_page_number }}">下一页</a>{% endif %}
</body></html>"""
)


@login_required
def table(request: HttpRequest, key: str) -> HttpResponse:
    """50 cases of a campaign."""
    rows = (
        Case.objects.filter(campaign__key=key)
        .select_related("unit", "district", "place__stage")
        .order_by("path")
    )
    paged = Paginator(rows, 50).get_page(request.GET.get("page"))
    return HttpResponse(TABLE.render(RequestContext(request, {"cases": paged})))


@login_required
@require_POST
def update(request: HttpRequest, pk: int) -> HttpResponse:
    """The trivial write."""
    Judgement.objects.filter(pk=pk).update(note=request.POST["note"])
    return HttpResponse(status=204)


urlpatterns = [
    path("update/<int:pk>/", update),
    path("cases/<int:pk>/", table, name="case"),
    path("<slug:key>/", table),
]


def own_addresses(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """The addresses of this module in place of the platform's."""

    def answer(request: HttpRequest) -> Any:
        request.urlconf = "web_plain"
        return get_response(request)

    return answer


def handler() -> WSGIHandler:
    """A Django of its own in this process with the addresses of this module: the same tables, its own middleware."""
    with override_settings(MIDDLEWARE=[*MIDDLEWARE, "web_plain.own_addresses"]):
        return WSGIHandler()
