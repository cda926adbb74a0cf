"""Addresses of files and proofs."""

from django.urls import path

from dudao_web.evidence import views, views_unit

app_name = "evidence"
UNIT = "units/<str:code>/"
urlpatterns = [
    path("", views_unit.index, name="index"),
    path("<int:pk>/", views.download, name="download"),
    path(UNIT, views_unit.unit, name="unit"),
    path(f"{UNIT}bundle.zip", views_unit.bundle_file, name="bundle"),
    path(f"{UNIT}<str:standard>/<str:indicator>/", views_unit.for_indicator, name="_for_indicator"),
    path("proofs/<int:pk>/", views.proof_page, name="proof"),
    path("proofs/<int:pk>/revise/", views.revise, name="revise"),
    path("proofs/<int:pk>/place/", views.place, name="place"),
    path("proofs/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("proofs/<int:pk>/<int:number>/", views.revision, name="revision"),
    path("places/<int:pk>/take-out/", views.take_out, name="take_out"),
]
