"""The comment form: text, and what proves that the form is ours."""

import time
import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_comments.forms import CommentSecurityForm

from consult.discussion.actions import refuse_unfit_text
from guidance.anchors import LONGEST_QUOTE, Quote, places_of, quote_at
from guidance.cleaning import clean
from guidance.models import Block

LONGEST_SENT = 200_000
"""Characters that are looked at and given back. What is longer was not typed."""


class WordsField(forms.CharField):
    """Text in which nothing is refused out of hand: `clean` takes out what cannot be stored, and says so."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators = [check for check in self.validators if not isinstance(check, ProhibitNullCharactersValidator)]


class CommentForm(CommentSecurityForm):
    """django-comments' signed form, without name and e-mail: the persona is known.

    A signature that is only old is renewed without a word. A wrong one is refused, and the words come back in a form
    with a right one. `submission_id` makes a form that is sent twice one comment. On a `block` one may quote the words
    that one means; without any, all of it is meant.
    """

    quoted = WordsField(
        label=gettext_lazy("Which words do you mean? (optional)"),
        help_text=gettext_lazy("Copy them from the paragraph. Leave this empty if you mean all of it."),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        strip=True,
    )

    comment = WordsField(
        label=gettext_lazy("Your comment"),
        widget=forms.Textarea(attrs={"rows": 8}),
        strip=True,
        error_messages={"required": gettext_lazy("Write your comment.")},
    )
    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    honeypot = forms.CharField(required=False, label=gettext_lazy("Leave this field empty"))

    def __init__(self, target_object: Any, data: Any = None, *, block: Block | None = None, **kwargs: Any) -> None:
        initial = {"submission_id": uuid.uuid4(), **kwargs.pop("initial", {})}
        super().__init__(target_object, data=data, initial=initial, **kwargs)
        self.block = block
        if block is None:
            del self.fields["quoted"]
        self.fields["comment"].help_text = _(
            "Up to %(most)s characters. Leave out names, places and dates by which you or others could be recognised."
        ) % {"most": f"{settings.LONGEST_COMMENT:,}"}

    def clean_timestamp(self) -> int:
        """An old form is as good as a new one, as long as its signature is ours. One from the future is not."""
        stamp = self.cleaned_data["timestamp"]
        if stamp > time.time() + 300:
            raise ValidationError(_("This form was not made by us. Your words are here: send them again."))
        return stamp

    def clean_security_hash(self) -> str:
        try:
            return super().clean_security_hash()
        except ValidationError:
            raise ValidationError(_("This form was not made by us. Your words are here: send them again.")) from None

    def clean_honeypot(self) -> str:
        if self.cleaned_data["honeypot"]:
            raise ValidationError(_("Leave the hidden field empty, and send your comment again."))
        return ""

    def clean_comment(self) -> str:
        cleaned = clean(self.cleaned_data["comment"])
        refuse_unfit_text(cleaned.text)
        if cleaned.taken_out:
            raise ValidationError(
                _("We took out characters that cannot be shown. Check your words, and send them again.")
            )
        return cleaned.text

    def clean_quoted(self) -> Quote | None:
        """The words of the block that are meant; None for all of it."""
        words = clean(self.cleaned_data["quoted"]).text.strip()
        if not words:
            return None
        if len(words) > LONGEST_SENT or not (places := places_of(words, self.block.text)):
            raise ValidationError(
                _("These words do not stand in paragraph %(number)s. Copy them from it, or leave this empty.")
                % {"number": self.block.number}
            )
        if len(places) > 1:
            raise ValidationError(
                _("These words stand in paragraph %(number)s more than once. Copy a few more words around them.")
                % {"number": self.block.number}
            )
        [(start, end)] = places
        if not self.block.text[:start].strip() and not self.block.text[end:].strip():
            return None
        if end - start > LONGEST_QUOTE:
            raise ValidationError(
                _("Quote at most %(most)s characters. You can leave this empty if you mean all of the paragraph.")
                % {"most": f"{LONGEST_QUOTE:,}"}
            )
        return quote_at(self.block.text, start, end)

    def renew(self) -> None:
        """Make a refused form sendable: its words cleaned, signed anew, its errors still there to be read."""
        data = self.data.copy()
        data.update(self.generate_security_data())
        for name in {"comment", "quoted"} & set(self.fields):
            data[name] = clean(str(data.get(name, ""))[:LONGEST_SENT]).text
        data["honeypot"] = ""
        if "submission_id" in self.errors:
            data["submission_id"] = str(uuid.uuid4())
        self.data = data
