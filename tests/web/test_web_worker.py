"""What a web worker holds in memory: no engine, no charts, no typesetting; they belong to the job worker (``make bench`` weighs it)."""

import os
import subprocess
import sys

from django.template import Context, Template
from django.utils.safestring import mark_safe

from dudao_web.ui.widgets import Select

LOADED = """
import sys
import dudao_web.wsgi
from django.urls import get_resolver
for part in get_resolver().url_patterns:
    part.url_patterns
print(*sorted({"duckdb", "vl_convert", "typst", "docx", "altair"} & set(sys.modules)))
"""


def test_a_web_worker_begins_without_engine_charts_and_typesetting(tmp_path):
    environment = {**os.environ, "DUDAO_HOME": str(tmp_path), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, "-c", LOADED], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_a_mark_is_made_once_and_never_takes_an_unsafe_word_for_a_safe_one():
    template = Template("{% load ui %}{% mark 'due' word %}")
    safe = template.render(Context({"word": mark_safe("<b>临期</b>")}))
    unsafe = template.render(Context({"word": "<b>临期</b>"}))
    assert ("<b>临期</b>" in safe, "<b>" in unsafe, "&lt;b&gt;临期" in unsafe) == (True, False, True)


def test_a_list_to_choose_from_marks_what_is_chosen_and_escapes_the_rest():
    select = Select(attrs={"id": "id_d"}, choices=[("", "全部"), ("1", '<"甲">'), (2, "乙")])
    assert select.render("d", "2", attrs={"class": "x"}) == (
        '<select class="x" id="id_d" name="d"><option value="">全部</option><option value="1">&lt;&quot;甲&quot;&gt;</option>'
        '<option value="2" selected>乙</option></select>'
    )
