"""Addresses of documents."""

from django.urls import path

from dudao_web.documents import views

app_name = "documents"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.create, name="create"),
    path("<int:pk>/", views.document, name="document"),
    path("<int:pk>/files/<int:order>/", views.file, name="file"),
]
