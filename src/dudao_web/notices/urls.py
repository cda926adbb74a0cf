"""Addresses of notices."""

from django.urls import path

from dudao_web.notices import sending, views

app_name = "notices"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", sending.create, name="create"),
    path("<int:pk>/", views.notice, name="notice"),
    path("<int:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("<int:pk>/urge/", views.urge, name="urge"),
    path("<int:pk>/forward/", sending.forward, name="forward"),
    path("<int:pk>/files/<int:attachment>/", views.file, name="file"),
]
