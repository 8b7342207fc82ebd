"""Reporting, deciding and appealing, as forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consult.consultations.models import HouseRules
from consult.moderation.models import Verb
from consult.screening.models import Listed
from guidance.cleaning import clean_text

NO_RULE = "0"


def rule_choices(rules: HouseRules, otherwise: str) -> list[tuple[str, str]]:
    numbered = [(str(number), f"{number}. {rule}") for number, rule in enumerate(rules.as_list, start=1)]
    return [*numbered, (NO_RULE, otherwise)]


class ReportForm(forms.Form):
    """What is wrong with a comment."""

    rule = forms.TypedChoiceField(
        label=gettext_lazy("Which house rule does it break?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a house rule, or something else.")},
    )
    words = forms.CharField(
        label=gettext_lazy("What is wrong with it? (optional)"),
        help_text=gettext_lazy("Only moderators read this. Up to 500 characters."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": gettext_lazy("Shorten this to 500 characters.")},
    )

    def __init__(self, *args: Any, rules: HouseRules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = rule_choices(rules, _("Something else: I say what"))


class RulingForm(forms.Form):
    """What a moderator does with a comment, or with many."""

    verb = forms.ChoiceField(
        label=gettext_lazy("What do you decide?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you decide.")},
    )
    rule = forms.TypedChoiceField(
        label=gettext_lazy("House rule"),
        help_text=gettext_lazy("Needed when words are taken away. It is shown in public."),
        coerce=int,
        required=False,
        empty_value=0,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Its writer reads it. Say it as you would to their face."),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": gettext_lazy("Shorten the reason to 2,000 characters.")},
    )
    passages = forms.CharField(
        label=gettext_lazy("Words to take out"),
        help_text=gettext_lazy("Only if you take out some of its words: copy each passage to a line of its own."),
        required=False,
        max_length=8_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, rules: HouseRules, verbs: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verb"].choices = [(verb, Verb(verb).label) for verb in verbs]
        self.fields["rule"].choices = rule_choices(rules, _("No rule"))[::-1]
        if Verb.REDACT not in verbs:
            del self.fields["passages"]

    def passage_list(self) -> list[str]:
        return self.cleaned_data.get("passages", "").splitlines()


class AppealForm(forms.Form):
    """Asking another moderator needs no words."""

    words = forms.CharField(
        label=gettext_lazy("What should the other moderator know? (optional)"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": gettext_lazy("Shorten your words to 2,000 characters.")},
    )


class AppealAnswerForm(forms.Form):
    """What another moderator answers."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        widget=forms.RadioSelect,
        choices=[
            ("upheld", gettext_lazy("Show the comment again")),
            ("dismissed", gettext_lazy("The decision stands")),
        ],
        error_messages={"required": gettext_lazy("Choose your answer.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Its writer reads it."),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": gettext_lazy("Say why. Its writer reads it."),
            "max_length": gettext_lazy("Shorten the reason to 2,000 characters."),
        },
    )


class ListForm(forms.Form):
    """An address, a number or some words for one of the lists."""

    which = forms.ChoiceField(
        label=gettext_lazy("List"),
        choices=[
            (Listed.List.PUBLIC, gettext_lazy("Public addresses and numbers: nobody is asked about them")),
            (Listed.List.WAITS, gettext_lazy("Words with which a comment waits for a moderator")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a list.")},
    )
    words = forms.CharField(
        label=gettext_lazy("Address, number or words"),
        help_text=gettext_lazy("All addresses of a domain: @council.example"),
        max_length=120,
        error_messages={
            "required": gettext_lazy("Enter an address, a number or a few words, up to 120 characters."),
            "max_length": gettext_lazy("Enter an address, a number or a few words, up to 120 characters."),
        },
    )
    note = forms.CharField(
        label=gettext_lazy("Why it is listed (optional)"), max_length=200, required=False,
        error_messages={"max_length": gettext_lazy("Shorten this to 200 characters.")},
    )  # fmt: skip


class ChangeRulingForm(forms.Form):
    """Whether a change of a comment may be seen. `seen` is the change's number as it was read."""

    lets_in = forms.ChoiceField(
        label=gettext_lazy("May the comment say this?"),
        choices=[("yes", gettext_lazy("Yes, let it in")), ("no", gettext_lazy("No, the comment stays as it is"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whether you let it in.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("If not, why? Its writer reads it"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2_000,
        required=False,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def clean(self) -> dict:
        found = super().clean() or self.cleaned_data
        if found.get("lets_in") == "no" and not clean_text(found.get("reason", "")):
            self.add_error("reason", gettext_lazy("Say why. Its writer reads it."))
        return found
