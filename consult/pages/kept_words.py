"""Words that could not be posted wait on the server, in the session, for the form in which they can."""

from collections.abc import Iterable, Mapping

from django.http import HttpRequest
from django.utils.translation import gettext as _

from consult.discussion.forms import CHOICES, LONGEST_SENT, WORDS
from guidance.cleaning import clean

KEPT = "kept_words"
LONGEST = 20_000
"""Characters of a field that wait. The page shows all that was sent; what is longer has to be copied from there."""


def sent_in(data: Mapping[str, str]) -> dict[str, str]:
    """What someone has written and chosen in a comment's form, by field, without what is empty."""
    found = {name: clean(str(data.get(name, ""))[:LONGEST_SENT]).text for name in (*WORDS, *CHOICES)}
    return {name: words for name, words in found.items() if words}


def labelled(sent: Mapping[str, str]) -> list[tuple[str, str]]:
    """Words that someone wrote beside their comment, each with what it is, to be given back on a page."""
    names = {
        "suggested": _("The wording that you suggest"),
        "quoted": _("The words that you mean"),
        "evidence_url": _("The link to your evidence"),
    }
    return [(label, sent[name]) for name, label in names.items() if sent.get(name)]


def keep_words(request: HttpRequest, paths: Iterable[str], sent: Mapping[str, str]) -> None:
    """Keep what was sent on the server until one of these pages is opened again."""
    if any(sent.get(name) for name in WORDS):
        short = {name: words[:LONGEST] for name, words in sent.items()}
        request.session[KEPT] = {"paths": list(paths), "sent": short}


def words_kept_for(request: HttpRequest) -> dict[str, str]:
    """What waits for this page, by field. It is given back once."""
    kept = request.session.get(KEPT) or {}
    if request.path not in kept.get("paths", ()):
        return {}
    del request.session[KEPT]
    return kept.get("sent", {})


def forget_kept_words(request: HttpRequest) -> None:
    """They were posted from this page."""
    if request.path in (request.session.get(KEPT) or {}).get("paths", ()):
        del request.session[KEPT]
