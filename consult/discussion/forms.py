"""The comment form: text, what kind of contribution it is, and what proves that the form is ours."""

import time
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator, URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_comments.forms import CommentSecurityForm

from consult.discussion.actions import Said, refuse_unfit_text
from consult.discussion.models import PublicComment
from consult.discussion.suggesting import Copy, copy_of, refuse_unfit_wording
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


class WebAddressField(forms.URLField):
    """An address on the web, as it stands: nobody's password in it, and no other scheme."""

    default_validators = [URLValidator(schemes=("http", "https"))]

    def clean(self, value: Any) -> str:
        address = super().clean(clean(str(value or "")).text)
        if "@" in urlsplit(address).netloc:
            raise ValidationError(_("Give the address without a name or a password in it."))
        return address


@dataclass(frozen=True)
class Offer:
    """What one may do in a form: suggest wording for a block or quote words of it, say where one stands, write to the
    editors only."""

    block: Block | None = None
    suggests: bool = False
    asks_stance: bool = False
    takes_words_for_editors: bool = False


Kind, Audience = PublicComment.Kind, PublicComment.Audience
CHOICES = ("what", "stance", "audience")
WORDS = ("suggested", "comment", "quoted", "evidence_url")


class CommentForm(CommentSecurityForm):
    """django-comments' signed form, without name and e-mail: the persona is known.

    A signature that is only old is renewed without a word. A wrong one is refused, and the words come back in a form
    with a right one. `submission_id` makes a form that is sent twice one comment. On a `block` one may quote the words
    that one means; without any, all of it is meant.

    The short form is the text. What else there is stands behind it, and has an answer that is right for most.
    """

    suggested = WordsField(
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "This is a copy. Change what you like: readers see what you took out and what you put in."
        ),
        strip=True,
        error_messages={"required": gettext_lazy("Write the words that you suggest.")},
    )

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
    what = forms.ChoiceField(
        label=gettext_lazy("What do you bring?"),
        choices=[
            (Kind.COMMENT, gettext_lazy("A comment: what works, what does not, and why")),
            (Kind.QUESTION, gettext_lazy("A question: what a sentence means, or how it would apply")),
            (Kind.EVIDENCE, gettext_lazy("Evidence: a source, a case or a figure")),
        ],
        initial=Kind.COMMENT,
        widget=forms.RadioSelect,
        required=False,
    )
    evidence_url = WebAddressField(
        label=gettext_lazy("Link to your evidence (optional)"),
        help_text=gettext_lazy("Where readers can check it. Evidence has a link, or a figure in your words."),
        assume_scheme="https",
        max_length=500,
        required=False,
        error_messages={"invalid": gettext_lazy("Enter a web address, such as https://www.gov.uk/report")},
    )
    stance = forms.ChoiceField(
        label=gettext_lazy("Are you for or against it? (optional)"),
        choices=[*PublicComment.Stance.choices, ("", gettext_lazy("I would rather not say"))],
        widget=forms.RadioSelect,
        required=False,
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Who may read it?"),
        choices=[
            (Audience.EVERYONE, gettext_lazy("Everyone")),
            (Audience.EDITORS, gettext_lazy("The editors only: it is counted, and never shown or quoted")),
        ],
        initial=Audience.EVERYONE,
        widget=forms.RadioSelect,
        required=False,
    )
    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    honeypot = forms.CharField(required=False, label=gettext_lazy("Leave this field empty"))

    def __init__(
        self,
        target_object: Any,
        data: Any = None,
        *,
        offer: Offer | None = None,
        initial: dict | None = None,
        **more: Any,
    ) -> None:
        self.offer = offer or Offer()
        self.block = self.offer.block
        given = {name: value for name, value in (initial or {}).items() if value}
        quoted = data.get("quoted") if data is not None else given.get("quoted", "")
        self.copy = self._copy(str(quoted or ""))
        super().__init__(target_object, data=data, initial={**self._begun(), **given}, **more)
        for name in self._not_offered():
            del self.fields[name]
        if self.offer.suggests:
            self._ask_for_wording()
        self.fields["comment"].help_text = _(
            "Up to %(most)s characters. Leave out names, places and dates by which you or others could be recognised."
        ) % {"most": f"{settings.LONGEST_COMMENT:,}"}

    def _begun(self) -> dict:
        return {"submission_id": uuid.uuid4(), "suggested": self.copy.words if self.copy else "", "stance": ""}

    def _not_offered(self) -> set[str]:
        """Fields that this form has no use for."""
        offer = self.offer
        unused = {
            "suggested": not offer.suggests,
            "quoted": offer.block is None,
            "what": offer.suggests,
            "evidence_url": offer.suggests,
            "stance": not offer.asks_stance,
            "audience": not offer.takes_words_for_editors,
        }
        return {name for name, is_unused in unused.items() if is_unused}

    def _ask_for_wording(self) -> None:
        self.fields["suggested"].label = (
            _("These words as you would write them")
            if self.copy.is_a_part
            else _("The paragraph as you would write it")
        )
        self.fields["suggested"].widget.attrs["rows"] = min(16, max(3, 2 + len(self.copy.words) // 60))
        self.fields["quoted"].widget = forms.HiddenInput()
        self.fields["comment"].label = _("Why? (optional)")
        self.fields["comment"].required = False
        self.fields["comment"].widget.attrs["rows"] = 4

    def _copy(self, quoted: str) -> Copy | None:
        """What is written in: words that were marked, if they stand in the paragraph once; else all of it."""
        if not self.offer.suggests:
            return None
        places = places_of(clean(quoted[:LONGEST_SENT]).text, self.block.text) if quoted.strip() else []
        fits = len(places) == 1 and places[0][1] - places[0][0] <= LONGEST_QUOTE
        return copy_of(self.block.source, quote_at(self.block.text, *places[0]) if fits else None)

    @property
    def says_more(self) -> bool:
        """Whether anything but the short form was used, so that it is shown opened."""
        begun = {"what": Kind.COMMENT, "audience": Audience.EVERYONE}
        names = {"what", "evidence_url", "stance", "audience"} & set(self.fields)
        return any(
            name in self.errors or (self[name].value() or begun.get(name, "")) != begun.get(name, "") for name in names
        )

    def as_said(self) -> Said:
        """What was said, of a form that is valid."""
        found = self.cleaned_data
        return Said(
            text=found["comment"],
            kind=Kind.SUGGESTION if self.offer.suggests else found.get("what") or Kind.COMMENT,
            stance=found.get("stance", ""),
            audience=found.get("audience") or Audience.EVERYONE,
            suggested=found.get("suggested", ""),
            evidence_url=found.get("evidence_url", ""),
        )

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
        refuse_unfit_text(cleaned.text, may_be_blank=self.offer.suggests)
        if cleaned.taken_out:
            raise ValidationError(
                _("We took out characters that cannot be shown. Check your words, and send them again.")
            )
        return cleaned.text

    def clean_suggested(self) -> str:
        """The Markdown of the whole paragraph as it would be."""
        cleaned = clean(self.cleaned_data["suggested"])
        if cleaned.taken_out:
            raise ValidationError(
                _("We took out characters that cannot be shown. Check your words, and send them again.")
            )
        whole = self.copy.whole(cleaned.text) if cleaned.text else ""
        refuse_unfit_wording(whole, source=self.block.source, kind=self.block.kind)
        return whole

    def clean(self) -> dict:
        """A comment with a link to a source is evidence."""
        found = super().clean() or self.cleaned_data
        if found.get("what") in {"", Kind.COMMENT} and found.get("evidence_url"):
            found["what"] = Kind.EVIDENCE
        return found

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
        for name in set(WORDS) & set(self.fields):
            data[name] = clean(str(data.get(name, ""))[:LONGEST_SENT]).text
        data["honeypot"] = ""
        if "submission_id" in self.errors:
            data["submission_id"] = str(uuid.uuid4())
        self.data = data


class ChangeForm(forms.Form):
    """One's own words, to be said otherwise."""

    suggested = WordsField(
        label=gettext_lazy("The paragraph as you would write it"),
        widget=forms.Textarea(attrs={"rows": 6}),
        strip=True,
        error_messages={"required": gettext_lazy("Write the words that you suggest.")},
    )
    comment = WordsField(
        label=gettext_lazy("Your comment"),
        widget=forms.Textarea(attrs={"rows": 8}),
        strip=True,
        error_messages={"required": gettext_lazy("Write your comment.")},
    )
    wording = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, is_suggestion: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_suggestion:
            self.fields["comment"].required = False
            self.fields["comment"].label = _("Why? (optional)")
        else:
            del self.fields["suggested"]

    def clean_comment(self) -> str:
        return _cleaned(self.cleaned_data["comment"])

    def clean_suggested(self) -> str:
        return _cleaned(self.cleaned_data["suggested"])


def _cleaned(words: str) -> str:
    cleaned = clean(words[:LONGEST_SENT])
    if cleaned.taken_out:
        raise ValidationError(_("We took out characters that cannot be shown. Check your words, and send them again."))
    return cleaned.text
