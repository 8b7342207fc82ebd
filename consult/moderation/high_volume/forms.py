"""Slowing down, and deciding by a condition, as forms."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consult.consultations.models import Consultation, HouseRules
from consult.moderation.forms import rule_choices
from consult.moderation.high_volume.actions import LONGEST_NOTICE, PACES, Brakes
from consult.moderation.high_volume.conditions import STATE_BEFORE, Condition
from consult.moderation.models import Verb
from guidance.cleaning import clean_line, clean_text


def full_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


class BrakesForm(forms.Form):
    """How new comments are taken from now on."""

    moderation = forms.ChoiceField(
        label=gettext_lazy("When are comments public?"),
        choices=Consultation.Moderation.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose when comments are public.")},
    )
    comments_an_hour = forms.TypedChoiceField(
        label=gettext_lazy("How many comments an hour from one person?"),
        help_text=gettext_lazy("After that, each one waits longer: one minute, two, four, up to half an hour."),
        coerce=int,
    )
    takes = forms.ChoiceField(
        label=gettext_lazy("Are new comments taken?"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No, stop them for now"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whether new comments are taken.")},
    )
    stop_notice = forms.CharField(
        label=gettext_lazy("Notice, if you stop them"),
        help_text=gettext_lazy("Everyone reads it. Say until when. Words that people have written come back to them."),
        max_length=LONGEST_NOTICE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": gettext_lazy("Shorten the notice to 300 characters.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("For the history. Readers do not see it."),
        max_length=500,
        error_messages={
            "required": gettext_lazy("Say why. It is kept in the history."),
            "max_length": gettext_lazy("Shorten this to 500 characters."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["comments_an_hour"].choices = [
            (pace, _("%(n)d an hour") % {"n": pace} if pace else _("As many as they like")) for pace in PACES
        ]

    @staticmethod
    def as_it_is(consultation: Consultation) -> dict:
        return {
            "moderation": consultation.moderation,
            "comments_an_hour": consultation.comments_an_hour,
            "takes": "yes" if consultation.takes_new_comments else "no",
            "stop_notice": consultation.stop_notice,
        }

    def clean(self) -> dict:
        said = super().clean() or self.cleaned_data
        if said.get("takes") == "no" and not clean_line(said.get("stop_notice", "")):
            self.add_error("stop_notice", _("Write the notice that people read when they want to comment."))
        return said

    def as_brakes(self) -> Brakes:
        said = self.cleaned_data
        return Brakes(
            reads_first=said["moderation"] == Consultation.Moderation.FIRST,
            comments_an_hour=said["comments_an_hour"],
            stop_notice=said["stop_notice"] if said["takes"] == "no" else "",
        )


class ConditionForm(forms.Form):
    """Which comments, and what is decided on all of them."""

    name = forms.CharField(label=gettext_lazy("Posted by this name (optional)"), max_length=60, required=False)
    words = forms.CharField(label=gettext_lazy("With these words in them (optional)"), max_length=200, required=False)
    hours = forms.TypedChoiceField(
        label=gettext_lazy("Posted in the last (optional)"),
        help_text=gettext_lazy("Counted from the full hour before, so that nobody’s minute can be found out."),
        choices=[
            ("", gettext_lazy("At any time")),
            (1, gettext_lazy("hour")),
            (3, gettext_lazy("3 hours")),
            (12, gettext_lazy("12 hours")),
            (24, gettext_lazy("day")),
            (72, gettext_lazy("3 days")),
        ],
        coerce=int,
        required=False,
        empty_value=0,
    )
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
        help_text=gettext_lazy("Each writer reads it."),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": gettext_lazy("Shorten the reason to 2,000 characters.")},
    )
    up_to = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**62)
    looked_at = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, rules: HouseRules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verb"].choices = [(verb, verb.label) for verb in STATE_BEFORE]
        self.fields["rule"].choices = rule_choices(rules, _("No rule"))[::-1]

    def clean(self) -> dict:
        said = super().clean() or self.cleaned_data
        if not self.errors and not self.as_condition():
            self.add_error(None, _("Say which comments you mean: by a name, by words, or of which hours."))
        if said.get("verb") in {Verb.HOLD, Verb.HIDE}:
            if not said.get("rule"):
                self.add_error("rule", _("Choose the house rule that this rests on."))
            if not clean_text(said.get("reason", "")):
                self.add_error("reason", _("Say why. Its writer reads it."))
        return said

    @property
    def fingerprint(self) -> str:
        """Changes with the condition and the verb, so that nobody decides on something else than they have seen."""
        said = repr((self.as_condition(), str(self.cleaned_data["verb"])))
        return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()

    @property
    def was_looked_at(self) -> bool:
        return bool(self.cleaned_data["up_to"]) and self.cleaned_data["looked_at"] == self.fingerprint

    def as_condition(self) -> Condition:
        said = self.cleaned_data
        return Condition(
            name=said.get("name", ""),
            words=said.get("words", ""),
            since=full_hour(timezone.now() - timedelta(hours=said["hours"])) if said.get("hours") else None,
        )
