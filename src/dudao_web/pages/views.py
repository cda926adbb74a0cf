"""The start page: what the office must do now, and how far each county is. No news, no ranking."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dudao_web import clock
from dudao_web.orgs.access import EVERYBODY, page
from dudao_web.pages import todo


@page(EVERYBODY, obj="待办")
def home(request: HttpRequest) -> HttpResponse:
    """To-do of the office, and the progress of the sets it sees."""
    today = clock.today()
    return render(request, "pages/home.html", {"work": todo.work(request.membership, today), "today": today})
