"""Pages elsewhere that link to us: heard of, looked at, kept for someone to let in (W3C Webmention, and Pingback)."""

import hashlib
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.consultations.models import Consultation
from consult.discussion.elsewhere.fetching import CannotLook, Guard, NotReached, fetch
from consult.discussion.elsewhere.limits import is_within
from consult.discussion.elsewhere.linking import Linked, decoded, link_in
from consult.discussion.models import Mention
from consult.discussion.signals import mentioned
from consult.jobs.actions import ask_for
from consult.jobs.models import Job
from consult.jobs.troubles import CannotFinish
from consult.jobs.work import register
from consult.ledger.actions import record
from consult.people.models import Account
from consult.people.permissions import Can, require

FROM_A_HOST, FROM_ALL, AN_HOUR = 20, 300, 3_600
"""How often, in an hour, one host may say that it links to us, and all together may."""
GONE = {404, 410}
guard = Guard()
State = Mention.State


class TooOften(Exception):
    """Enough for now."""


def hear_of(consultation: Consultation, *, source: str, target: str) -> Job:
    """Somebody says that a page links to us. A worker looks whether it does; the same news while it waits is one.

    Raises ValidationError for an address that nobody would look at, and TooOften.
    """
    try:
        host = guard.checked(source).hostname
    except CannotLook as why:
        raise ValidationError(str(why)) from None
    if source.partition("#")[0] == target.partition("#")[0] or host == urlsplit(settings.SITE_ADDRESS).hostname:
        raise ValidationError(_("A page of ours does not mention us."))
    if not is_within("webmention", host, most=FROM_A_HOST, seconds=AN_HOUR):
        raise TooOften
    if not is_within("webmention", "", most=FROM_ALL, seconds=AN_HOUR):
        raise TooOften
    params = {
        "consultation": consultation.pk,
        "source": source,
        "target": target,
        "title": _("A page elsewhere that mentions “%(title)s”") % {"title": consultation},
    }
    key = hashlib.sha256(f"{consultation.pk}\0{source}\0{target}".encode()).hexdigest()
    return ask_for("webmention", params=params, key=key, by=None)


@register("webmention")
def look_there(job: Job) -> None:
    """Fetch the page, and note what it says, or that it says it no more. Looking again does no harm."""
    if not settings.WEBMENTION:
        raise CannotFinish(_("Mentions from elsewhere are switched off."))
    consultation = Consultation.objects.get(pk=job.params["consultation"])
    source, target = job.params["source"], job.params["target"]
    linked = _looked_at(source, target, consultation)
    with job.holding():
        note = _noted(consultation, source, target, linked)
        job.finish(result={"note": note})


def _looked_at(source: str, target: str, consultation: Consultation) -> Linked | None:
    """What the page says; None if it is gone or does not link here. A page that links to another of our pages on the
    same consultation still mentions it."""
    try:
        page = fetch(source, guard=guard)
        if page.status in GONE:
            return None
        if page.status >= 500 or page.status == 429:
            raise NotReached("It has no answer now.")
        if page.status != 200:
            raise CannotFinish(_("The page answered with %(status)d.") % {"status": page.status})
        below = settings.SITE_ADDRESS + consultation.get_absolute_url()
        is_known = _of(consultation, source).exists()
        return link_in(
            decoded(page.body, page.charset),
            url=page.url,
            leads_to_us=lambda url: url == target or (is_known and url.startswith(below)),
            is_plain=page.kind == "text/plain",
        )
    except CannotLook as why:
        raise CannotFinish(str(why)) from None


def _host_of(source: str) -> str:
    return (urlsplit(source).hostname or "")[:200]


def _key_of(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


def _of(consultation: Consultation, source: str):
    """The mention by this page: one for each page and consultation, however many links it has."""
    return Mention.objects.filter(consultation=consultation, source=_host_of(source), external_key=_key_of(source))


def _noted(consultation: Consultation, source: str, target: str, linked: Linked | None) -> str:
    """Write down what was found. To be called with the job held."""
    mention = _of(consultation, source).select_for_update().first()
    if linked is None:
        return _removed(mention)
    words = {"title": linked.title or _host_of(source), "excerpt": linked.excerpt}
    if mention is None:
        mention, is_new = Mention.objects.get_or_create(
            consultation=consultation,
            source=_host_of(source),
            external_key=_key_of(source),
            defaults={**words, "url": source, "target": target, "state": State.WAITING,
                      "seen_on": timezone.localdate()},
        )  # fmt: skip
        if is_new:
            record(None, "mention.heard", mention, actor="system")
        return _("It waits for someone to let it in.")
    return _changed(mention, words)


def _removed(mention: Mention | None) -> str:
    if mention is None:
        raise CannotFinish(_("The page does not link to us."))
    if mention.state != State.GONE:
        was_shown = mention.state == State.SHOWN
        mention.state, mention.title, mention.excerpt = State.GONE, mention.source, ""
        mention.save(update_fields=["state", "title", "excerpt"])
        record(None, "mention.removed", mention, actor="system")
        if was_shown:
            _tell(mention)
    return _("The page is gone, or does not link to us any more. It was taken off.")


def _changed(mention: Mention, words: dict[str, str]) -> str:
    """New words have to be seen by someone before they are shown; what was turned away stays away."""
    has_changed = any(getattr(mention, name) != value for name, value in words.items())
    was_shown = mention.state == State.SHOWN
    if mention.state == State.GONE or (has_changed and was_shown):
        mention.state = State.WAITING
    for name, value in words.items():
        setattr(mention, name, value)
    mention.save(update_fields=["state", *words])
    if has_changed:
        record(None, "mention.changed", mention, actor="system")
    if has_changed and was_shown:
        _tell(mention)
    return _("It was known already.")


def _tell(mention: Mention) -> None:
    transaction.on_commit(lambda: mentioned.send_robust(Mention, consultation=mention.consultation))


@transaction.atomic
def decide_on_mention(mention: Mention, *, is_shown: bool, by: Account) -> Mention:
    """Let a mention in, or turn it away. What its page took back cannot be let in."""
    require(by, Can.LET_IN, mention.consultation)
    mention = Mention.objects.select_for_update(of=("self",)).select_related("consultation").get(pk=mention.pk)
    if mention.state == State.GONE:
        raise ValidationError(_("The page does not mention us any more."))
    wanted = State.SHOWN if is_shown else State.REFUSED
    if mention.state == wanted:
        return mention
    mention.state = wanted
    mention.save(update_fields=["state"])
    record(by, "mention.shown" if is_shown else "mention.refused", mention)
    _tell(mention)
    return mention
