"""Asking for a draft to be published."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NOW, LATER = "now", "later"


class PublicationForm(forms.Form):
    """What readers are told, why it goes ahead if points are open, and when."""

    changelog = forms.CharField(
        label=gettext_lazy("What readers find in this draft"),
        help_text=gettext_lazy("A sentence or two in plain words. It is shown with the draft."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say in a sentence or two what readers find in this draft.")},
    )
    why_anyway = forms.CharField(
        label=gettext_lazy("Why it is published though points are open"),
        help_text=gettext_lazy("It will be public, below the list of open points."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": gettext_lazy("Say why it is published though points are open. It will be public."),
        },
    )
    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=[(NOW, gettext_lazy("As soon as it is prepared")), (LATER, gettext_lazy("On a day, at a time"))],
        widget=forms.RadioSelect,
        initial=NOW,
    )
    due_at = forms.SplitDateTimeField(
        label=gettext_lazy("Day and time"),
        help_text=gettext_lazy("Only for a later time. For example 2026-12-08 and 12:00."),
        required=False,
        error_messages={
            "invalid_date": gettext_lazy("Enter the day like 2026-12-08."),
            "invalid_time": gettext_lazy("Enter the time like 12:00."),
        },
    )

    def __init__(self, *args, has_open_points: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not has_open_points:
            del self.fields["why_anyway"]

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("when") == LATER and not cleaned.get("due_at") and "due_at" not in self.errors:
            self.add_error("due_at", _("Enter the day and the time at which it is to be published."))
        elif cleaned.get("when") == LATER and cleaned.get("due_at") and cleaned["due_at"] <= timezone.now():
            self.add_error("due_at", _("This moment has passed. Choose a later one."))
        if cleaned.get("when") == NOW:
            cleaned["due_at"] = None
        return cleaned


class WithdrawalForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Why it does not hold any more"),
        help_text=gettext_lazy("Readers see it above the text, which stays readable."),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why it is withdrawn. Readers see it above the text.")},
    )


class CorrectionForm(forms.Form):
    source = forms.CharField(
        label=gettext_lazy("The paragraph, corrected"),
        help_text=gettext_lazy("Markdown. A correction mends a mistake; what it means is changed in the next draft."),
        max_length=20_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": gettext_lazy("Write the paragraph as it should be.")},
    )
    why = forms.CharField(
        label=gettext_lazy("What was wrong"),
        help_text=gettext_lazy("In a few words. Readers see it beside the sentence."),
        max_length=300,
        error_messages={"required": gettext_lazy("Say in a few words what was wrong.")},
    )
