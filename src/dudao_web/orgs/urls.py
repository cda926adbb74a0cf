"""Addresses of sign-in, the own account, and the tree of units."""

from django.urls import path

from dudao_web.orgs import signin, views

app_name = "orgs"
urlpatterns = [
    path("signin/", signin.signin, name="signin"),
    path("signout/", signin.signout, name="signout"),
    path("password/", signin.password, name="password"),
    path("choose/", signin.choose, name="choose"),
    path("account/", signin.account, name="account"),
    path("", views.tree, name="tree"),
    path("import/", views.import_orgs, name="import"),
    path("import/template.xlsx", views.import_template, name="import_template"),
    path("accounts/<int:pk>/reset/", views.reset, name="reset"),
    path("accounts/<int:pk>/end/", views.end, name="end"),
    path("<str:code>/", views.org, name="org"),
    path("<str:code>/new/", views.create, name="create"),
    path("<str:code>/rename/", views.rename, name="rename"),
    path("<str:code>/close/", views.close, name="close"),
    path("<str:code>/invite/", views.invite, name="invite"),
]
