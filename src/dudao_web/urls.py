"""All addresses of the platform: one prefix for each app."""

from django.urls import include, path

urlpatterns = [
    path("", include("dudao_web.pages.urls")),
    path("orgs/", include("dudao_web.orgs.urls")),
    path("tasks/", include("dudao_web.tasks.urls")),
    path("documents/", include("dudao_web.documents.urls")),
    path("notices/", include("dudao_web.notices.urls")),
    path("titles/", include("dudao_web.titles.urls")),
    path("campaigns/", include("dudao_web.campaigns.urls")),
    path("findings/", include("dudao_web.findings.urls")),
    path("evidence/", include("dudao_web.evidence.urls")),
    path("standards/", include("dudao_web.standards.urls")),
    path("submissions/", include("dudao_web.submissions.urls")),
    path("inspections/", include("dudao_web.inspections.urls")),
    path("draws/", include("dudao_web.inspections.urls_public")),
    path("evaluations/", include("dudao_web.evaluations.urls")),
]
handler400 = "dudao_web.errors.bad_request"
handler403 = "dudao_web.errors.forbidden"
handler404 = "dudao_web.errors.not_found"
handler500 = "dudao_web.errors.server_error"
