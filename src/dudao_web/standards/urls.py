"""Addresses of standards."""

from django.urls import path

from dudao_web.standards import views, views_items

app_name = "standards"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.version, name="version"),
    path("<int:pk>/duties/", views.duties, name="duties"),
    path("catalogue/<str:standard>/<str:profile>/", views.offer, name="offer"),
    path("catalogue/<str:standard>/<str:profile>/duties/", views.offer_duties, name="offer_duties"),
    path("catalogue/<str:standard>/<str:profile>/items/", views_items.upload, name="items"),
    path(
        "catalogue/<str:standard>/<str:profile>/items/<int:file>/", views_items.preview, name="items_preview"
    ),
    path("catalogue/<str:standard>/items.xlsx", views_items.template, name="items_template"),
]
