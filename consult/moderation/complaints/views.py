"""The doors to complaints: anyone's, the writer's and the staff's."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consult.discussion.elsewhere.limits import is_within
from consult.discussion.models import PublicComment
from consult.ledger.receipts import receipt_hash
from consult.moderation.complaints import actions
from consult.moderation.complaints.forms import AnswerForm, CloseForm, form_for
from consult.moderation.complaints.mail import tell_whoever_complained, tell_writer
from consult.moderation.complaints.models import IN_CONFIDENCE, Complaint, Kind
from consult.moderation.views import put_on
from consult.people.models import TeamMember
from consult.people.permissions import Can, admin, may, named_staff, require

FROM_ONE_NETWORK, AN_HOUR, MOST = 20, 3_600, 200


def _public_comment(pk: int) -> PublicComment:
    shown = PublicComment.objects.filter(visible=True, consultation__announced_at__isnull=False)
    return get_object_or_404(shown.select_related("consultation__document", "persona", "elsewhere"), pk=pk)


@never_cache
@require_safe
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """What a complaint is about. To report that a house rule is broken, one signs in."""
    comment = _public_comment(pk)
    kinds = [kind for kind in Kind if kind not in IN_CONFIDENCE]
    context = {"comment": comment, "kinds": kinds, "in_confidence": IN_CONFIDENCE, "here": "consultations"}
    return render(request, "consult/moderation/complain_choose.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def complain_about(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Complain, without an account."""
    comment = _public_comment(pk)
    if kind not in Kind.values:
        raise Http404
    require(None, Can.COMPLAIN, comment)
    form = form_for(kind)(request.POST or None)
    if request.method == "POST" and form.is_valid() and (made := _taken_in(request, comment, kind, form)):
        tell_whoever_complained(made)
        return redirect("complaint", actions.reference_of(made))
    context = {"comment": comment, "kind": Kind(kind), "is_in_confidence": kind in IN_CONFIDENCE, "form": form}
    status = 422 if form.errors else 200
    return render(request, "consult/moderation/complain.html", {**context, "here": "consultations"}, status=status)


def _taken_in(request: HttpRequest, comment: PublicComment, kind: str, form) -> Complaint | None:
    """The complaint; or None, with what is wrong on the form."""
    network = get_adapter().get_client_ip(request)
    if kind not in IN_CONFIDENCE and not is_within("complaints", network, most=FROM_ONE_NETWORK, seconds=AN_HOUR):
        many = _("Many complaints came from your network in the last hour. Write to %(contact)s instead.")
        form.add_error(None, many % {"contact": comment.consultation.contact})
        return None
    try:
        return actions.complain(comment, kind, form.as_told(), submission_id=form.submission)
    except ValidationError as error:
        put_on(form, error)
        return None


@never_cache
@require_safe
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """How a complaint stands, for whoever holds its reference number. Neither its words nor the comment are shown."""
    try:
        found = Complaint.objects.filter(reference_hash=receipt_hash(reference))
    except ValueError:
        raise Http404 from None
    complaint = get_object_or_404(found.select_related("consultation"))
    context = {"complaint": complaint, "reference": actions.reference_of(complaint), "here": "consultations"}
    return render(request, "consult/moderation/complaint.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer_one(request: HttpRequest, pk: int) -> HttpResponse:
    """The writer of a comment reads what is said about it, and answers."""
    asked = Complaint.objects.filter(asked_at__isnull=False, comment__persona__account=request.user)
    complaint = get_object_or_404(asked.select_related("comment__persona", "consultation__document"), pk=pk)
    form = AnswerForm(request.POST or None) if complaint.can_be_answered else None
    if request.method == "POST":
        require(request.user, Can.ANSWER_COMPLAINT, complaint)
        if form.is_valid():
            try:
                actions.answer(complaint, **form.cleaned_data, by=request.user)
            except ValidationError as error:
                put_on(form, error)
            else:
                messages.success(request, _("Thank you. Staff read your answer now."))
                return redirect("answer_complaint", pk)
    context = {"complaint": complaint, "form": form, "reference": actions.reference_of(complaint)}
    status = 422 if form and form.errors else 200
    return render(
        request, "consult/moderation/answer_complaint.html", {**context, "here": "contributions"}, status=status
    )


def _readable(request: HttpRequest):
    """The complaints that whoever asks handles. For anyone else there is no such page."""
    who = request.user
    moderates = TeamMember.objects.filter(account=who, role=TeamMember.Role.MODERATOR).exists()
    if not (moderates or admin.holds(who, None) or named_staff.holds(who, None)):
        raise Http404
    found = Complaint.objects.readable_by(who)
    return found.select_related("comment__persona", "comment__elsewhere", "consultation__document")


@never_cache
@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What is to be done next, and by when."""
    found, at = _readable(request), timezone.now()
    closed = request.GET.get("tab") == "closed"
    found = found.filter(state=Complaint.State.CLOSED).order_by("-closed_at") if closed else found.open()
    rows = [{"complaint": one, "is_overdue": one.is_overdue(at)} for one in found[:MOST]]
    context = {"rows": rows, "closed": closed, "here": "moderation"}
    return render(request, "consult/moderation/complaints.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handle(request: HttpRequest, pk: int) -> HttpResponse:
    """One complaint, and the next step in it."""
    complaint = get_object_or_404(_readable(request), pk=pk)
    require(request.user, Can.HANDLE_COMPLAINT, complaint)
    asks = "ask" in request.POST
    form = CloseForm(request.POST if request.method == "POST" and not asks else None)
    if asks:
        return _asked(request, complaint)
    if request.method == "POST" and form.is_valid():
        try:
            closed = actions.close(complaint, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            put_on(form, error)
        else:
            tell_whoever_complained(closed)
            messages.success(request, _("Closed. Whoever complained reads what you said."))
            return redirect("complaints")
    at = timezone.now()
    context = {
        "complaint": complaint,
        "reference": actions.reference_of(complaint),
        "is_overdue": complaint.is_overdue(at),
        "is_unanswered": complaint.is_unanswered(at),
        "may_decide": may(request.user, Can.DECIDE, complaint.comment),
        "form": form if complaint.is_open else None,
        "here": "moderation",
    }
    return render(request, "consult/moderation/handle_complaint.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    try:
        asked = actions.ask_writer(complaint, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("handle_complaint", complaint.pk)
    tell_whoever_complained(asked)
    if tell_writer(asked):
        messages.success(request, _("The writer was written to. They have five days to answer."))
    else:
        messages.error(request, _("The question waits for the writer, but no mail could be sent to them."))
    return redirect("handle_complaint", complaint.pk)
