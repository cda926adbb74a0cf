"""Addresses of evaluations: the verdict, each number's explanation, downloads."""

from django.urls import path

from dudao_web.evaluations import views

app_name = "evaluations"
urlpatterns = [
    path("", views.index, name="index"),
    path("sets/<str:county>/<int:year>/<int:version>/", views.of_set, name="of_set"),
    path("sets/<str:county>/<int:year>/<int:version>/confirm/", views.confirm, name="confirm"),
    path("sets/<str:county>/<int:year>/<int:version>/start/", views.start, name="start"),
    path("<int:pk>/", views.verdict, name="verdict"),
    path("<int:pk>/items/", views.items, name="items"),
    path("<int:pk>/record/", views.run_record, name="record"),
    path("<int:pk>/schools/<int:number>/", views.school, name="school"),
    path("<int:pk>/schools/<int:number>/<str:code>/", views.value, name="value"),
    path("<int:pk>/variations/<str:level>/<str:code>/", views.variation, name="variation"),
    path("<int:pk>/result.json", views.result_json, name="json"),
    path("<int:pk>/schools.<str:kind>", views.schools_file, name="schools_file"),
    path("<int:pk>/files/<str:kind>/", views.official_file, name="file"),
]
