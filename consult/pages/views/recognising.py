"""“That is me”: where someone says so, and where the team confirms it."""

from uuid import uuid4

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consult.consultations.models import Consultation
from consult.discussion.elsewhere.limits import is_within
from consult.discussion.elsewhere.models import ThatIsMe
from consult.discussion.elsewhere.recognising import (
    LONGEST_MESSAGE,
    refuse_what_is_nobodys,
    say_that_is_me,
    settle,
    theirs,
)
from consult.discussion.models import PublicComment
from consult.pages.context import reader_of
from consult.pages.speaking import speaker
from consult.pages.talk import card
from consult.pages.views.team import documents_of, status_of, team_page
from consult.people.models import Persona

FROM_ONE_ADDRESS, AN_HOUR = 10, 3_600
MOST_SHOWN = 100


class ThatIsMeForm(forms.Form):
    """What someone wishes who was named, and how we can find out that it is them."""

    wish = forms.ChoiceField(
        label=gettext_lazy("What would you like us to do?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you would like us to do.")},
    )
    contact = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy(
            "We write to it once or twice to find out that it is you, and forget it when this is settled. If your "
            "words came by e-mail, use that address."
        ),
        required=False,
        error_messages={
            "invalid": gettext_lazy("Enter an e-mail address like name@example.org."),
        },
    )
    message = forms.CharField(
        label=gettext_lazy("How can we know that it is you? (optional)"),
        help_text=gettext_lazy("Only the team reads this. Do not send copies of documents."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=LONGEST_MESSAGE,
        required=False,
    )
    submission_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, may_claim: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        wishes = ThatIsMe.Wish.choices if may_claim else ThatIsMe.Wish.choices[:2]
        self.fields["wish"].choices = wishes
        if may_claim:
            self.fields["contact"].label = _("Your e-mail address (not if you take the words as yours)")

    def clean(self) -> dict:
        cleaned = super().clean()
        is_known = cleaned.get("wish") == ThatIsMe.Wish.CLAIM or "contact" in self.errors
        if not is_known and not cleaned.get("contact"):
            self.add_error("contact", _("Enter an e-mail address at which we can ask you."))
        return cleaned

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("Leave the hidden field empty, and send this again."))
        return ""


def _recognisable(pk: int) -> PublicComment:
    public = PublicComment.objects.filter(consultation__announced_at__isnull=False, elsewhere__isnull=False)
    comment = get_object_or_404(public.to_show(), pk=pk)
    try:
        refuse_what_is_nobodys(comment)
    except ValidationError:
        raise Http404 from None
    return comment


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def that_is_me(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one is the person who said this, and what one wishes. No account is needed."""
    comment = _recognisable(pk)
    persona = speaker(request, comment.consultation) if reader_of(request) else None
    form = ThatIsMeForm(request.POST if request.method == "POST" else None, may_claim=persona is not None)
    if form.is_valid() and _asked(request, comment, form, persona):
        return redirect("that_is_me_sent", pk=pk)
    context = {
        "form": form,
        "comment": comment,
        "card": card(comment, comment.consultation, is_open=False),
        "consultation": comment.consultation,
        "persona": persona,
        "here": "consultations",
    }
    return render(request, "consult/pages/that_is_me.html", context, status=status_of(form))


def _asked(request: HttpRequest, comment: PublicComment, form: ThatIsMeForm, persona: Persona | None) -> bool:
    said = form.cleaned_data
    wanted = {name: said[name] for name in ("wish", "message", "contact", "submission_id")}
    if not is_within("that-is-me", get_adapter().get_client_ip(request), most=FROM_ONE_ADDRESS, seconds=AN_HOUR):
        form.add_error(None, _("This was asked often from your network. Try again in an hour, or write to the team."))
        return False
    try:
        say_that_is_me(comment, persona=persona, by=reader_of(request), **wanted)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


@never_cache
@require_safe
def sent(request: HttpRequest, pk: int) -> HttpResponse:
    """It arrived. The same for everyone, whoever looks."""
    comment = _recognisable(pk)
    context = {"comment": comment, "consultation": comment.consultation, "here": "consultations"}
    return render(request, "consult/pages/that_is_me_sent.html", context)


# --- The team's page ----------------------------------------------------------------------------------
class ConfirmForm(forms.Form):
    """How someone knows that it is them."""

    means = forms.CharField(
        label=gettext_lazy("By what means do you know that it is them?"),
        help_text=gettext_lazy(
            "For instance: answered from the address that the letter came from. Only the team sees it."
        ),
        max_length=300,
        required=False,
    )
    all_of_them = forms.BooleanField(required=False)

    def __init__(self, asked: ThatIsMe, *args, **kwargs) -> None:
        super().__init__(*args, prefix=f"ask-{asked.pk}", **kwargs)
        more = theirs(asked, all_of_them=True).count() - theirs(asked, all_of_them=False).count()
        self.fields["all_of_them"].label = _("Also for %(n)d more under the same name from there") % {"n": more}
        if more <= 0:
            del self.fields["all_of_them"]


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def asked(request: HttpRequest, slug: str) -> HttpResponse:
    """Who said that it is them: to be confirmed, and what was settled."""
    looked_after = Consultation.objects.filter(document__in=documents_of(request.user)).select_related("document")
    consultation = get_object_or_404(looked_after, slug=slug)
    found = ThatIsMe.objects.filter(consultation=consultation).order_by("-pk")
    found = found.select_related("comment__elsewhere", "comment__consultation", "persona")
    sent_form = None
    if request.method == "POST":
        one = get_object_or_404(found, pk=_number(request.POST.get("asked", "")))
        sent_form = ConfirmForm(one, request.POST)
        if sent_form.is_valid() and _settled(request, one, sent_form):
            return redirect("people_who_asked", slug=slug)
    rows = [
        {"asked": one, "form": sent_form if sent_form and sent_form.prefix == f"ask-{one.pk}" else ConfirmForm(one)}
        for one in found.filter(state=ThatIsMe.State.WAITING)[:MOST_SHOWN]
    ]
    context = {
        "consultation": consultation,
        "rows": rows,
        "settled": found.exclude(state=ThatIsMe.State.WAITING)[:MOST_SHOWN],
        "form": sent_form,
        "here": "team",
    }
    return render(request, "consult/pages/people_who_asked.html", context, status=422 if sent_form else 200)


def _number(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 18):
        raise Http404
    return int(typed)


def _settled(request: HttpRequest, one: ThatIsMe, form: ConfirmForm) -> bool:
    is_confirmed = request.POST.get("verdict") == "confirm"
    try:
        settle(one, is_confirmed=is_confirmed, by=request.user, means=form.cleaned_data["means"],
               all_of_them=form.cleaned_data.get("all_of_them", False))  # fmt: skip
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(
        request, _("It is done.") if is_confirmed else _("Nothing was changed, and the address is forgotten.")
    )
    return True
