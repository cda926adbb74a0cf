"""Tags and filters of every template: marks (shape + word), icons, numbers, dates."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from dudao.units import rounded

register = template.Library()

# state -> (icon, colour class, word); ui guide §4. Colour is the third signal, after the word and the shape.
MARKS: dict[str, tuple[str, str, str]] = {
    "met": ("disc-check", "ok", "达标"),
    "basically_met": ("half-triangle", "near", "基本合格"),
    "near": ("half-triangle", "near", "达到标准的 85%"),
    "not_met": ("square-cross", "bad", "未达标"),
    "no_data": ("dashed", "none", "无数据"),
    "undetermined": ("dashed", "none", "待定"),
    "not_applicable": ("dash", "none", "不适用"),
    "draft": ("pencil", "plain", "草稿"),
    "submitted": ("up", "blue", "已提交"),
    "returned": ("return", "near", "已退回"),
    "approved": ("disc-check", "ok", "已通过"),
    "confirmed": ("disc-check", "ok", "已确认"),
    "due": ("clock", "near", "临期"),
    "overdue": ("disc-alert", "bad", "逾期"),
    "running": ("two-arrows", "blue", "进行中"),
    "waiting": ("clock", "none", "等待中"),
    "failed": ("disc-alert", "bad", "未完成"),
    "error": ("square-cross", "bad", "错误"),
    "query": ("half-triangle", "near", "存疑"),
    "carried": ("inward", "plain", "带入"),
    "offline": ("no-cloud", "near", "离线"),
    "done": ("disc-check", "ok", "已完成"),
    "replaced": ("two-arrows", "none", "已替换"),
    "withdrawn": ("dash", "none", "已撤下"),
    "read": ("disc-check", "ok", "已读取"),
}

THIN = "\N{THIN SPACE}"
WEEKDAYS = "一二三四五六日"


@register.simple_tag
@lru_cache(maxsize=256, typed=True)
def icon(name: str, css: str = "") -> SafeString:
    """A shape of the sprite ui/icons.svg; never the only sign of anything, so hidden from screen readers."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="#i-{}"></use></svg>', css, name
    )


@register.simple_tag
@lru_cache(maxsize=1024, typed=True)  # typed: a text that is safe to show is not the same text that is not
def mark(state: str, word: str = "", style: str = "") -> SafeString:
    """Shape + word + colour of a state. ``word`` replaces the usual word.

    ``style``: "" plain, "box" on its tinted ground, "cell" for a table cell whose number stands for the word
    (the word is read out, not shown; a met cell shows a bare check).
    """
    shape, colour, usual = MARKS[state]
    text = word or usual
    if style == "cell":
        shape = "check" if shape == "disc-check" else shape
        return format_html(
            '<span class="mark {}">{}<span class="hidden">{}</span></span>', colour, icon(shape), text
        )
    box = " box" if style == "box" else ""
    return format_html('<span class="mark {}{}">{}{}</span>', colour, box, icon(shape), text)


@register.simple_tag(takes_context=True)
def again(context: template.Context, name: str) -> SafeString | str:
    """The content of block ``name`` once more: base.html shows the title in the head and on the page."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    return block.nodelist.render(context) if block else ""


@register.filter
def tone(state: str) -> str:
    """Colour class of a state: ok, near, bad, none, blue or plain."""
    return MARKS[state][1]


@register.filter
def thin(value: Any) -> str:
    """A number with a thin gap between thousands: 13 240. Its decimals stay as they are; None is ""."""
    if value is None or value == "":
        return ""
    sign, digits = ("−", str(value)[1:]) if str(value).startswith("-") else ("", str(value))
    whole, dot, rest = digits.partition(".")
    groups = [whole[max(0, end - 3) : end] for end in range(len(whole), 0, -3)]
    return sign + THIN.join(reversed(groups)) + dot + rest


@register.filter
def barred(value: str) -> SafeString:
    """A text with X̄ drawn as an X under a line: few fonts set the combining bar above it."""
    pieces = str(value).split("X\N{COMBINING MACRON}")
    return format_html_join(mark_safe('<span class="over">X</span>'), "{}", ((piece,) for piece in pieces))


@register.filter
def decimals(value: Any, places: int) -> str:
    """Rounded half up for show only, with thin gaps; None is ""."""
    if value is None or value == "":
        return ""
    return thin(rounded(Decimal(value) if isinstance(value, str) else value, int(places)))


@register.filter
def percent(value: Any, places: int = 1) -> str:
    """A share 0–1 as 91.3%."""
    return "" if value is None else f"{decimals(Decimal(str(value)) * 100, places)}%"


def _day(value: date | datetime | None) -> date | None:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def day(value: date | datetime | None) -> str:
    """2026年6月12日."""
    d = _day(value)
    return f"{d.year}年{d.month}月{d.day}日" if d else ""


@register.filter
def short_day(value: date | datetime | None) -> str:
    """6月12日, for lists."""
    d = _day(value)
    return f"{d.month}月{d.day}日" if d else ""


@register.filter
def weekday(value: date | datetime | None) -> str:
    """星期五."""
    d = _day(value)
    return f"星期{WEEKDAYS[d.weekday()]}" if d else ""


@register.filter
def moment(value: datetime | None) -> str:
    """2026年6月10日 18:00."""
    return f"{day(value)} {timezone.localtime(value):%H:%M}" if value else ""


@register.filter
def filesize(value: int) -> str:
    """860 KB, 2.4 MB."""
    if value < 1024 * 1024:
        return f"{max(1, round(value / 1024))} KB"
    return f"{value / 1024 / 1024:.1f} MB"
