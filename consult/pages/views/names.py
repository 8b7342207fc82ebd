"""The page of a name, as readers see it; and what its owner can say and ask for."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consult.consultations.models import Consultation
from consult.discussion.models import PublicComment
from consult.discussion.querysets import THREADS_A_PAGE
from consult.pages.shared import Body, body_of, show
from consult.pages.speaking import names_of, speaker
from consult.pages.talk import card, rules_of
from consult.pages.views.reading import number_in, trail_of
from consult.pages.where import where
from consult.people.actions import describe
from consult.people.badges import actions as badges
from consult.people.badges.forms import CodeForm, WorkAddressForm
from consult.people.badges.models import Badge, WorkAddress
from consult.people.forms import StatementForm
from consult.people.models import Persona


def persona(request: HttpRequest, slug: str, who: str) -> HttpResponse:
    """A name, what it says of itself, and what it has said here. Search engines are asked to stay away."""
    before = number_in(request.GET.get("before"))
    return show(request, slug, lambda consultation: _persona(consultation, who, before))


def _persona(consultation: Consultation, who: str, before: int | None) -> Body:
    """Names under which nothing can be read have no page: nobody learns that they were taken."""
    shown = Persona.objects.filter(consultation=consultation, skeleton=who[:200]).first()
    if shown is None or shown.address_key != who:
        raise Http404("Nobody speaks here under this name.")
    said = list(PublicComment.objects.said_by(shown, before=before))
    if not said and not PublicComment.objects.said_by(shown).exists():
        raise Http404("Nobody speaks here under this name.")
    rules, stands = rules_of(said), where(consultation, timezone.now())
    cards = [card(one, consultation, is_open=False, rules=rules) for one in said[:THREADS_A_PAGE]]
    context = {
        "consultation": consultation,
        "persona": shown,
        "cards": cards,
        "older": said[THREADS_A_PAGE - 1].pk if len(said) > THREADS_A_PAGE else None,
        "is_first_page": before is None,
    }
    return body_of(
        "consult/pages/persona_body.html",
        context,
        title=f"{shown.name} – {consultation.title}",
        until=stands.true_until,
        trail=trail_of(consultation),
        comment_ids=[one.id for one in cards],
        hidden_from_search=True,
    )


# --- Its owner's page -----------------------------------------------------------------------------------
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_name(request: HttpRequest, slug: str) -> HttpResponse:
    """Say who speaks, and ask for the badge. Only for those who have a name here."""
    announced = Consultation.objects.announced().select_related("document", "revision")
    consultation = get_object_or_404(announced, slug=slug)
    own = speaker(request, consultation)
    if own is None:
        raise Http404("You have no name here.")
    forms_of = {"statement": StatementForm, "address": WorkAddressForm, "code": CodeForm}
    asked = request.POST.get("do", "") if request.method == "POST" else ""
    given = {name: form(request.POST if name == asked else None) for name, form in forms_of.items()}
    if not given["statement"].is_bound:
        given["statement"] = StatementForm(initial={"statement": own.statement})
    if asked and (done := _done(request, own, asked, given.get(asked))):
        return done
    return _own_page(request, consultation, own, given, asked)


def _done(request: HttpRequest, own: Persona, asked: str, form: forms.Form | None) -> HttpResponse | None:
    """Do what was asked and go back to the page; None when something is to be mended."""
    if asked not in DEEDS or (form is not None and not form.is_valid()):
        return None
    act, words = DEEDS[asked]
    try:
        act(own, form.cleaned_data if form else {}, request.user)
    except ValidationError as error:
        if form is None:
            messages.error(request, " ".join(error.messages))
        else:
            form.add_error(None, error)
            return None
    else:
        messages.success(request, words())
    sent = "&sent=1#badge" if asked == "address" else ""
    return redirect(f"{reverse('own_name', args=[own.consultation.slug])}?as={own.capacity}{sent}")


DEEDS: dict[str, tuple[Callable, Callable]] = {
    "statement": (
        lambda own, said, by: describe(own, statement=said["statement"], by=by),
        lambda: _("Your page says so now."),
    ),
    "address": (
        lambda own, said, by: badges.send_code(said["address"], persona=own, by=by),
        lambda: _("A code is on its way. We have not kept the address."),
    ),
    "code": (
        lambda own, said, by: badges.confirm(said["code"], persona=own, by=by),
        lambda: _("Confirmed. The badge will stand beside your name within a day or two."),
    ),
    "wear": (
        lambda own, _said, by: badges.wear(own, by=by),
        lambda: _("The badge will stand beside this name within a few days."),
    ),
    "take_off": (
        lambda own, _said, by: badges.take_off(own, by=by),
        lambda: _("The badge will be gone from this name within a few days."),
    ),
}


def _own_page(request: HttpRequest, consultation: Consultation, own: Persona, given: dict, asked: str) -> HttpResponse:
    badge = Badge.objects.filter(persona=own).first()
    context = {
        "consultation": consultation,
        "persona": own,
        "names": names_of(request, consultation),
        **{f"{name}_form": form for name, form in given.items()},
        "form": given.get(asked),
        "badge": badge,
        "work_address": WorkAddress.objects.filter(account=request.user).first(),
        "is_sent": "sent" in request.GET or asked == "code",
        "trail": trail_of(consultation),
        "here": "contributions",
    }
    wrong = any(form.is_bound and form.errors for form in given.values())
    return render(request, "consult/pages/own_name.html", context, status=422 if wrong else 200)
