"""What came by letter, e-mail, telephone or at a meeting: entered by the team in two steps, and read by everyone."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consult.consultations.models import Consultation
from consult.discussion.elsewhere.forms import ArrivedForm, LetterForm
from consult.discussion.elsewhere.letters import enter_letter
from consult.discussion.elsewhere.mail import Mail
from consult.discussion.elsewhere.models import Letter
from consult.discussion.models import Elsewhere, PublicComment
from consult.discussion.places import Place
from consult.pages.shared import Body, body_of, show
from consult.pages.talk import card
from consult.pages.views.reading import number_in, trail_of
from consult.pages.views.team import documents_of, status_of, team_page
from consult.pages.where import where
from consult.people.permissions import Can, may, require
from guidance.cleaning import clean
from guidance.models import Block
from guidance.reading import contents_of

LETTERS_A_PAGE = 50


def _its_team(request: HttpRequest, slug: str) -> Consultation:
    """A consultation that this person looks after. For others there is none."""
    looked_after = Consultation.objects.filter(document__in=documents_of(request.user))
    return get_object_or_404(looked_after.select_related("document", "revision"), slug=slug)


@team_page
@require_safe
def letters(request: HttpRequest, slug: str) -> HttpResponse:
    """All that was entered, newest first, with what only the team may know of it."""
    consultation = _its_team(request, slug)
    found, before = consultation.letters.order_by("-pk"), number_in(request.GET.get("before"))
    page = list((found.filter(pk__lt=before) if before else found)[: LETTERS_A_PAGE + 1])
    parts = Elsewhere.objects.filter(letter__in=page).select_related("comment__section", "comment__question")
    by_letter: dict[int, list[Elsewhere]] = {}
    for part in parts.order_by("letter", "part"):
        by_letter.setdefault(part.letter_id, []).append(part)
    context = {
        "consultation": consultation,
        "rows": [{"letter": one, "parts": by_letter.get(one.pk, [])} for one in page[:LETTERS_A_PAGE]],
        "older": page[LETTERS_A_PAGE - 1].pk if len(page) > LETTERS_A_PAGE else None,
        "may_enter": may(request.user, Can.ENTER, consultation),
        "here": "team",
    }
    return render(request, "consult/pages/letters.html", context)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the words or the mail in, and show what would become of it. Nothing is saved here."""
    consultation = _its_team(request, slug)
    require(request.user, Can.ENTER, consultation)
    form = ArrivedForm(request.POST, request.FILES) if request.method == "POST" else ArrivedForm()
    if form.is_valid():
        mail = form.cleaned_data["mail"]
        return _preview(request, consultation, LetterForm(consultation, mail.words, initial=_said_of(mail)))
    context = {"form": form, "consultation": consultation, "here": "team"}
    return render(request, "consult/pages/enter.html", context, status=status_of(form))


def _said_of(mail: Mail) -> dict:
    """What a mail says of itself. The day on which it was received is for the person to say."""
    known = {
        "author": mail.sender,
        "said_on": mail.sent_on,
        "received_on": mail.sent_on,
        "notes": "\n".join(mail.notes),
    }
    is_a_mail = any((mail.sender, mail.subject, mail.sent_on, mail.notes))
    return {**known, "route": Letter.Route.EMAIL} if is_a_mail else {}


@team_page
@require_POST
def save_letter(request: HttpRequest, slug: str) -> HttpResponse:
    """Save what was shown. Whatever is refused, the words and all choices come back."""
    consultation = _its_team(request, slug)
    form = LetterForm(consultation, clean(request.POST.get("words", "")).text, request.POST)
    if not form.is_valid():
        if "words" in form.errors:
            messages.error(request, _("This page cannot be used any more. Enter the words again."))
            return redirect("enter_letter", slug=slug)
        return _preview(request, consultation, form)
    cut = form.cleaned_data["cut"]
    try:
        letter = enter_letter(
            consultation, cut.parts, came=form.came(), left_out=cut.left_out,
            submission_id=form.cleaned_data["submission_id"], by=request.user,
        )  # fmt: skip
    except ValidationError as error:
        form.add_error(None, error)
        return _preview(request, consultation, form)
    messages.success(request, _entered(letter))
    return redirect("letters", slug=slug)


def _entered(letter: Letter) -> str:
    parts = letter.parts.count()
    return ngettext("It is entered, as one comment.", "It is entered, as %(n)d comments.", parts) % {"n": parts}


def _preview(request: HttpRequest, consultation: Consultation, form: LetterForm) -> HttpResponse:
    if "submission_id" in form.errors:
        form.data = {**form.data.dict(), "submission_id": str(uuid4())}
    context = {"form": form, "consultation": consultation, "here": "team"}
    return render(request, "consult/pages/enter_preview.html", context, status=status_of(form))


# --- What everyone reads ------------------------------------------------------------------------------
def letter(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """All parts of a letter in its own order, each with the way to where it stands."""
    return show(request, slug, lambda consultation: _letter(consultation, pk))


def _letter(consultation: Consultation, pk: int) -> Body:
    found = get_object_or_404(Letter, consultation=consultation, pk=pk)
    comments = PublicComment.objects.listed().filter(elsewhere__letter=found).to_show()
    stands = where(consultation, timezone.now())
    parts = list(comments.select_related("persona", "elsewhere", "question").order_by("elsewhere__part"))
    names = _names_of_places(consultation, parts)
    rows = [
        {"card": card(part, consultation, is_open=False), "place": name}
        for part, name in zip(parts, names, strict=True)
    ]
    context = {"consultation": consultation, "where": stands, "letter": found, "rows": rows}
    return body_of(
        "consult/pages/letter_body.html",
        context,
        title=_("What came from elsewhere – %(consultation)s") % {"consultation": consultation},
        until=stands.true_until,
        trail=trail_of(consultation),
        comment_ids=[row["card"].id for row in rows],
        hidden_from_search=True,
    )


def _names_of_places(consultation: Consultation, parts: list[PublicComment]) -> list[str]:
    """Where each part stands, in words; in two questions, however many parts there are."""
    texts = {text.section_id: text for text in contents_of(consultation.revision)} if consultation.revision_id else {}
    keys = {part.block_key for part in parts if part.block_key}
    blocks = {
        block.key: block
        for block in Block.objects.filter(revision=consultation.revision_id, key__in=keys).select_related(
            "section_text"
        )
    }
    return [
        Place(consultation, texts.get(part.section_id), blocks.get(part.block_key), part.question).name
        for part in parts
    ]
