"""Standing pages, house rules, reference numbers, and the demonstration's mail."""

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consult.consultations.models import HouseRules, PrivacyNotice
from consult.discussion.models import PublicComment
from consult.ledger.receipts import normalise, receipt_hash
from consult.pages.standing import standing_page


def kept(response: HttpResponse) -> HttpResponse:
    response.keep_until = timezone.now() + timedelta(minutes=5)
    return response


def standing(request: HttpRequest, slug: str) -> HttpResponse:
    """Privacy, cookies, accessibility and the like: the organisation's words, or our default ones."""
    page = standing_page(slug)
    if page is None:
        raise Http404("There is no such page.")
    here = "how_it_works" if slug == "how-it-works" else ""
    return kept(render(request, "consult/pages/standing.html", {"page": page, "here": here}))


def house_rules(request: HttpRequest, version: int | None = None) -> HttpResponse:
    """The house rules, in the newest version or an older one that someone accepted."""
    versions = HouseRules.objects.all()
    rules = get_object_or_404(versions, version=version) if version else versions.last()
    context = {"rules": rules, "newest": versions.last(), "here": "house_rules"}
    return kept(render(request, "consult/pages/house_rules.html", context))


def privacy_notice(request: HttpRequest, version: int) -> HttpResponse:
    """The privacy notice in the version that people accept."""
    notice = get_object_or_404(PrivacyNotice, version=version)
    return kept(render(request, "consult/pages/privacy_notice.html", {"notice": notice}))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_reference(request: HttpRequest) -> HttpResponse:
    """What became of a contribution, by its reference number: its state, never its words or its name."""
    typed = request.POST.get("reference", "")[:60]
    context: dict = {"typed": typed}
    if request.method == "POST":
        try:
            context["reference"] = normalise(typed)
            context["comment"] = (
                PublicComment.objects.filter(receipt_hash=receipt_hash(typed))
                .select_related("consultation", "posted_entry__sealed__seal")
                .first()
            )
        except ValueError as error:
            context["error"] = str(error)
    status = 422 if "error" in context else 404 if context.get("reference") and not context["comment"] else 200
    return render(request, "consult/pages/check_reference.html", context, status=status)


@never_cache
def demo_mail(request: HttpRequest) -> HttpResponse:
    """The mail that a demonstration has sent, newest first. There is no such page anywhere else."""
    if not settings.DEMO:
        raise Http404
    files = sorted(Path(settings.EMAIL_FILE_PATH).glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)
    return render(request, "consult/pages/demo_mail.html", {"mails": [_mail(file) for file in files[:30]]})


def _mail(file: Path) -> dict:
    message = message_from_bytes(file.read_bytes().split(b"\n" + b"-" * 79)[0], policy=policy.default)
    body = message.get_body(("plain",))
    return {
        "to": message["To"],
        "subject": message["Subject"],
        "text": body.get_content() if body else "",
        "at": timezone.localtime(datetime.fromtimestamp(file.stat().st_mtime, tz=timezone.get_current_timezone())),
    }


def theme(_request: HttpRequest) -> HttpResponse:
    """The organisation's colour, as custom properties over our own."""
    accent = settings.ORGANISATION["accent"]
    css = f":root{{--consult-accent:{accent};--consult-link:{accent}}}" if accent else ""
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response


@never_cache
def health(_request: HttpRequest) -> HttpResponse:
    """Whether this process can answer: it asks the database one question."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse(_("ok"), content_type="text/plain")
