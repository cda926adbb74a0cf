"""The one page of tasks: the address to which the own reminders also go. The to-do list itself is the start page (``pages``)."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dudao_web.orgs.access import EVERYBODY, page
from dudao_web.orgs.rules import ADMINS
from dudao_web.tasks import actions
from dudao_web.tasks.models import Address


class AddressForm(forms.Form):
    """One e-mail address, or none."""

    email = forms.EmailField(
        label="邮箱", max_length=200, required=False, help_text="本处室的邮箱。不填的，只在待办中提醒。"
    )


@page(EVERYBODY - ADMINS, obj="提醒邮箱", methods=("GET", "POST"))
def address(request: HttpRequest) -> HttpResponse:
    """Where reminders of the own office go, besides the to-do list."""
    membership = request.membership
    present = Address.objects.filter(membership=membership).first()
    form = AddressForm(request.POST or None, initial={"email": present.email if present else ""})
    if request.method == "POST" and form.is_valid():
        actions.set_address(by=membership, email=form.cleaned_data["email"])
        messages.success(request, "提醒邮箱已保存。")
        return redirect("tasks:address")
    return render(request, "tasks/address.html", {"form": form}, status=422 if form.errors else 200)
