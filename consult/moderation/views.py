"""The moderators' desk, and the doors by which everyone else comes: reporting, asking again, and the public record."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consult.consultations.models import Consultation, HouseRules
from consult.discussion.models import ProposedChange, PublicComment
from consult.moderation import actions
from consult.moderation.actions import Ruling
from consult.moderation.complaints.models import Complaint
from consult.moderation.forms import AppealAnswerForm, AppealForm, ListForm, ReportForm, RulingForm
from consult.moderation.lists import put_on_list, take_off_list
from consult.moderation.models import Appeal, Decision, Flag, Verb
from consult.moderation.querysets import A_PAGE, TABS, queue
from consult.moderation.showing import in_view, is_overdue, public_record, row_of, verbs_for
from consult.people.models import Account, TeamMember
from consult.people.permissions import Can, Refused, may, require
from consult.screening.models import Listed

MOST_AT_ONCE = 200


def moderated_by(account: Account) -> list[Consultation]:
    """The consultations that someone moderates, newest first. To those who moderate nothing there is no such page."""
    announced = Consultation.objects.announced().select_related("document", "house_rules").order_by("-opens_at")
    if not account.is_admin:
        mine = TeamMember.objects.filter(account=account, role=TeamMember.Role.MODERATOR).values("document")
        announced = announced.filter(document__in=mine)
        if not TeamMember.objects.filter(account=account, role=TeamMember.Role.MODERATOR).exists():
            raise Http404
    return list(announced)


@never_cache
@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for a moderator, one tab for each reason why."""
    mine = moderated_by(request.user)
    chosen = [one for one in mine if one.slug == request.GET.get("consultation")] or mine
    tab = request.GET.get("tab") if request.GET.get("tab") in (*TABS, "appeals") else "waiting"
    context = {
        "consultations": mine,
        "chosen": chosen[0] if len(chosen) == 1 and len(mine) > 1 else None,
        "tab": tab,
        "tabs": _tabs(chosen, request.user),
        "changes_waiting": ProposedChange.objects.waiting_in(chosen, request.user).count(),
        "complaints_waiting": Complaint.objects.readable_by(request.user).open().count(),
        "may_keep_lists": may(request.user, Can.SCREEN),
        "undo": request.session.pop("moderated together", None),
        "here": "moderation",
    }
    context |= _appeals(chosen, request.user) if tab == "appeals" else _page_of(chosen, tab, request)
    return render(request, "consult/moderation/desk.html", context)


def _tabs(chosen: list[Consultation], account: Account) -> list[tuple[str, str, int | None]]:
    """Each tab with how many wait in it; None where that is not counted."""
    waiting = queue(chosen, "waiting", by=account).order_by().count()
    reported = Flag.objects.to_settle().filter(consultation__in=chosen).order_by().values("comment").distinct().count()
    appeals = Appeal.objects.open().filter(consultation__in=chosen).count()
    return [
        ("waiting", _("Waiting to be let in"), waiting),
        ("reported", _("Reported"), reported),
        ("appeals", _("Appeals"), appeals),
        ("new", _("Not looked at yet"), None),
        ("hidden", _("Hidden"), None),
    ]


def _page_of(chosen: list[Consultation], tab: str, request: HttpRequest) -> dict:
    found = queue(chosen, tab, by=request.user)
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 19:
        found = found.filter(pk__gt=int(after)) if tab in {"waiting", "reported"} else found.filter(pk__lt=int(after))
    page, now = list(found[: A_PAGE + 1]), timezone.now()
    rows = [row_of(comment, tab=tab, account_id=request.user.pk, at=now) for comment in page[:A_PAGE]]
    rules = chosen[0].house_rules if chosen else HouseRules.objects.last()
    form = RulingForm(rules=rules, verbs=_verbs_for_many(tab)) if rows and rules else None
    return {"rows": rows, "next": page[A_PAGE - 1].pk if len(page) > A_PAGE else None, "form": form}


def _verbs_for_many(tab: str) -> list[str]:
    return [Verb.RESTORE] if tab == "hidden" else [Verb.KEEP, Verb.HOLD, Verb.HIDE, Verb.HIDE_WITH_REPLIES]


def _appeals(chosen: list[Consultation], account: Account) -> dict:
    waiting = Appeal.objects.open().filter(consultation__in=chosen).order_by("pk")
    waiting = waiting.select_related("decision__comment__persona", "decision__comment__consultation__document")
    return {
        "appeals": [
            {
                "appeal": one,
                "is_mine": may(account, Can.DECIDE_APPEAL, one),
                "is_overdue": is_overdue(one.made_at),
            }
            for one in waiting[:100]
        ]
    }


def _comment(request: HttpRequest, pk: int) -> PublicComment:
    mine = [one.pk for one in moderated_by(request.user)]
    found = PublicComment.objects.filter(consultation__in=mine, audience=PublicComment.Audience.EVERYONE)
    with_all = found.select_related(
        "consultation__document", "consultation__house_rules", "persona", "section", "question", "elsewhere", "anchor"
    )
    return get_object_or_404(with_all, pk=pk)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """One comment with what is known about it, and the decision on it."""
    comment = _comment(request, pk)
    view = in_view(comment)
    form = RulingForm(
        request.POST or None,
        rules=comment.consultation.house_rules,
        verbs=verbs_for(comment),
        initial={"seen": view.seen, "rule": next((one.rule for one in view.reports if one.rule), 0)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide(comment, _ruling(form), by=request.user, seen=form.cleaned_data["seen"])
        except ValidationError as error:
            put_on(form, error)
        else:
            messages.success(request, _("Decided. Its writer reads your reason on their page."))
            return redirect(_back_to_desk(request))
    context = {"view": view, "form": form, "why_not": _why_not(request.user, comment), "here": "moderation"}
    return render(request, "consult/moderation/look.html", context, status=422 if form.errors else 200)


def _why_not(account: Account, comment: PublicComment) -> str:
    try:
        require(account, Can.DECIDE, comment)
    except Refused as refused:
        return refused.why
    return ""


def _ruling(form: RulingForm) -> Ruling:
    said = form.cleaned_data
    passages = form.passage_list() if said["verb"] == Verb.REDACT else []
    return Ruling(said["verb"], rule=said["rule"] or 0, reason=said["reason"], passages=passages)


def put_on(form, error: ValidationError) -> None:
    if hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields):
        for name, errors in error.error_dict.items():
            form.add_error(name, errors)
    else:
        form.add_error(None, ValidationError(error.messages))


def _back_to_desk(request: HttpRequest) -> str:
    tab = request.GET.get("tab", "")
    return reverse("moderation") + (f"?tab={tab}" if tab in (*TABS, "appeals") else "")


@login_required
@require_POST
def claim_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a comment to look at, or give it back."""
    comment = _comment(request, pk)
    if "release" in request.POST:
        actions.release(comment, by=request.user)
        return redirect(_back_to_desk(request))
    try:
        actions.claim(comment, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect(_back_to_desk(request))
    return redirect("moderate", pk)


@never_cache
@login_required
@require_POST
def many(request: HttpRequest) -> HttpResponse:
    """One ruling for many comments: first a look at what it would do, then the act, with a way to take it back."""
    mine = moderated_by(request.user)
    chosen = [int(pk) for pk in request.POST.getlist("comment") if pk.isdecimal() and len(pk) < 19][:MOST_AT_ONCE]
    comments = list(
        PublicComment.objects.filter(pk__in=chosen, consultation__in=mine, audience="everyone")
        .select_related("consultation__document", "consultation__house_rules", "persona", "elsewhere")
        .order_by("path")
    )
    if not comments:
        messages.error(request, _("Tick the comments that you decide on."))
        return redirect(_back_to_desk(request))
    form = RulingForm(request.POST, rules=comments[0].consultation.house_rules, verbs=list(Verb))
    if form.is_valid() and "sure" in request.POST:
        return _decided(request, comments, form)
    context = {"comments": comments, "form": form, "tab": request.GET.get("tab", ""), "here": "moderation"}
    return render(request, "consult/moderation/many.html", context, status=422 if form.errors else 200)


def _decided(request: HttpRequest, comments: list[PublicComment], form: RulingForm) -> HttpResponse:
    done = actions.decide_many(comments, _ruling(form), by=request.user)
    n = len(done.decisions)
    if n:
        told = ngettext("%(n)s comment was decided on.", "%(n)s comments were decided on.", n) % {"n": n}
        request.session["moderated together"] = {"words": told, "batch": str(done.batch)}
    for _comment, why in done.refused[:5]:
        messages.error(request, why)
    return redirect(_back_to_desk(request))


@login_required
@require_POST
def take_back(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Undo what was decided on many in one act."""
    moderated_by(request.user)
    n = actions.undo(batch, by=request.user)
    told = ngettext("%(n)s decision was taken back.", "%(n)s decisions were taken back.", n) % {"n": n}
    messages.success(request, told)
    return redirect("moderation")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Another moderator looks again."""
    found = Appeal.objects.select_related("decision__comment__consultation__document", "decision__comment__persona")
    appealed = get_object_or_404(found.filter(consultation__in=moderated_by(request.user)), pk=pk)
    require(request.user, Can.DECIDE_APPEAL, appealed)
    form = AppealAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.decide_appeal(
                appealed, is_upheld=said["answer"] == "upheld", reason=said["reason"], by=request.user
            )
        except ValidationError as error:
            put_on(form, error)
        else:
            messages.success(request, _("Answered. Its writer reads your reason on their page."))
            return redirect(reverse("moderation") + "?tab=appeals")
    view = in_view(appealed.decision.comment)
    context = {"appeal": appealed, "view": view, "form": form, "here": "moderation"}
    return render(request, "consult/moderation/answer_appeal.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lists(request: HttpRequest) -> HttpResponse:
    """What screening knows from admins: public addresses, and words with which a comment waits."""
    moderated_by(request.user)
    require(request.user, Can.SCREEN)
    form = ListForm(request.POST if "words" in request.POST else None)
    if request.method == "POST" and request.POST.get("remove", "").isdecimal():
        take_off_list(get_object_or_404(Listed, pk=request.POST["remove"][:18]), by=request.user)
        return redirect("screening_lists")
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            put_on_list(said["which"], said["words"], note=said["note"], by=request.user)
        except ValidationError as error:
            put_on(form, error)
        else:
            return redirect("screening_lists")
    context = {"listed": Listed.objects.all(), "form": form, "here": "moderation"}
    return render(request, "consult/moderation/lists.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell a moderator that a comment breaks a house rule. Without an account there is the way of complaints."""
    if not request.user.is_authenticated:
        return redirect("complain", pk)
    shown = PublicComment.objects.filter(visible=True, consultation__announced_at__isnull=False)
    comment = get_object_or_404(
        shown.select_related("consultation__house_rules", "consultation__document", "persona", "elsewhere"), pk=pk
    )
    require(request.user, Can.FLAG, comment)
    form = ReportForm(request.POST or None, rules=comment.consultation.house_rules)
    if request.method == "POST" and form.is_valid():
        try:
            actions.flag(comment, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            put_on(form, error)
        else:
            messages.success(request, _("Thank you. A moderator will look at it. Until then it stays where it is."))
            return redirect(comment)
    context = {"comment": comment, "form": form, "here": "consultations"}
    return render(request, "consult/moderation/report.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask_again(request: HttpRequest, pk: int) -> HttpResponse:
    """What was decided on one's own comment, and asking another moderator."""
    own = PublicComment.objects.filter(persona__account=request.user)
    comment = get_object_or_404(own.select_related("consultation__document", "persona"), pk=pk)
    decision = Decision.objects.latest_of([pk]).get(pk)
    if decision is None:
        raise Http404
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.appeal(decision, words=form.cleaned_data["words"], by=request.user)
        except ValidationError as error:
            put_on(form, error)
        else:
            messages.success(request, _("Another moderator will look at it. The answer stands here and on your page."))
            return redirect("appeal", pk)
    context = {
        "comment": comment,
        "decision": decision,
        "form": form,
        "trail": [(_("Your contributions"), reverse("contributions"))],
        "here": "contributions",
    }
    return render(request, "consult/moderation/ask_again.html", context, status=422 if form.errors else 200)


@require_safe
def record(request: HttpRequest, slug: str) -> HttpResponse:
    """How a consultation is moderated, in numbers that everyone can read."""
    consultation = get_object_or_404(Consultation.objects.announced().select_related("house_rules"), slug=slug)
    context = {
        "consultation": consultation,
        "record": public_record(consultation),
        "rules_url": reverse("house_rules_version", args=[consultation.house_rules.version]),
        "here": "consultations",
    }
    response = render(request, "consult/moderation/record.html", context)
    response.keep_until = timezone.now() + timedelta(minutes=5)
    return response
