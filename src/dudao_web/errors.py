"""The pages for what went wrong: refused, not there, our own fault. Short, in the office's words."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.loader import render_to_string


def _answer(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return render(request, "ui/error.html", {"title": title, "text": text}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The request cannot be understood."""
    return _answer(request, 400, "无法处理", "请求内容不完整或已改变。请返回上一页重新填写。")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """As if nothing were here: a stranger learns no more than that."""
    return not_found(request, exception)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from our own page, or from one that is too old."""
    return _answer(
        request, 403, "页面已过期", "页面打开时间过长，或不是从本平台提交的。请返回刷新后重新提交。"
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such page, or none for this office."""
    return _answer(request, 404, "没有这个页面", "网址有误，或本单位无权查看。")


def only_a_form(request: HttpRequest, refused: HttpResponseNotAllowed) -> HttpResponse:
    """An address that only takes a form was opened as a page, as after signing in again once the login had run out."""
    answer = _answer(
        request, 405, "没有办理", "登录过期或重新打开了办理地址，刚才的内容没有提交。请回首页重新办理。"
    )
    answer["Allow"] = refused["Allow"]
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault; what happened is in the server's log. Drawn without the request: the database may be what failed."""
    text = "已记入运行日志。请稍后重试；仍不能办理时，请告知系统管理员。"
    return HttpResponse(render_to_string("ui/error.html", {"title": "系统出错", "text": text}), status=500)
