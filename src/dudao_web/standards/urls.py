"""Addresses of standards."""

from django.urls import path

from dudao_web.standards import views

app_name = "standards"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.version, name="version"),
]
