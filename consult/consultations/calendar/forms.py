"""Forms for dates: a new closing date, a time when the service was away, a pre-election period."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consult.consultations.calendar.models import Outage
from consult.consultations.models import Consultation

MINUTES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


def _moment(label, missing, **more) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        input_formats=MINUTES,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": missing, "invalid": missing},
        **more,
    )


def _day(label, missing, **more) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": missing, "invalid": missing},
        **more,
    )


class ExtendForm(forms.Form):
    """When it is to close, and why."""

    closes_at = _moment(gettext_lazy("It closes at"), gettext_lazy("Enter when it closes."))
    decision_by = _day(
        gettext_lazy("Answer promised by"), gettext_lazy("Enter the day by which you promise an answer.")
    )
    outage = forms.ModelChoiceField(
        label=gettext_lazy("Because the service was away"),
        queryset=Outage.objects.none(),
        required=False,
        empty_label=gettext_lazy("No, for another reason"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("Everyone reads it on the page, and those who follow it get an e-mail."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why. Everyone reads it beside the new date.")},
    )

    def __init__(self, *args, consultation: Consultation, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outage"].queryset = Outage.objects.during(consultation)
        if not self.fields["outage"].queryset.exists():
            del self.fields["outage"]


class SureForm(forms.Form):
    """That a shorter time is really meant: a tick, and the new date once more."""

    sure = forms.BooleanField(
        label=gettext_lazy("People who counted on the old date lose this time. I have a reason that I can stand by."),
        error_messages={"required": gettext_lazy("Tick the box, or keep the date as it is.")},
    )
    again = _moment(
        gettext_lazy("The new closing date once more"), gettext_lazy("Enter the new closing date once more.")
    )

    def __init__(self, *args, closes_at, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.closes_at = closes_at

    def clean_again(self):
        if self.cleaned_data["again"] != self.closes_at:
            raise ValidationError(_("This is not the date that you chose. Enter the same one, or go back."))
        return self.cleaned_data["again"]


class OutageForm(forms.Form):
    """From when to when it was away."""

    began_at = _moment(gettext_lazy("Away from"), gettext_lazy("Enter when it began."))
    ended_at = _moment(gettext_lazy("Back at"), gettext_lazy("Enter when it was over."))
    what = forms.CharField(
        label=gettext_lazy("What did not work"),
        help_text=gettext_lazy("In a sentence. It is shown on the page of every consultation that it fell into."),
        max_length=300,
        error_messages={"required": gettext_lazy("Say in a sentence what did not work.")},
    )


class QuietPeriodForm(forms.Form):
    """A pre-election period."""

    consultation = forms.ModelChoiceField(
        label=gettext_lazy("For which consultation"),
        queryset=Consultation.objects.none(),
        required=False,
        empty_label=gettext_lazy("All of them"),
    )
    begins_on = _day(gettext_lazy("First day"), gettext_lazy("Enter the first day."))
    ends_on = _day(gettext_lazy("Last day"), gettext_lazy("Enter the last day."))
    why = forms.CharField(
        label=gettext_lazy("Which election"),
        help_text=gettext_lazy("For instance: the local elections on 6 May. It is public."),
        max_length=300,
        error_messages={"required": gettext_lazy("Say which election it is for.")},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consultation"].queryset = Consultation.objects.filter(answered_at__isnull=True).order_by("title")
