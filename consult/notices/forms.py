"""How often someone wants to be told, and what of."""

from django import forms
from django.utils.translation import gettext_lazy

from consult.notices.models import HowOften, Wishes


class FollowForm(forms.Form):
    """How often."""

    how_often = forms.ChoiceField(
        label=gettext_lazy("How often?"),
        choices=HowOften.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how often we write to you.")},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["how_often"].choices = [(value, label.capitalize()) for value, label in HowOften.choices]


class WishesForm(forms.ModelForm):
    """What concerns someone without their following it, and how much a mail may say."""

    class Meta:
        model = Wishes
        fields = ["replies", "words", "is_discreet"]
        labels = {
            "replies": gettext_lazy("When someone replies to you"),
            "words": gettext_lazy("When words that you commented on are changed"),
            "is_discreet": gettext_lazy("Keep mails discreet"),
        }
        help_texts = {
            "is_discreet": gettext_lazy(
                "Then a mail says only that there is something new. Without it, subject and text name the consultation "
                "and quote a few words of what was said. Whoever looks over your shoulder can read them."
            ),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("replies", "words"):
            self.fields[name].choices = [(v, label.capitalize()) for v, label in self.fields[name].choices if v]
