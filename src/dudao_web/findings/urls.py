"""Addresses of findings. Each act of ``doings.DOINGS`` has one of its own."""

from django.urls import path

from dudao_web.findings import doings, views, views_acts, views_bulk

app_name = "findings"
urlpatterns = [
    path("", views.index, name="index"),
    path("list.xlsx", views.download, name="download"),
    path("bulk/", views_bulk.bulk, name="bulk"),
    path("new/", views_acts.begin, name="begin"),
    path("cases/<int:pk>/", views.of_case, name="of_case"),
    path("cases/<int:pk>/list/", views.fragment, name="_of_case"),
    path("cases/<int:pk>/new/", views_acts.new, name="new"),
    path("<int:pk>/", views.finding, name="finding"),
    path("<int:pk>/panel/", views.panel, name="panel"),
    path("<int:pk>/proofs/<int:revision>/", views.proof, name="proof"),
    *(
        path(f"<int:pk>/{verb}/", views_acts.act, {"verb": verb}, name=verb.replace("-", "_"))
        for verb in doings.DOINGS
    ),
    path("<int:pk>/verify/", views_acts.verify, name="verify"),
]
