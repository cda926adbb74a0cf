"""The WSGI application that granian (or any other server) loads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dudao_web.settings")
application = get_wsgi_application()
