"""Addresses of titles."""

from django.urls import path

from dudao_web.titles import views, views_awards, views_cohorts

app_name = "titles"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.create, name="create"),
    path("targets/", views.targets, name="targets"),
    path("import/", views_awards.import_awards, name="import"),
    path("import/template.xlsx", views_awards.import_template, name="import_template"),
    path("awards/<int:pk>/correct/", views_awards.correct, name="correct"),
    path("awards/<int:pk>/withdraw/", views_awards.withdraw, name="withdraw"),
    path("units/<str:code>/", views_awards.unit, name="unit"),
    path("cohorts/", views_cohorts.cohorts, name="cohorts"),
    path("cohorts/new/", views_cohorts.create, name="new_cohort"),
    path("cohorts/<int:pk>/", views_cohorts.cohort, name="cohort"),
    path("cohorts/<int:pk>/list.csv", views_cohorts.download, name="cohort_csv"),
    path("<slug:key>/", views.title, name="title"),
    path("<slug:key>/awards.xlsx", views.download, name="download"),
    path("<slug:key>/award/", views_awards.award, name="award"),
]
