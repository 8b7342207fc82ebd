"""Following something, what there is new, what we write about, and stopping it from within a mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from consult.consultations.models import Consultation
from consult.discussion.models import PublicComment
from consult.notices import actions
from consult.notices.forms import FollowForm, WishesForm
from consult.notices.kinds import KINDS
from consult.notices.mailing import is_true
from consult.notices.models import Follow, HowOften, Notice
from consult.notices.showing import rows_of
from consult.notices.stopping import mail_of, stop_mails_like
from guidance.models import Document, Section, SectionText

A_PAGE = 50


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def follow_document(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything about a piece of guidance."""
    document = get_object_or_404(Document, slug=slug, current__isnull=False)
    back = reverse("document", args=[slug])
    return _follow(request, document, title=document.title, back=back, usual=HowOften.DAILY)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def follow_consultation(request: HttpRequest, slug: str) -> HttpResponse:
    """What is said in a consultation, and what happens to it."""
    consultation = _consultation(slug)
    back = consultation.get_absolute_url()
    return _follow(request, consultation, title=consultation.title, back=back, usual=HowOften.DAILY)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def follow_section(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """A section, in this draft and all later ones."""
    consultation = _consultation(slug)
    texts = SectionText.objects.filter(revision=consultation.revision_id).select_related("section__document")
    text = get_object_or_404(texts, section__key=key)
    back = reverse("section", args=[slug, key])
    return _follow(request, text.section, title=text.title, back=back, usual=HowOften.DAILY)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def follow_thread(request: HttpRequest, pk: int) -> HttpResponse:
    """What is replied in a thread."""
    roots = PublicComment.objects.filter(listed=True, consultation__announced_at__isnull=False)
    comment = get_object_or_404(roots.select_related("consultation"), pk=pk)
    if comment.depth:
        return redirect("follow_thread", pk=comment.root_id)
    title = _("A thread in “%(title)s”") % {"title": comment.consultation.title}
    return _follow(request, comment, title=title, back=comment.get_absolute_url(), usual=HowOften.AT_ONCE)


def _consultation(slug: str) -> Consultation:
    found = Consultation.objects.announced().select_related("document", "revision")
    return get_object_or_404(found, slug=slug)


def _follow(request: HttpRequest, thing, *, title: str, back: str, usual: str) -> HttpResponse:
    """The page on which one thing is followed, more or less often, or no more."""
    following = Follow.objects.of(request.user).filter(**actions.target_of(thing)).first()
    if request.method == "POST" and "stop" in request.POST:
        if following:
            actions.stop(following, by=request.user)
        messages.success(request, _("We do not write to you about this any more."))
        return redirect(back)
    form = FollowForm(request.POST or None, initial={"how_often": following.how_often if following else usual})
    if request.method == "POST" and form.is_valid():
        try:
            actions.follow(thing, how_often=form.cleaned_data["how_often"], by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("We will write to you when there is something new."))
            return redirect(back)
    context = {
        "form": form,
        "following": following,
        "title": title,
        "back": back,
        "is_discreet": actions.wishes_of(request.user).is_discreet,
        "kind": next(name for name, of in KINDS_OF_THINGS.items() if isinstance(thing, of)),
    }
    return render(request, "consult/notices/follow.html", context, status=422 if form.errors else 200)


KINDS_OF_THINGS = {
    "document": Document, "consultation": Consultation, "section": Section, "thread": PublicComment,
}  # fmt: skip


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """What we e-mail someone about: all of it on one page, to change or to stop."""
    form = WishesForm(
        request.POST if request.POST.get("do") == "wish" else None, instance=actions.wishes_of(request.user)
    )
    if request.method == "POST" and (said := _heard(request, form)):
        messages.success(request, said)
        return redirect("notice_settings")
    follows = Follow.objects.of(request.user).select_related("document", "consultation", "section", "thread")
    context = {"rows": rows_of(follows), "form": form, "back": reverse("contributions"), "here": "contributions"}
    return render(request, "consult/notices/settings.html", context, status=422 if form.errors else 200)


def _heard(request: HttpRequest, form: WishesForm) -> str:
    """Do what was asked for, and say so. Empty if it could not be done."""
    if request.POST.get("do") == "all":
        actions.stop_everything(by=request.user)
        return _("We do not write to you any more, but for codes that you ask for.")
    if request.POST.get("do") == "wish":
        if not form.is_valid():
            return ""
        actions.wish(by=request.user, **form.cleaned_data)
        return _("Saved.")
    number = request.POST.get("stop", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise Http404
    actions.stop(get_object_or_404(Follow.objects.of(request.user), pk=int(number)), by=request.user)
    return _("We do not write to you about this any more.")


@never_cache
@login_required
def whats_new(request: HttpRequest) -> HttpResponse:
    """What a discreet mail leads to: everything there was to tell someone lately, newest first."""
    found = Notice.objects.filter(account=request.user, is_dropped=False).with_event().select_related("event__entry")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    page = list(found.order_by("-pk")[: A_PAGE + 1])
    rows = [
        {"told": KINDS[notice.event.kind].say(notice.event, notice.why), "day": notice.event.entry.day}
        for notice in page[:A_PAGE]
        if is_true(notice)
    ]
    context = {
        "rows": rows, "older": page[A_PAGE - 1].pk if len(page) > A_PAGE else None, "here": "contributions",
    }  # fmt: skip
    return render(request, "consult/notices/whats_new.html", context)


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mails(request: HttpRequest, token: str) -> HttpResponse:
    """From within a mail (RFC 8058). Looking at it stops nothing: machines open every link. Sending does, signed in or
    not."""
    mail = mail_of(token)
    if mail is None:
        return render(request, "consult/notices/stop.html", {"is_old": True}, status=404)
    everything = request.POST.get("all") == "1"
    if request.method == "POST":
        stop_mails_like(mail, everything=everything)
    context = {"is_done": request.method == "POST", "everything": everything}
    return render(request, "consult/notices/stop.html", context)
