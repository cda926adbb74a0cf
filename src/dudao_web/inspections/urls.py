"""Addresses of inspections, below /inspections/."""

from django.urls import path

from dudao_web.inspections import (
    views_agreement,
    views_draws,
    views_objections,
    views_place,
    views_sheets,
    views_teams,
    views_visits,
)

app_name = "inspections"
urlpatterns = [
    # sheets
    path("sheets/", views_sheets.sheets, name="sheets"),
    path("sheets/<int:pk>/", views_sheets.sheet, name="sheet"),
    path("sheets/<int:pk>/screens/", views_sheets.screens, name="_screens"),
    path("sheets/<int:pk>/items/<str:code>/", views_sheets.item, name="item"),
    path("sheets/<int:pk>/submit/", views_sheets.submit, name="submit"),
    path("sheets/<int:pk>/acknowledge/", views_sheets.acknowledge, name="acknowledge"),
    path("sheets/<int:pk>/proofs/<int:revision>/", views_sheets.sheet_proof, name="sheet_proof"),
    path("places/<int:pk>/sheets.xlsx", views_sheets.sheets_file, name="sheets_file"),
    # how far the judgements agree
    path("campaigns/<slug:key>/agreement/", views_agreement.show, name="agreement"),
    path("campaigns/<slug:key>/agreement/table.xlsx", views_agreement.download, name="agreement_file"),
    # a stage and its draw
    path("places/<int:pk>/", views_place.place, name="place"),
    path("places/<int:pk>/draw/", views_draws.plan, name="plan_draw"),
    path("draws/<int:pk>/", views_draws.draw, name="draw"),
    path("draws/<int:pk>/seed/", views_draws.seed, name="draw_seed"),
    path("draws/<int:pk>/cancel/", views_draws.cancel, name="cancel_draw"),
    path("draws/drawn/<int:pk>/replace/", views_draws.replace, name="replace_drawn"),
    # teams
    path("places/<int:pk>/teams/new/", views_teams.new, name="form_team"),
    path("teams/<int:pk>/", views_teams.team, name="team"),
    path("teams/<int:pk>/join/", views_teams.join, name="join_team"),
    path("teams/members/<int:pk>/leave/", views_teams.leave, name="leave_team"),
    path("teams/<int:pk>/assign/", views_teams.assign, name="assign"),
    path("ties/", views_teams.ties, name="ties"),
    path("ties/<int:pk>/end/", views_teams.end_tie, name="end_tie"),
    # objections
    path("sheets/<int:pk>/object/", views_objections.file, name="object"),
    path("objections/<int:pk>/", views_objections.objection, name="objection"),
    path("objections/<int:pk>/answer/", views_objections.answer, name="answer_objection"),
    path("objections/<int:pk>/withdraw/", views_objections.withdraw, name="withdraw_objection"),
    path("objections/<int:pk>/read/", views_objections.read_answer, name="read_answer"),
    path("objections/<int:pk>/file/", views_objections.download, name="objection_file"),
    path("places/<int:pk>/end-objections/", views_objections.end, name="end_objections"),
    # visits
    path("places/<int:pk>/visits/", views_visits.index, name="visits"),
    path("places/<int:pk>/visits/new/", views_visits.plan, name="plan_visit"),
    path("visits/<int:pk>/", views_visits.visit, name="visit"),
    path("visits/<int:pk>/notice/", views_visits.notify, name="notify_visit"),
    path("visits/<int:pk>/no-notice/", views_visits.unannounced, name="unannounced"),
    path("visits/<int:pk>/cancel/", views_visits.cancel, name="cancel_visit"),
    path("visits/<int:pk>/observe/", views_visits.observe, name="observe"),
    path("visits/<int:pk>/finish/", views_visits.finish, name="finish_visit"),
    path("visits/<int:pk>/photos/<int:observation>/", views_visits.photo, name="visit_photo"),
]
