"""Addresses of sign-in, the own account, and the tree of units."""

from django.urls import include, path

from dudao_web.orgs import account, signin, views, views_history, views_record, views_security

security = [
    path("", views_security.index, name="index"),
    path("accounts/<int:pk>/unlock/", views_security.unlock, name="unlock"),
    path("accounts/<int:pk>/second-step/", views_security.end_second_step, name="end_second_step"),
    path("limits/<str:role>/", views_security.set_limits, name="limits"),
]
record = [
    path("", views_record.index, name="index"),
    path("check/", views_record.check, name="check"),
    path("download/", views_record.download, name="download"),
]

app_name = "orgs"
urlpatterns = [
    path("signin/", signin.signin, name="signin"),
    path("signout/", signin.signout, name="signout"),
    path("password/", signin.password, name="password"),
    path("choose/", signin.choose, name="choose"),
    path("signin/code/", signin.code, name="code"),
    path("link/<str:token>/", signin.link, name="link"),
    path("account/", account.account, name="account"),
    path("account/logins/", account.logins, name="logins"),
    path("account/second-step/", account.show, name="mfa"),
    path("account/second-step/begin/", account.begin, name="mfa_begin"),
    path("account/second-step/confirm/", account.confirm, name="mfa_confirm"),
    path("account/second-step/codes/", account.renew, name="mfa_codes"),
    path("account/second-step/end/", account.end, name="mfa_end"),
    path("security/", include((security, "security"))),
    path("record/", include((record, "record"))),
    path("", views.tree, name="tree"),
    path("import/", views.import_orgs, name="import"),
    path("import/template.xlsx", views.import_template, name="import_template"),
    path("accounts/<int:pk>/reset/", views.reset, name="reset"),
    path("accounts/<int:pk>/end/", views.end, name="end"),
    path("accounts/<int:pk>/link/", views_security.link, name="new_link"),
    path("users/<int:pk>/person/", views_security.person, name="person"),
    path("users/<int:pk>/close/", views_security.close, name="close_account"),
    path("users/<int:pk>/reopen/", views_security.reopen, name="reopen_account"),
    path("<str:code>/", views.org, name="org"),
    path("<str:code>/new/", views.create, name="create"),
    path("<str:code>/rename/", views_history.rename, name="rename"),
    path("<str:code>/move/", views_history.move, name="move"),
    path("<str:code>/merge/", views_history.merge, name="merge"),
    path("<str:code>/split/", views_history.split, name="split"),
    path("<str:code>/close/", views_history.close, name="close"),
    path("<str:code>/invite/", views.invite, name="invite"),
]
