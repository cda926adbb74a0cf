"""Addresses of pages that join several apps."""

from django.urls import path

from dudao_web.pages import views

app_name = "pages"
urlpatterns = [path("", views.home, name="home")]
