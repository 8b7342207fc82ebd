"""Speaking without an account: the form, the mail's link, and the button behind it. A link alone changes nothing."""

from dataclasses import replace
from uuid import UUID, uuid5

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consult.discussion.actions import reference_of, refuse_unfit_parent, what_to_ask_about
from consult.discussion.elsewhere.limits import is_within
from consult.discussion.forms import CommentForm, Offer
from consult.discussion.guests.actions import (
    KEPT_FOR,
    confirm,
    discard,
    guest_for,
    leave_as_guest,
    name_of,
    place_of_guest,
    send_link,
    token_for,
)
from consult.discussion.guests.models import GuestComment
from consult.discussion.models import PublicComment
from consult.discussion.places import Place, place_at_block, place_at_question, place_in_section, place_of
from consult.pages.context import reader_of
from consult.pages.kept_words import keep_words, sent_in
from consult.pages.talk import card
from consult.pages.views.posting import posting_address, public_consultation
from consult.pages.views.reading import address_of
from consult.pages.where import where
from consult.people.forms import NameForm
from consult.people.permissions import Can, Refused, why_not

FROM_ONE_ADDRESS, AN_HOUR = 20, 3_600


class GuestForm(forms.Form):
    """Where to write to."""

    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy(
            "We send a link to it. Readers never see it. It is how you can change or withdraw this."
        ),
        error_messages={
            "required": gettext_lazy("Enter your e-mail address."),
            "invalid": gettext_lazy("Enter an e-mail address like name@example.org."),
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def speak(request: HttpRequest, slug: str, key: str = "", block: str = "", number: int | None = None) -> HttpResponse:
    """Comment on a section, a block, a question, or the whole, as a guest."""
    consultation = public_consultation(slug)
    if block:
        place = place_at_block(consultation, block)
    elif key:
        place = place_in_section(consultation, key)
    else:
        place = place_at_question(consultation, number) if number is not None else Place(consultation)
    return _speak(request, place, place.target, None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Reply to a comment, as a guest."""
    public = PublicComment.objects.filter(consultation__announced_at__isnull=False)
    parent = get_object_or_404(public.select_related("consultation__document", *_NOTICES), pk=pk)
    return _speak(request, place_of(parent), parent, parent)


_NOTICES = ("consultation__house_rules", "consultation__privacy_notice")


def _speak(request: HttpRequest, place: Place, target: Model, parent: PublicComment | None) -> HttpResponse:
    usual = reverse("reply", args=[parent.pk]) if parent else posting_address(place)
    if reader_of(request) is not None:
        keep_words(request, [usual], sent_in(request.POST))
        return redirect(usual)
    if not place.consultation.takes_guests:
        return redirect_to_login(usual)
    data = request.POST if request.method == "POST" else None
    form = CommentForm(target, data=data, offer=Offer(block=None if parent else place.block))
    names, guest = NameForm(data), GuestForm(data)
    stopped = why_not(None, Can.SPEAK_AS_GUEST, place.consultation) or _why_no_reply(parent)
    valid = data is not None and all([form.is_valid(), names.is_valid(), guest.is_valid()])
    found = what_to_ask_about(form.as_said(), place) if valid else None
    if valid and not stopped and (not found or data.get("checked") == found.digest):
        found = None
        if _left(request, place, parent, form, names, guest):
            return redirect("guest_sent", slug=place.consultation.slug)
    return _form_page(request, place, parent, form, names, guest, found=found, usual=usual, stopped=stopped)


def _why_no_reply(parent: PublicComment | None) -> str:
    try:
        if parent:
            refuse_unfit_parent(parent)
    except ValidationError as gone:
        return gone.messages[0]
    return ""


def _left(request, place, parent, form: CommentForm, names: NameForm, guest: GuestForm) -> bool:
    """Whether the words are kept now. What is wrong stands on the forms otherwise."""
    if not is_within("guests", get_adapter().get_client_ip(request), most=FROM_ONE_ADDRESS, seconds=AN_HOUR):
        form.add_error(
            None, _("Many guests wrote from your network in the last hour. Sign in instead, or wait a while.")
        )
        return False
    try:
        kept = leave_as_guest(
            replace(place, quote=form.cleaned_data.get("quoted")),
            form.as_said(),
            names=names.as_choice(),
            email=guest.cleaned_data["email"],
            submission_id=_submission(form, guest),
            reply_to=parent,
        )
        send_link(kept, settings.SITE_ADDRESS + reverse("guest_confirm", args=[token_for(kept)]))
    except ValidationError as error:
        on = (
            names
            if getattr(error, "error_dict", {}).keys() <= names.fields.keys() and hasattr(error, "error_dict")
            else form
        )
        on.add_error(None, error)
        return False
    except OSError:
        form.add_error(
            None, _("We could not send the mail just now. Your words are here: send them again in a minute.")
        )
        return False
    return True


def _submission(form: CommentForm, guest: GuestForm) -> UUID:
    """The form, what was said in it, and the address: other words, or another address, are another sending."""
    said = form.as_said()
    return uuid5(form.cleaned_data["submission_id"], f"{said.text}\0{guest.cleaned_data['email'].lower()}")


def _form_page(request, place, parent, form, names, guest, *, found, usual, stopped) -> HttpResponse:
    status = 200
    if form.is_bound:
        status = 403 if stopped else 422
        form.renew()
    consultation = place.consultation
    context = {
        "consultation": consultation,
        "place": place,
        "parent": card(PublicComment.objects.to_show().get(pk=parent.pk), consultation, is_open=True)
        if parent
        else None,
        "form": form,
        "names": names,
        "guest": guest,
        "found": found,
        "marked": [list(found.pieces(which)) for which, text in enumerate(found.texts) if text] if found else [],
        "stopped": stopped or "",
        "sign_in": f"{reverse('account_login')}?next={usual}",
        "days": KEPT_FOR.days,
        "back": address_of(place),
        "where": where(consultation, timezone.now()),
        "here": "consultations",
    }
    return render(request, "consult/pages/guest_form.html", context, status=403 if stopped else status)


@never_cache
@require_safe
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    """Look into your mail: the same page for every address."""
    context = {"consultation": public_consultation(slug), "days": KEPT_FOR.days, "here": "consultations"}
    return render(request, "consult/pages/guest_sent.html", context)


class OtherNameForm(forms.Form):
    """A name, when the chosen one was taken meanwhile."""

    name = forms.CharField(label=gettext_lazy("Name that readers will see"), max_length=60)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the mail's link. Opening it changes nothing, whoever opens it: the button does."""
    guest = guest_for(token)
    if guest is None:
        return render(request, "consult/pages/guest_gone.html", {"here": "consultations"}, status=410)
    if guest.comment_id:
        return _confirmed(request, guest)
    if request.method == "POST" and request.POST.get("verdict") == "discard":
        discard(guest)
        return render(request, "consult/pages/guest_gone.html", {"was_discarded": True, "here": "consultations"})
    return _pressed(request, guest, token) if request.method == "POST" else _button(request, guest)


def _pressed(request: HttpRequest, guest: GuestComment, token: str) -> HttpResponse:
    try:
        confirm(guest, name=request.POST.get("name", "")[:200])
    except Refused as refusal:
        return _button(request, guest, why=refusal.why)
    except ValidationError as error:
        if "name" in getattr(error, "error_dict", {}):
            form = OtherNameForm(request.POST if "name" in request.POST else {"name": guest.names["name"]})
            form.full_clean()
            form.add_error("name", error.error_dict["name"])
            return _button(request, guest, form=form)
        return _button(request, guest, why=" ".join(error.messages))
    return redirect("guest_confirm", token=token)


def _button(
    request: HttpRequest, guest: GuestComment, *, why: str = "", form: OtherNameForm | None = None
) -> HttpResponse:
    here_already = name_of(guest)
    context = {
        "guest": guest,
        "consultation": guest.consultation,
        "place": place_of_guest(guest),
        "name": here_already.name if here_already else guest.names["name"],
        "has_other_name": here_already is not None and here_already.name != guest.names["name"],
        "why": why,
        "form": form,
        "here": "consultations",
    }
    return render(request, "consult/pages/guest_confirm.html", context, status=422 if why or form else 200)


def _confirmed(request: HttpRequest, guest: GuestComment) -> HttpResponse:
    context = {
        "comment": guest.comment,
        "consultation": guest.consultation,
        "reference": reference_of(guest.comment),
        "here": "consultations",
    }
    return render(request, "consult/pages/guest_confirmed.html", context)
