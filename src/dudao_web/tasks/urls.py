"""Addresses of tasks."""

from django.urls import path

from dudao_web.tasks import views

app_name = "tasks"
urlpatterns = [path("address/", views.address, name="address")]
