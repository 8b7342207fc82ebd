"""Asking for a summary, and making it."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from consult.consultations.models import Consultation
from consult.jobs.actions import ask_for
from consult.jobs.models import Job
from consult.jobs.troubles import CannotFinish
from consult.jobs.work import register
from consult.ledger.actions import record, seal_everything
from consult.ledger.canonical import canonical
from consult.people.models import Account
from consult.people.permissions import Can, require
from consult.themes.models import Summary, SummaryPart
from consult.themes.parts import part_of, whole_of
from consult.themes.phrases import Background, background
from consult.themes.showing import without_fallen_quotes
from consult.themes.snapshot import METHOD, QUESTION, SECTION, Place, inputs_hash, places_of, said_at

KIND = "summary"
MOST_ATTEMPTS = 5


def ask_for_summary(consultation: Consultation, *, by: Account | None) -> Summary | Job:
    """The stored summary if nothing was said, withdrawn or hidden since it was made; else the job that makes one.

    `by` is None for the server's own command line. Raises Refused, or ValidationError before the consultation opens.
    """
    if by is not None:
        require(by, Can.SUMMARISE, consultation)
    if not consultation.allows_staff("summarise"):
        raise ValidationError(consultation.why_not("summarise"))
    if live := live_job(consultation):
        return _joined(live, by)
    seal = _latest_seal_number()
    stored = Summary.objects.for_inputs(consultation, inputs_hash(consultation, seal), METHOD)
    return stored or ask_for(KIND, params=_params(consultation, seal), key=_key(consultation), by=by)


def live_job(consultation: Consultation) -> Job | None:
    """The summary of this consultation that is being made, if there is one."""
    return Job.objects.live().filter(kind=KIND, key=_key(consultation)).first()


def last_job(consultation: Consultation) -> Job | None:
    """The last attempt at a summary, ended or not."""
    return Job.objects.filter(kind=KIND, key=_key(consultation)).order_by("-pk").first()


def _joined(live: Job, by: Account | None) -> Job:
    return ask_for(KIND, params=live.params, key=live.key, by=by)


def _latest_seal_number() -> int:
    seal = seal_everything()
    return seal.number if seal else 0


def _key(consultation: Consultation) -> str:
    return f"consultation:{consultation.pk}"


def _params(consultation: Consultation, seal: int) -> dict[str, Any]:
    return {
        "consultation": consultation.pk,
        "seal": seal,
        "title": _("Summary of %(title)s") % {"title": consultation.title},
        "page": reverse("summary", args=[consultation.slug]),
        "again": {"address": reverse("make_summary", args=[consultation.slug])},
    }


@register(KIND)
def make_summary(job: Job) -> dict[str, Any]:
    """Make a summary place by place. A worker that takes over goes on with the parts that are there.

    The seal fixes which comments count. Should someone withdraw one of them meanwhile, it is made again without it.
    """
    consultation = Consultation.objects.select_related("document", "revision").get(pk=job.params["consultation"])
    seal = job.params["seal"]
    for _attempt in range(MOST_ATTEMPTS):
        inputs = inputs_hash(consultation, seal)
        content = _content(job, consultation, seal, inputs)
        if inputs_hash(consultation, seal) == inputs:
            return _told(_stored(job, consultation, inputs, content))
    raise CannotFinish(_("Comments kept being withdrawn while they were read. Ask for the summary again later."))


def _told(summary: Summary) -> dict[str, Any]:
    """What the page of the job says at the end."""
    links = [{"words": _("Read the summary"), "address": summary.get_absolute_url()}]
    return {"summary": summary.pk, "links": links}


def _content(job: Job, consultation: Consultation, seal: int, inputs: str) -> dict[str, Any]:
    places = places_of(consultation, seal)
    job.progress(done=0, total=len(places) + 1, note=_("Reading all comments"))
    whole = whole_of(said_at(consultation, seal))
    rest = background(comment.text for comment in said_at(consultation, seal) if comment.is_shown)
    parts = []
    for done, place in enumerate(places, start=1):
        job.progress(done=done, total=len(places) + 1, note=_named(place))
        parts.append({**_headline(place), **json.loads(_part(job, consultation, seal, place, rest, inputs))})
    return {**whole, "places": parts, "title": consultation.title}


def _part(job: Job, consultation: Consultation, seal: int, place: Place, rest: Background, inputs: str) -> str:
    """One place's part as canonical JSON: the one that is there already, or a new one, kept for whoever takes over."""
    there = SummaryPart.objects.filter(job=job, place=place.key, inputs_hash=inputs).first()
    if there:
        return there.body
    body = canonical(part_of(list(said_at(consultation, seal, place)), rest))
    with job.holding():
        SummaryPart.objects.update_or_create(job=job, place=place.key, defaults={"inputs_hash": inputs, "body": body})
    return body


def _stored(job: Job, consultation: Consultation, inputs: str, content: dict[str, Any]) -> Summary:
    """Keep the summary, with one entry in the history, and let the parts go."""
    seal = job.params["seal"]
    with job.holding():
        summary, is_new = Summary.objects.get_or_create(
            consultation=consultation,
            inputs_hash=inputs,
            method=METHOD,
            defaults={"job": job, "seal_number": seal, "body": canonical(content)},
        )
        if is_new:
            record(job.asked_by, "summary.made", summary, actor=_role(job.asked_by), seal=seal, inputs=inputs)
        SummaryPart.objects.filter(job=job).delete()
    return summary


def _role(account: Account | None) -> str:
    if account is None:
        return "system"
    return "admin" if account.is_admin else "editor"


def _named(place: Place) -> str:
    names = {SECTION: _("Section %(number)s"), QUESTION: _("Question %(number)s")}
    return names.get(place.kind, _("What was said on the whole")) % {"number": place.number}


def _headline(place: Place) -> dict[str, Any]:
    return {"key": place.key, "kind": place.kind, "number": place.number, "title": place.title}


def forget_words(consultation: Consultation) -> int:
    """Take quotations out of stored summaries whose words do not stand in their comment any more. Returns how many.

    Parts of one in the making go altogether: it is made anew from what can still be read.
    """
    SummaryPart.objects.filter(job__params__consultation=consultation.pk).delete()
    taken = 0
    for summary in Summary.objects.filter(consultation=consultation):
        content = without_fallen_quotes(summary.content)
        if content != summary.content:
            taken += Summary.objects.filter(pk=summary.pk).update(body=canonical(content))
    return taken
