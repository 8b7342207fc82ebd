"""Complaining, answering and closing, as forms. Each kind of complaint asks for what is needed, and for no more."""

from typing import Any
from uuid import UUID, uuid4, uuid5

from django import forms
from django.utils.translation import gettext_lazy as _

from consult.moderation.complaints.actions import Told
from consult.moderation.complaints.models import IN_CONFIDENCE, LONGEST, Complaint, Kind


def _words(label: str, help_text: str = "", *, rows: int = 3, required: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST,
        required=bool(required),
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": required, "max_length": _("Shorten this to 4,000 characters.")},
    )


def _email(*, required: bool) -> forms.EmailField:
    label = _("Your e-mail address") if required else _("Your e-mail address (optional)")
    return forms.EmailField(
        label=label,
        help_text=_("Only staff who handle complaints see it. The comment’s writer never does."),
        required=required,
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Enter an e-mail address like name@example.org."),
        },
    )


class _OnceForm(forms.Form):
    """A form that is one complaint, however often it is sent; other words in it are another one."""

    submission_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"submission_id": uuid4()}, **kwargs)

    def as_told(self) -> Told:
        return Told(**{name: said for name, said in self.cleaned_data.items() if name != "submission_id"})

    @property
    def submission(self) -> UUID:
        return uuid5(self.cleaned_data["submission_id"], repr(self.as_told()))


class LibelForm(_OnceForm):
    """What a notice of complaint must say: Defamation Act 2013, section 5(6), and SI 2013/3028, regulation 2."""

    name = forms.CharField(
        label=_("Your name"), max_length=120,
        error_messages={"required": _("Enter your name."), "max_length": _("Shorten this to 120 characters.")},
    )  # fmt: skip
    email = _email(required=True)
    statement = _words(
        _("Which words do you complain of?"), _("Copy them from the comment."), required=_("Copy the words.")
    )
    meaning = _words(
        _("What do they mean, as you understand them?"), required=_("Say what the words mean, as you understand them.")
    )
    untrue = _words(
        _("What in them is untrue, or an opinion that no fact supports?"), required=_("Say what is untrue in them.")
    )
    harm = _words(
        _("Why are they defamatory of you?"),
        _("What serious harm they have done to your reputation, or are likely to do."),
        required=_("Say what harm they do."),
    )
    cannot_sue = forms.BooleanField(
        label=_("I do not know enough about the writer to bring proceedings against them"),
        error_messages={"required": _("Tick the box if this is so. Otherwise turn to the writer.")},
    )
    may_name_me = forms.BooleanField(label=_("You may tell the writer my name (optional)"), required=False)

    def as_told(self) -> Told:
        return Told(**{name: said for name, said in self.cleaned_data.items() if name in Told.__dataclass_fields__})


class OtherForm(_OnceForm):
    """Anything else: what is wrong, and where to write to if an answer is wished for."""

    words = _words(_("What is wrong?"), rows=6, required=_("Say what is wrong."))
    email = _email(required=False)


class ConfidentialForm(OtherForm):
    """What named staff alone read."""

    words = _words(
        _("What should we know?"),
        _("Say who is in danger, where, and what you know. Named staff alone read it, and it is never published."),
        rows=6,
        required=_("Say what we should know."),
    )


def form_for(kind: str) -> type[_OnceForm]:
    if kind == Kind.DEFAMATION:
        return LibelForm
    return ConfidentialForm if kind in IN_CONFIDENCE else OtherForm


class AnswerForm(forms.Form):
    """What the writer says to a complaint."""

    wish = forms.ChoiceField(
        label=_("What do you want to do?"),
        choices=[
            (Complaint.Wish.WITHDRAWS, _("Take the comment back now")),
            (Complaint.Wish.STANDS, _("Stand by it, and say why")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether you take the comment back.")},
    )
    words = _words(
        _("Why do you stand by it?"), _("Only staff who handle complaints read this. Do not say who you are."), rows=5
    )


class CloseForm(forms.Form):
    """What came of a complaint."""

    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        choices=Complaint.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what came of it.")},
    )
    words = _words(
        _("What do you say to whoever complained?"),
        _("They read it on the page of their reference number. Say nothing about the writer."),
        rows=4,
        required=_("Say what came of it."),
    )
