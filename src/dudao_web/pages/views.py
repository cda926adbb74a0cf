"""The start page: what the office must do now, and how far each county is. No news, no ranking."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dudao_web import clock
from dudao_web.orgs.access import EVERYBODY, page
from dudao_web.pages import blocks, todo


@page(EVERYBODY, obj="待办")
def home(request: HttpRequest) -> HttpResponse:
    """To-do of the office, and the progress of the sets it sees."""
    membership, today = request.membership, clock.today()
    context = {"work": todo.work(membership, today), "today": today, "mails": bool(settings.EMAIL_HOST)}
    context |= {place: blocks.found(place, membership, today) for place in ("home_blocks", "home_asides")}
    return render(request, "pages/home.html", context)
