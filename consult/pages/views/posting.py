"""Saying something, seeing that it arrived, taking it back. Whatever happens, the words come back."""

from dataclasses import astuple, dataclass, replace
from urllib.parse import urlencode
from uuid import UUID, uuid5

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consult.consultations.models import Consultation
from consult.discussion.actions import TooDeep, post, refuse_unfit_parent, what_to_ask_about
from consult.discussion.forms import CHOICES, LONGEST_SENT, WORDS, CommentForm, Offer
from consult.discussion.models import PublicComment
from consult.discussion.places import Place, place_at_block, place_at_question, place_in_section, place_of
from consult.discussion.similar import said_here_already
from consult.pages.context import reader_of
from consult.pages.kept_words import forget_kept_words, keep_words, labelled, sent_in, words_kept_for
from consult.pages.similar import SimilarCard, similar_cards
from consult.pages.speaking import asked_capacity, look_again, names_of, other_capacity, speaker
from consult.pages.talk import Card, card
from consult.pages.views.reading import address_of
from consult.pages.where import where
from consult.people.actions import take_name
from consult.people.forms import NameForm
from consult.people.models import Persona
from consult.people.permissions import Can, why_not
from consult.screening.screening import Screened
from guidance.cleaning import clean

LONGEST_IN_AN_ADDRESS = 1_000
"""Characters of quoted words that are carried through signing in."""


def public_consultation(slug: str) -> Consultation:
    found = Consultation.objects.announced().select_related("document", "revision", "house_rules", "privacy_notice")
    return get_object_or_404(found, slug=slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment_on(
    request: HttpRequest, slug: str, key: str = "", block: str = "", number: int | None = None
) -> HttpResponse:
    """Comment on a section, a block, a question, or the whole."""
    consultation = public_consultation(slug)
    if block:
        place = place_at_block(consultation, block)
    elif key:
        place = place_in_section(consultation, key)
    elif number is not None:
        place = place_at_question(consultation, number)
    else:
        place = Place(consultation)
    return _speak(request, place, place.target, None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HttpRequest, slug: str, block: str) -> HttpResponse:
    """Write a paragraph as one would have it."""
    place = place_at_block(public_consultation(slug), block)
    if not place.block.can_be_commented_on:
        raise Http404("Nothing can be suggested for a heading or a line.")
    return _speak(request, place, place.target, None, suggests=True)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Reply to a comment."""
    public = PublicComment.objects.standing().filter(consultation__announced_at__isnull=False)
    parent = get_object_or_404(public.select_related("consultation__document"), pk=pk)
    return _speak(request, place_of(parent), parent, parent)


def _speak(
    request: HttpRequest, place: Place, target: Model, parent: PublicComment | None, *, suggests: bool = False
) -> HttpResponse:
    offer = _offer(place, parent, suggests)
    if request.method == "POST":
        return _posted(request, place, target, parent, offer)
    if reader_of(request) is None:
        return _to_sign_in_or_guests(request, place, parent, suggests)
    if stopped := _stopped(request, place, {}):
        return stopped
    marked = clean(request.GET.get("words", "")[:LONGEST_SENT]).text
    form = CommentForm(target, offer=offer, initial={"quoted": marked, **words_kept_for(request)})
    return _form_page(request, place, parent, form, _name_form(request, place), trouble=_trouble_with(place, parent))


def _to_sign_in_or_guests(
    request: HttpRequest, place: Place, parent: PublicComment | None, suggests: bool
) -> HttpResponse:
    """Where guests are taken, their form comes first, with the way to sign in on it."""
    if suggests or not place.consultation.takes_guests:
        return redirect_to_login(request.get_full_path())
    return redirect(reverse("guest_reply", args=[parent.pk]) if parent else guest_address(place))


def guest_address(place: Place) -> str:
    return posting_address(place).replace("/comment/", "/guest/", 1)


def _offer(place: Place, parent: PublicComment | None, suggests: bool) -> Offer:
    """What this form has in it. A reply speaks of the comment that it answers, to everyone."""
    if parent:
        return Offer()
    consultation = place.consultation
    return Offer(
        block=place.block,
        suggests=suggests,
        asks_stance=consultation.asks_stance,
        takes_words_for_editors=consultation.takes_words_for_editors,
    )


def _posted(
    request: HttpRequest, place: Place, target: Model, parent: PublicComment | None, offer: Offer
) -> HttpResponse:
    sent = sent_in(request.POST)
    if reader_of(request) is None:
        return signed_out(request, place, sent)
    form = CommentForm(target, data=request.POST, offer=offer)
    names = _name_form(request, place)
    valid = [each.is_valid() for each in (form, names) if each]
    stopped, trouble = _stopped(request, place, sent), _trouble_with(place, parent)
    if all(valid) and not stopped and not trouble:
        return _asked_first(request, place, parent, form, names) or _send(request, place, parent, form, names)
    if stored := _stored_before(request, form):
        return redirect("posted", pk=stored.pk)
    if trouble and not stopped:
        return _elsewhere_instead(request, place, parent, form, trouble)
    return stopped or _refused_form(request, place, parent, form, names)


def _asked_first(
    request: HttpRequest, place: Place, parent: PublicComment | None, form: CommentForm, names: NameForm | None
) -> HttpResponse | None:
    """The form again, with what could identify someone marked in the words, and with similar things that were said here
    already. Asked once: who has seen it, posts.

    Nothing is stored yet, so the answer is no success. The words wait for those who go and read what was said.
    """
    said = form.as_said()
    found = what_to_ask_about(said, place)
    is_known = not found or request.POST.get("checked") == found.digest
    asks_for_similar = parent is None and "seen" not in request.POST
    own = names_of(request, place.consultation)
    similar = said_here_already(said, place, own=own) if asks_for_similar else []
    if is_known and not similar:
        return None
    if stored := _stored_before(request, form):
        return redirect("posted", pk=stored.pk)
    keep_words(request, [request.path], sent_in(request.POST))
    form.renew()
    cards = similar_cards(similar, place.consultation) if similar else []
    return _form_page(request, place, parent, form, names, status=422, similar=cards, found=found)


def _stored_before(request: HttpRequest, form: CommentForm) -> PublicComment | None:
    """A second click, or a retry after the answer was lost: the first one stands, whatever has happened since.

    When nothing has happened since, `post` finds it.
    """
    if not {"submission_id", *WORDS, *CHOICES} & set(form.fields) <= set(form.cleaned_data):
        return None
    return (
        PublicComment.objects.filter(
            submission_id=_submission(form, asked_capacity(request)), persona__account=reader_of(request)
        )
        .only("pk")
        .first()
    )


def _submission(form: CommentForm, capacity: str = "") -> UUID:
    """What makes one comment of a form that is sent twice: the form and all that was said in it.

    Someone who goes back in the browser and writes something else in the same form, or of other words, has said
    something else.
    """
    quote = form.cleaned_data.get("quoted")
    said = [*astuple(form.as_said()), *([quote.prefix, quote.exact] if quote else []), *filter(None, [capacity])]
    return uuid5(form.cleaned_data["submission_id"], "\0".join(map(str, said)))


def _send(
    request: HttpRequest, place: Place, parent: PublicComment | None, form: CommentForm, names: NameForm | None
) -> HttpResponse:
    try:
        comment = post(
            replace(place, quote=form.cleaned_data.get("quoted")),
            text=form.as_said(),
            persona=_persona(request, place) or _named(request, place, names),
            submission_id=_submission(form, asked_capacity(request)),
            reply_to=parent,
            by=request.user,
        )
    except ValidationError as error:
        _put_on(error, form, names)
        return _refused_form(request, place, parent, form, names)
    forget_kept_words(request)
    return redirect("posted", pk=comment.pk)


def _put_on(error: ValidationError, form: CommentForm, names: NameForm | None) -> None:
    """Show an error at the field that it is about, if the page has that field."""
    of_field = getattr(error, "error_dict", {})
    one = next((each for each in (form, names) if each and of_field and set(of_field) <= set(each.fields)), None)
    if one is None:
        form.add_error(None, ValidationError(error.messages))
        return
    for field, errors in of_field.items():
        one.add_error(field, errors)


def _persona(request: HttpRequest, place: Place) -> Persona | None:
    """The name under which whoever asks speaks here now, if they have taken it."""
    return speaker(request, place.consultation)


def _named(request: HttpRequest, place: Place, names: NameForm) -> Persona:
    consultation = place.consultation
    try:
        persona = take_name(
            consultation,
            by=request.user,
            house_rules_version=consultation.house_rules.version,
            privacy_notice_version=consultation.privacy_notice.version,
            **names.as_choice(),
        )
    except ValidationError:
        # The first of two clicks has taken the name meanwhile: the second one finds it.
        look_again(request)
        if taken := _persona(request, place):
            return taken
        raise
    persona.consultation = consultation
    return persona


def _name_form(request: HttpRequest, place: Place) -> NameForm | None:
    if _persona(request, place):
        return None
    capacity = asked_capacity(request) if names_of(request, place.consultation) else ""
    return NameForm(request.POST if request.method == "POST" else None, capacity=capacity)


def _refused_form(request, place, parent, form, names) -> HttpResponse:
    form.renew()
    return _form_page(request, place, parent, form, names, status=422)


@dataclass(frozen=True)
class Trouble:
    """Why this comment cannot be replied to, and the one that can be instead."""

    why: str = ""
    instead: PublicComment | None = None

    def __bool__(self) -> bool:
        return bool(self.why)


def _trouble_with(place: Place, parent: PublicComment | None) -> Trouble:
    """What is wrong with the parent, whether or not anything has been written."""
    try:
        if parent:
            refuse_unfit_parent(parent)
    except TooDeep as too_deep:
        return Trouble(too_deep.messages[0], too_deep.instead)
    except ValidationError as gone:
        return Trouble(gone.messages[0])
    return Trouble()


def _elsewhere_instead(
    request: HttpRequest, place: Place, parent: PublicComment | None, form: CommentForm, trouble: Trouble
) -> HttpResponse:
    """The words come back, and wait in the forms to which this page leads."""
    form.renew()
    paths = [posting_address(place), *([reverse("reply", args=[trouble.instead.pk])] if trouble.instead else [])]
    keep_words(request, paths, sent_in(form.data))
    return _form_page(request, place, parent, form, None, status=422, trouble=trouble)


def posting_address(place: Place) -> str:
    """Where one starts a thread at a place."""
    slug = place.consultation.slug
    if place.block:
        return reverse("comment_on_block", args=[slug, place.block.key])
    if place.section_text:
        return reverse("comment_on_section", args=[slug, place.section_text.section.key])
    if place.question:
        return reverse("comment_on_question", args=[slug, place.question.number])
    return reverse("comment_on_whole", args=[slug])


def _form_page(
    request: HttpRequest,
    place: Place,
    parent: PublicComment | None,
    form: CommentForm,
    names: NameForm | None,
    *,
    status: int = 200,
    trouble: Trouble | None = None,
    similar: list[SimilarCard] | None = None,
    found: Screened | None = None,
) -> HttpResponse:
    consultation = place.consultation
    context = {
        "consultation": consultation,
        "place": place,
        "parent": _card_of(parent, consultation) if parent else None,
        "form": form,
        "also_kept": labelled(sent_in(form.data)) if form.is_bound else [],
        "names": names,
        "persona": _persona(request, place),
        "own_names": names_of(request, consultation),
        "other_capacity": other_capacity(names_of(request, consultation)),
        "problem": trouble.why if trouble else "",
        "instead": trouble.instead if trouble else None,
        "similar": similar,
        "found": found,
        "marked": [list(found.pieces(which)) for which, text in enumerate(found.texts) if text] if found else [],
        "seen": similar or "seen" in request.POST,
        "start_own": posting_address(place),
        "back": address_of(place),
        "where": where(consultation, timezone.now()),
        "here": "consultations",
    }
    return render(request, "consult/pages/comment_form.html", context, status=status)


def _card_of(parent: PublicComment, consultation: Consultation) -> Card:
    shown = PublicComment.objects.to_show().with_standing(None)
    return card(shown.get(pk=parent.pk), consultation, is_open=True)


def _stopped(request: HttpRequest, place: Place, sent: dict[str, str]) -> HttpResponse | None:
    """The page that gives the words back when the consultation does not take them now."""
    persona = _persona(request, place)
    reason = why_not(request.user, Can.COMMENT if persona else Can.TAKE_A_NAME, persona or place.consultation)
    if reason is None:
        return None
    if not place.consultation.takes_new_comments:
        keep_words(request, [request.path], sent)  # they wait in the form until comments are taken again
    title = _("Your comment was not posted") if sent else _("You cannot comment now")
    return given_back(request, place, sent, title=title, why=reason)


def signed_out(request: HttpRequest, place: Place, sent: dict[str, str]) -> HttpResponse:
    """Keep the words on the server until they have signed in again; show them too, in case they do not."""
    keep_words(request, [request.path], sent)
    request.session.set_expiry(3600)
    quoted = sent.get("quoted", "")[:LONGEST_IN_AN_ADDRESS]
    return given_back(
        request,
        place,
        sent,
        title=_("You were signed out"),
        why=_("Your comment was not posted, because you were signed out in the meantime. We kept your words."),
        sign_in_and_go_on=f"{request.path}?{urlencode({'words': quoted})}" if quoted else request.path,
    )


def given_back(request: HttpRequest, place: Place, sent: dict[str, str], **more: str) -> HttpResponse:
    context = {
        "words": sent.get("comment", ""),
        "also_kept": labelled(sent),
        "consultation": place.consultation,
        "where": where(place.consultation, timezone.now()),
        "back": address_of(place),
        **more,
    }
    return render(request, "consult/pages/not_posted.html", context, status=403)
