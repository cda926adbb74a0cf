"""Addresses of returns (sets, uploads, single returns, issues) and of a unit's own stages in a campaign."""

from django.urls import path

from dudao_web.submissions import views, views_data_stage, views_supplement, views_unit
from dudao_web.submissions.self_check import views as self_check

app_name = "submissions"
SET = "<str:county>/<int:year>/<int:version>/"
urlpatterns = [
    path("", views.index, name="index"),
    path("uploads/<int:pk>/", views.upload_page, name="upload"),
    path("uploads/<int:pk>/again/", views.read_again, name="read_again"),
    path("uploads/<int:pk>/set-aside/", views.set_aside, name="set_aside"),
    path("returns/<int:pk>/", views_unit.submission, name="submission"),
    path("returns/<int:pk>/send-back/", views_unit.send_back, name="send_back"),
    path("returns/<int:pk>/take-back/", views_unit.take_back, name="take_back"),
    path("returns/<int:pk>/withdraw/", views_unit.withdraw, name="withdraw"),
    path("returns/<int:pk>/annotated/", views_unit.annotated, name="annotated"),
    path("returns/<int:pk>/original/", views_unit.original, name="original"),
    path("issues/<int:pk>/explain/", views_unit.explain, name="explain"),
    path("self-check/<int:pk>/", self_check.sheet, name="self_check"),
    path("self-check/<int:pk>/carry-in/", self_check.carry_in, name="carry_in"),
    path("self-check/<int:pk>/hand-in/", self_check.hand_in, name="hand_in"),
    path("data/<int:pk>/", views_data_stage.data_page, name="data_stage"),
    path("template/<int:version>.xlsx", views.template, name="template"),
    path(SET, views.set_page, name="set"),
    path(f"{SET}upload/", views.upload, name="new_upload"),
    path(f"{SET}uploads/", views.uploads, name="uploads"),
    path(f"{SET}issues/", views_unit.issues, name="issues"),
    path(f"{SET}supplement/", views_supplement.county_page, name="supplement"),
    path(f"{SET}supplement/state/", views_supplement.state, name="supplement_state"),
    path(f"{SET}supplement/source/", views_supplement.source, name="supplement_source"),
    path(f"{SET}supplement/filled.xlsx", views_supplement.filled, name="supplement_filled"),
    path(f"{SET}supplement/schools/", views_supplement.schools_page, name="supplement_schools"),
    path(f"{SET}supplement/schools/<str:code>/", views_supplement.school_page, name="supplement_school"),
]
