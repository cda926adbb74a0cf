"""Addresses of findings."""

from django.urls import path

from dudao_web.findings import views

app_name = "findings"
urlpatterns = [
    path("", views.index, name="index"),
    path("list.xlsx", views.download, name="download"),
    path("cases/<int:pk>/", views.of_case, name="of_case"),
    path("cases/<int:pk>/list/", views.fragment, name="_of_case"),
    path("cases/<int:pk>/new/", views.new, name="new"),
    path("<int:pk>/", views.finding, name="finding"),
    path("<int:pk>/mend/", views.mend, name="mend"),
    path("<int:pk>/hand-up/", views.hand_up, name="hand_up"),
    path("<int:pk>/answer/", views.answer, name="answer"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
