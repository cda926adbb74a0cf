"""Addresses of the draws that anybody opens, below /draws/."""

from django.urls import path

from dudao_web.inspections import views_public

urlpatterns = [
    path("", views_public.draws, name="draws"),
    path("<int:pk>/", views_public.draw_public, name="draw_public"),
    path("<int:pk>/<str:name>", views_public.draw_file, name="draw_file"),
]
