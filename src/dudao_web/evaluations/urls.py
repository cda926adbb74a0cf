"""Addresses of evaluations: the verdict, each number's explanation, downloads."""

from django.urls import path

from dudao_web.evaluations import views, views_explain, views_files, views_mended

app_name = "evaluations"
SET = "sets/<str:county>/<int:year>/<int:version>/"
urlpatterns = [
    path("", views.index, name="index"),
    path(SET, views.of_set, name="of_set"),
    path(f"{SET}confirm/", views.confirm, name="confirm"),
    path(f"{SET}start/", views.start, name="start"),
    path("findings/<int:pk>/", views_mended.show, name="mended"),
    path("<int:pk>/", views.verdict, name="verdict"),
    path("<int:pk>/record/", views.run_record, name="record"),
    path("<int:pk>/explain/", views_explain.verdict, name="explain"),
    path("<int:pk>/items/<str:code>/", views_explain.item, name="item"),
    path("<int:pk>/items/<str:code>/<int:number>/", views_explain.unit, name="unit"),
    path("<int:pk>/variations/<str:level>/<str:code>/", views_explain.variation, name="variation"),
    path("<int:pk>/schools/<int:number>/", views.school, name="school"),
    path("<int:pk>/schools/<int:number>/<str:code>/", views_explain.value, name="value"),
    path("<int:pk>/result.json", views_files.result_json, name="json"),
    path("<int:pk>/schools.<str:kind>", views_files.schools_file, name="schools_file"),
    path("<int:pk>/files/<str:kind>/", views_files.official_file, name="file"),
    path("<int:pk>/documents/", views_files.documents, name="documents"),
    path("<int:pk>/documents/<str:kind>/", views_files.document, name="document"),
    path("<int:pk>/documents/<str:kind>/make/", views_files.make, name="make"),
]
