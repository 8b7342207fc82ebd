"""Loading the demonstration's content, through the same actions that people use.

The one thing that people cannot do is to speak in a call for ideas that has closed. So it is set up with a closing
date to come, people speak in it on the days of the story, and then its admin moves the closing date to where the
story has it: all of it in one transaction, so that nobody ever sees it half told.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from consult.consultations.actions import announce, mark_answered, publish_house_rules, publish_privacy_notice, set_up
from consult.consultations.models import Consultation, HouseRules, PrivacyNotice
from consult.discussion.actions import Said as Contribution
from consult.discussion.actions import post, withdraw
from consult.discussion.elsewhere.letters import Provenance, enter_letter
from consult.discussion.mending import change_words
from consult.discussion.models import PublicComment
from consult.discussion.places import Place, place_at_block, place_at_question, place_in_section, place_of
from consult.discussion.reactions import rank, react, threads_to_rank
from consult.drafting.actions import cite_new, import_draft, start_document
from consult.management.demo import content
from consult.management.demo.content import Drafts, Said, Story
from consult.moderation.actions import Ruling, appeal, decide, flag
from consult.moderation.complaints.actions import Told, complain
from consult.people.actions import appoint, open_account, take_name
from consult.people.models import Account, Persona
from consult.publishing.actions import publish
from consult.themes.actions import ask_for_summary
from guidance.anchors import Quote, places_of, quote_at
from guidance.models import Block, Document, Revision

DOCUMENT = "social-media"
PHOTOGRAPHS = "photographs"
ADMIN, EDITOR, MODERATOR = "ann@standards.example", "edie@standards.example", "mo@standards.example"
RESPONDENT = "night-heron"
CHANGELOG = (
    "The first draft. It answers the call for ideas: it has examples for many professions, it says what employers "
    "owe their staff, and it allows pen names."
)


class Unclear(ValueError):
    """The content names something that is not there, or that could be two things."""


@dataclass(frozen=True)
class Team:
    """Who runs the demonstration's consultations, and what people accept when they take part in them."""

    admin: Account
    document: Document
    rules: HouseRules
    notice: PrivacyNotice


def address_of(persona_id: str) -> str:
    return f"{persona_id}@people.example"


def is_loaded() -> bool:
    return Document.objects.filter(slug=DOCUMENT).exists()


@transaction.atomic
def load() -> None:
    """Tell the whole story: the call for ideas, draft 1, and the consultation on it; and a smaller one, told to its
    second draft. All or nothing.

    A summary of what was said in the call for ideas is asked for; the worker makes it once there is one.
    """
    today = timezone.localdate()
    ideas, draft = content.ideas(today), content.draft(today)
    team = _appointed(on=ideas.opens_at.date() - timedelta(days=7))
    _two_drafts(content.photographs(today), content.photographs_story(today), team)
    called = _tell_of_the_past(ideas, team)
    revision = import_draft(team.document, content.guidance(), by=team.admin)
    _say_what_it_rests_on(revision, "social-media", team)
    publish(revision, changelog=CHANGELOG, by=team.admin, at=draft.opens_at - timedelta(days=3))
    team.document.refresh_from_db()
    consultation = _set_up(draft, team, closes_at=draft.closes_at, revision=revision)
    said = _converse(draft, consultation, team)
    _weigh(list(said.values()))
    _moderate(said)
    _enter_what_came_another_way(consultation, today)
    ask_for_summary(called, by=team.admin)


def _appointed(*, on: date) -> Team:
    admin = appoint(ADMIN, role="admin")
    document = start_document(title="Social media for public servants", slug=DOCUMENT, by=admin)
    appoint(EDITOR, role="editor", document=document, by=admin)
    appoint(MODERATOR, role="moderator", document=document, by=admin)
    # Something for the editor to bring a text into: what has been published stands as it is.
    empty = start_document(title="Working from anywhere", slug="working-from-anywhere", by=admin)
    appoint(EDITOR, role="editor", document=empty, by=admin)
    rules = publish_house_rules(content.house_rules(), by=admin, on=on)
    notice = publish_privacy_notice(content.privacy_notice(), by=admin, on=on)
    return Team(admin, document, rules, notice)


def _two_drafts(drafts: Drafts, story: Story, team: Team) -> None:
    """A text that has been through it all: draft 1, what was said about it, and draft 2."""
    document = start_document(title=drafts.texts[0].title, slug=PHOTOGRAPHS, by=team.admin)
    appoint(EDITOR, role="editor", document=document, by=team.admin)
    team = replace(team, document=document)
    first, second = drafts.texts
    revision = import_draft(document, first, by=team.admin)
    _say_what_it_rests_on(revision, PHOTOGRAPHS, team)
    publish(revision, changelog=drafts.changelogs[0], by=team.admin, at=drafts.published_at[0])
    _tell_of_the_past(story, team, revision=revision)
    document.refresh_from_db()
    revision = import_draft(document, second, by=team.admin)
    publish(revision, changelog=drafts.changelogs[1], by=team.admin, at=drafts.published_at[1])


def _say_what_it_rests_on(draft: Revision, document: str, team: Team) -> None:
    for rested in content.references(document):
        for section, where in rested.sections.items():
            cite_new(draft, section, rested.name, rested.address, paragraph=where, by=team.admin)


def _tell_of_the_past(story: Story, team: Team, **fields) -> Consultation:
    """Converse while it is open, then close it on its day. To change a date is among an admin's rights."""
    consultation = _set_up(story, team, closes_at=timezone.now() + timedelta(days=1), **fields)
    _converse(story, consultation, team)
    consultation.closes_at = story.closes_at
    set_up(consultation, questions=story.questions, by=team.admin)
    answered = datetime.combine(story.decision_by, time(12), tzinfo=timezone.get_current_timezone())
    return mark_answered(consultation, by=team.admin, at=answered)


def _set_up(story: Story, team: Team, *, closes_at: datetime, **fields) -> Consultation:
    told = story.consultation
    words = ("kind", "slug", "title", "about", "open_to_change", "not_open_to_change", "decides", "other_ways")
    consultation = Consultation(
        **{name: told[name].strip() for name in (*words, "contact")},
        document=team.document,
        opens_at=story.opens_at,
        closes_at=closes_at,
        decision_by=story.decision_by,
        house_rules=team.rules,
        privacy_notice=team.notice,
        **fields,
    )
    set_up(consultation, questions=story.questions, by=team.admin)
    return announce(consultation, by=team.admin, at=story.opens_at - timedelta(days=3))


def _converse(story: Story, consultation: Consultation, team: Team) -> dict[str, PublicComment]:
    """Everyone speaks on their day; those who take their words back do so at the end, below any replies."""
    first_days = {}
    for _at, said in story.moments():
        first_days.setdefault(said.persona, said.day)
    personas = {
        told["id"]: _persona(told, consultation, team, on=first_days.get(told["id"], story.opens_at.date()))
        for told in story.personas
    }
    comments: dict[str, PublicComment] = {}
    for at, said in story.moments():
        comments[said.id] = _post(said, consultation, personas[said.persona], comments, at)
    for said in story.said:
        if said.changed:
            change_words(comments[said.id], text=said.changed, wording=1, by=personas[said.persona].account)
        if said.withdrawn:
            withdraw(comments[said.id], by=personas[said.persona].account)
    return comments


def _weigh(comments: list[PublicComment]) -> None:
    """Some agree and some do not: the same ones at each loading, and nobody with themselves."""
    people = sorted({comment.persona for comment in comments}, key=lambda persona: persona.pk)
    for i, comment in enumerate(comments):
        if not comment.visible or comment.is_withdrawn:
            continue
        others = [persona for persona in people if persona.account_id != comment.persona.account_id]
        turned = others[i % len(others) :] + others[: i % len(others)]
        agree, disagree = (i * 5 + len(comment.text)) % 8, (i * 3 + len(comment.text)) % 3
        for n, persona in enumerate(turned[: agree + disagree]):
            react(comment, agrees=n < agree, persona=persona, by=persona.account)
    rank(threads_to_rank())


def _moderate(comments: dict[str, PublicComment]) -> None:
    """Readers report and complain, the moderator decides, and one asks again: another moderator has yet to answer."""
    moderator = Account.objects.get(email=MODERATOR)
    reports, decisions = content.moderation()
    for told in content.complaints():
        words = Told(name=told["name"], email=told["email"], words=told["words"].strip())
        complain(comments[told["comment"]], told["kind"], words, submission_id=uuid4())
    for told in reports:
        for persona in told.by:
            by = Account.objects.get(email=address_of(persona))
            flag(comments[told.comment], rule=told.rule, words=told.words, by=by)
    for told in decisions:
        ruling = Ruling(told.verb, rule=told.rule, reason=told.reason.strip())
        made = decide(comments[told.comment], ruling, by=moderator)
        if told.appeal:
            appeal(made, words=told.appeal.strip(), by=comments[told.comment].persona.account)


def _enter_what_came_another_way(consultation: Consultation, today: date) -> None:
    editor = Account.objects.get(email=EDITOR)
    for told in content.letters():
        came = Provenance(
            **{name: told.get(name, "") for name in ("route", "author", "organisation", "reference")},
            received_on=today - timedelta(days=told["days_before_today"]),
            said_on=today - timedelta(days=told["date_on_it"]),
        )
        parts = [(_place_of_a_part(part, consultation), part["text"].strip()) for part in told["parts"]]
        enter_letter(
            consultation, parts, came=came, left_out=told["left_out"], submission_id=uuid4(), by=editor
        )  # fmt: skip


def _place_of_a_part(part: dict, consultation: Consultation) -> Place:
    if "question" in part:
        return place_at_question(consultation, part["question"])
    return place_in_section(consultation, part["section"])


def _persona(told: dict, consultation: Consultation, team: Team, *, on: date) -> Persona:
    """One person has one account, and takes a name in each consultation."""
    address = address_of(told["id"])
    account = Account.objects.filter(email=address).first() or open_account(address)
    return take_name(
        consultation,
        name=told["name"],
        by=account,
        is_pen_name=told["pen_name"],
        capacity=told["capacity"],
        organisation=told["organisation"],
        profession=told["profession"],
        profession_is_shown=told["show_profession"],
        house_rules_version=team.rules.version,
        privacy_notice_version=team.notice.version,
        on=on,
    )


def _post(
    said: Said, consultation: Consultation, persona: Persona, before: dict[str, PublicComment], at: datetime
) -> PublicComment:
    parent = _comment_before(said, before) if said.reply_to else None
    place = place_of(parent) if parent else _place(said, consultation)
    return post(
        place,
        text=_as_contribution(said, place),
        persona=persona,
        submission_id=uuid4(),
        by=persona.account,
        reply_to=parent.pk if parent else None,
        at=at,
    )


def _as_contribution(said: Said, place: Place) -> Contribution:
    if not said.takes_out:
        return Contribution(said.text, kind=said.kind)
    if place.block.source.count(said.takes_out) != 1:
        raise Unclear(f"{said.id}: “{said.takes_out}” does not stand in its paragraph once.")
    wording = place.block.source.replace(said.takes_out, said.puts_in)
    return Contribution(said.text, kind=PublicComment.Kind.SUGGESTION, suggested=wording)


def _comment_before(said: Said, before: dict[str, PublicComment]) -> PublicComment:
    try:
        return before[said.reply_to]
    except KeyError:
        raise Unclear(f"{said.id} answers {said.reply_to}, which nobody has said by then.") from None


def _place(said: Said, consultation: Consultation) -> Place:
    if said.question:
        return place_at_question(consultation, said.question)
    if said.block:
        place = place_at_block(consultation, _block(said, consultation).key)
        return replace(place, quote=_quote(said, place.block)) if said.words else place
    return place_in_section(consultation, said.section)


def _quote(said: Said, block: Block) -> Quote:
    places = places_of(said.words, block.text)
    if len(places) != 1:
        raise Unclear(f"{said.id}: “{said.words}” stands in {len(places)} places of its paragraph.")
    return quote_at(block.text, *places[0])


def _block(said: Said, consultation: Consultation) -> Block:
    """The one paragraph of that section and level that begins with these words."""
    there = Block.objects.filter(
        revision=consultation.revision,
        section_text__section__key=said.section,
        level=said.level,
    )
    found = [block for block in there if block.can_be_commented_on and block.text.startswith(said.block)]
    if len(found) != 1:
        raise Unclear(f"{said.id}: {len(found)} paragraphs begin with “{said.block}”.")
    return found[0]
