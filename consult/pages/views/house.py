"""What an admin looks after beside consultations: standing pages, house rules, the privacy notice, and people."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consult.consultations.actions import publish_house_rules, publish_privacy_notice
from consult.consultations.models import HouseRules, PrivacyNotice
from consult.pages.actions import restore_standing_page, rewrite_standing_page
from consult.pages.forms import AppointForm, HouseRulesForm, PrivacyNoticeForm, StandingPageForm
from consult.pages.models import StandingPage
from consult.pages.standing import TITLES, default_text
from consult.pages.views.team import team_page
from consult.people.actions import appoint
from consult.people.badges.actions import list_domain, unlist_domain
from consult.people.badges.forms import DomainForm
from consult.people.badges.models import PublicBody
from consult.people.factors import confirmed_again
from consult.people.permissions import Can, require


def _answered(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[dict], object],
    *,
    title: str,
    button: str,
    done: str,
    may_restore: bool = False,
) -> HttpResponse:
    """One form on one page: act on it and say so, or show what is to be mended."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, done)
            return redirect("team_house")
    context = {"form": form, "title": title, "button": button, "may_restore": may_restore, "here": "team"}
    return render(request, "consult/pages/team_form.html", context, status=422 if form.errors else 200)


@team_page
def house(request: HttpRequest) -> HttpResponse:
    """The list of what can be looked after."""
    require(request.user, Can.EDIT_PAGES)
    own = set(StandingPage.objects.values_list("slug", flat=True))
    pages = [{"slug": slug, "title": title, "is_own": slug in own} for slug, title in TITLES.items()]
    context = {
        "pages": pages,
        "house_rules": HouseRules.objects.last(),
        "notice": PrivacyNotice.objects.last(),
        "here": "team",
    }
    return render(request, "consult/pages/house.html", context)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def standing_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Rewrite a standing page, or go back to the default."""
    require(request.user, Can.EDIT_PAGES)
    if slug not in TITLES:
        raise Http404
    if request.method == "POST" and "restore" in request.POST:
        restore_standing_page(slug, by=request.user)
        messages.success(request, _("The default text is back."))
        return redirect("team_house")
    own = StandingPage.objects.filter(slug=slug).first()
    initial = {"title": own.title if own else TITLES[slug], "text": own.text if own else default_text(slug)}
    return _answered(
        request,
        StandingPageForm(request.POST or None, initial=initial),
        lambda said: rewrite_standing_page(slug, by=request.user, **said),
        title=str(initial["title"]),
        button=_("Save the page"),
        done=_("The page has your words now."),
        may_restore=own is not None,
    )


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def new_house_rules(request: HttpRequest) -> HttpResponse:
    require(request.user, Can.EDIT_PAGES)
    last = HouseRules.objects.last()
    return _answered(
        request,
        HouseRulesForm(request.POST or None, initial={"rules": last.rules if last else ""}),
        lambda said: publish_house_rules(said["rules"].splitlines(), by=request.user),
        title=_("New house rules"),
        button=_("Publish the house rules"),
        done=_("New consultations will go by these house rules."),
    )


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def new_privacy_notice(request: HttpRequest) -> HttpResponse:
    require(request.user, Can.EDIT_PAGES)
    last = PrivacyNotice.objects.last()
    return _answered(
        request,
        PrivacyNoticeForm(request.POST or None, initial={"text": last.text if last else ""}),
        lambda said: publish_privacy_notice(said["text"], by=request.user),
        title=_("New privacy notice"),
        button=_("Publish the privacy notice"),
        done=_("New consultations will show this privacy notice."),
    )


@team_page
@confirmed_again
@require_http_methods(["GET", "HEAD", "POST"])
def appoint_someone(request: HttpRequest) -> HttpResponse:
    require(request.user, Can.APPOINT)
    return _answered(
        request,
        AppointForm(request.POST or None),
        lambda said: appoint(said["email"], role=said["role"], document=said["document"], by=request.user),
        title=_("Appoint someone"),
        button=_("Appoint"),
        done=_("They can sign in with their e-mail address now."),
    )


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def public_bodies(request: HttpRequest) -> HttpResponse:
    """The list of domains whose addresses earn a badge."""
    require(request.user, Can.EDIT_PAGES)
    form = DomainForm(request.POST if request.POST.get("do") == "list" else None)
    if request.POST.get("do") == "unlist":
        unlist_domain(request.POST.get("pattern", ""), by=request.user)
    elif form.is_bound and form.is_valid():
        list_domain(**form.cleaned_data, by=request.user)
    if request.method == "POST" and not form.errors:
        messages.success(request, _("The list is changed."))
        return redirect("public_bodies")
    own = PublicBody.objects.all()
    context = {
        "known": own.whole_list(),
        "own": set(own.values_list("pattern", flat=True)),
        "form": form,
        "here": "team",
    }
    return render(request, "consult/pages/public_bodies.html", context, status=422 if form.errors else 200)
