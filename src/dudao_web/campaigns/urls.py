"""Addresses of campaigns."""

from django.urls import path

from dudao_web.campaigns import views, views_calendars, views_cases, views_launch, views_places

app_name = "campaigns"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views_launch.new, name="new"),
    path("calendars/", views_calendars.index, name="calendars"),
    path("cases/<int:pk>/", views_cases.case, name="case"),
    path("cases/<int:pk>/approve/", views_cases.approve, name="approve"),
    path("cases/<int:pk>/return/", views_cases.send_back, name="send_back"),
    path("cases/<int:pk>/ask-unlock/", views_cases.ask_unlock, name="ask_unlock"),
    path("cases/<int:pk>/unlock/", views_cases.unlock, name="unlock"),
    path("cases/<int:pk>/decline/", views_cases.decline_unlock, name="decline_unlock"),
    path("cases/<int:pk>/sign/", views_cases.sign, name="sign"),
    path("places/<int:pk>/", views_places.place, name="place"),
    path("places/<int:pk>/dates/", views_places.dates, name="dates"),
    path("places/<int:pk>/forward/", views_places.forward, name="forward"),
    path("places/<int:pk>/queue/", views_places.queue, name="queue"),
    path("<slug:key>/", views.campaign, name="campaign"),
    path("<slug:key>/cases/", views.cases, name="cases"),
    path("<slug:key>/plan/", views_launch.plan, name="plan"),
    path("<slug:key>/launch/", views_launch.launch, name="launch"),
    path("<slug:key>/withdraw/", views_launch.withdraw, name="withdraw"),
    path("<slug:key>/close/", views.close, name="close"),
]
