"""A busy little world: every state that a page can show, built through the same actions that people use."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

from django.utils import timezone

from consult.consultations import actions as consultations
from consult.consultations.models import Consultation
from consult.discussion.actions import Said, post, withdraw
from consult.discussion.campaigns.actions import compare
from consult.discussion.campaigns.showing import campaigns_of
from consult.discussion.elsewhere.found import FoundComment, FoundMention
from consult.discussion.elsewhere.importing import enter_from_elsewhere
from consult.discussion.elsewhere.letters import Provenance, enter_letter
from consult.discussion.elsewhere.recognising import say_that_is_me, settle
from consult.discussion.mending import change_words, remove_words
from consult.discussion.models import Mention, ProposedChange, PublicComment
from consult.discussion.places import Place, place_at_block, place_at_question, place_in_section
from consult.drafting.actions import import_draft
from consult.exports.actions import ask_for_comments, ask_for_summary_file
from consult.jobs.models import Job
from consult.jobs.running import run_job
from consult.moderation.actions import Ruling, appeal, decide, flag
from consult.moderation.complaints.actions import Told, ask_writer, complain
from consult.moderation.models import Verb
from consult.people.models import Account, Persona
from consult.themes.actions import ask_for_summary
from guidance.importing import read_markdown
from tests.conftest import named, open_consultation

SOON = timedelta(days=5)
OTHER_GUIDANCE = (
    "# Gifts\n\nWhat you may take.\n\n## When to say no {#a}\n\n### Overview\n\nSay no.\n\n### Full story\n\nNo."
)


def speak(place: Place, text: str | Said, persona: Persona, *, reply_to: PublicComment | None = None) -> PublicComment:
    by = Account.objects.get(pk=persona.account_id)
    parent = reply_to.pk if reply_to else None
    return post(place, text=text, persona=persona, submission_id=uuid4(), by=by, reply_to=parent)


def do(job: Job) -> Job:
    run_job(job.pk)
    return Job.objects.get(pk=job.pk)


def build(cast: SimpleNamespace) -> SimpleNamespace:
    """Fill the cast's world. What the tests need to find again is in what it returns."""
    ada, ben, open_ = cast.ada_persona, cast.ben_persona, cast.consultation
    block = cast.revision.blocks.get(level="snapshot", section_text__section__key="yourself", position=2)
    section, on_block = place_in_section(open_, "yourself"), place_at_block(open_, block.key)
    council = named(
        open_, cast.otto, "Harbour Council", capacity="organisation", organisation="Harbour Borough Council",
        profession="Press officer", profession_is_shown=True, is_pen_name=False,
    )  # fmt: skip
    root = speak(on_block, "The badge test rules out nearly everything.", ada)
    deepest = root
    for depth in range(1, 7):
        deepest = speak(on_block, f"Answer {depth}.\n\nWith a second paragraph.", (ben, council, ada)[depth % 3],
                        reply_to=deepest)  # fmt: skip
    speak(section, "A word as long as a line: " + "Donaudampfschifffahrt" * 8, council)
    long_thread = speak(section, "Who decides when two duties pull apart?", ben)
    for n in range(64):
        speak(section, f"It was my manager, time {n}.", (ada, ben, council)[n % 3], reply_to=long_thread)
    for n in range(24):
        speak(section, f"One more thing, number {n}: examples help.", (ada, ben)[n % 2])
    gone = speak(on_block, "This is taken back.", ada)
    left_alone = speak(on_block, "And this answers it.", ben, reply_to=gone)
    withdraw(gone, by=cast.ada)
    speak(place_at_question(open_, 1), "Everything, in one place.", ada)
    speak(Place(open_), "Well meant, and much too long.", ben)
    enter_from_elsewhere(
        section,
        [
            FoundComment(1, "a", "Said on a blog.", "Ines Vidal", date(2012, 2, 21), "", "https://blog.example/1"),
            FoundComment(2, "b", "Said without a name or a day."),
            FoundComment(3, "c", "An answer there.", "Tom", date(2012, 2, 22), "a"),
            FoundMention(4, "m", "A page that speaks of it", "https://press.example/", "Speaks.", date(2012, 3, 1)),
            FoundMention(5, "n", "Another one"),
        ],
        source="The project’s blog",
        by=None,
    )
    came = Provenance(
        route="letter", received_on=date(2026, 1, 5), author="Ines Vidal", organisation="Guild of Clerks",
        said_on=date(2026, 1, 2), reference="PSO/26/1", source="a letter with a long story behind it",
    )  # fmt: skip
    parts = [(section, "Said in a letter."), (place_at_question(open_, 1), "And more of it.")]
    letter = enter_letter(open_, parts, came=came, left_out=2, submission_id=uuid4(), by=cast.edie)
    for number, state in enumerate(("waiting", "waiting", "shown", "refused")):
        Mention.objects.create(
            consultation=open_, source="blog.example", external_key=f"page {number}", title=f"A page that {state}",
            url="https://blog.example/a-rather-long-address/" + "x" * 80, excerpt="I read the draft twice. " * 8,
            seen_on=date(2026, 1, 5), state=state,
        )  # fmt: skip
    for wish, contact in (("name", "ines@people.example"), ("words", "tom@people.example")):
        blog = PublicComment.objects.select_related("elsewhere").get(elsewhere__external_key="a")
        asked = say_that_is_me(blog, wish=wish, message="I wrote it.", contact=contact, submission_id=uuid4())
    settle(asked, is_confirmed=False, by=cast.edie)
    changed = speak(section, "As I first said it.", ben)
    PublicComment.objects.filter(pk=changed.pk).update(submit_date=timezone.now() - timedelta(hours=1))
    change_words(changed, text="As I say it now.", wording=1, by=cast.ben)
    suggested = of_every_kind(open_, on_block, ben, council)
    proposed = ProposedChange.objects.create(comment=changed, text="As I may say it.", proposed_on=changed.day)
    removed = speak(section, "Words that are gone.", ben)
    remove_words(removed, by=cast.ben)
    hidden = speak(section, "An insult, and nothing else.", ben)
    flag(hidden, rule=1, words="Only an insult.", by=cast.ada)
    decision = decide(hidden, Ruling(Verb.HIDE, rule=1, reason="It argues with the person."), by=cast.mo)
    asked_again = appeal(decision, words="I was rude, but I was right.", by=cast.ben)
    redacted = speak(section, "Ask Mrs Field in ward 9.", ben)
    taken_out = Ruling(Verb.REDACT, rule=2, reason="It names someone.", passages=["Mrs Field in ward 9"])
    decide(redacted, taken_out, by=cast.mo)
    reported = speak(section, "Ask the nurse in the corner house.", ben)
    flag(reported, rule=2, words="", by=cast.ada)
    flag(reported, rule=0, words="Everyone knows that house.", by=cast.otto)
    libel = Told("Ines Vidal", "ines@people.example", "It was my manager.", "That I bully.", "I do not.", "My post.",
                 may_name_me=True)  # fmt: skip
    asked_about = ask_writer(complain(root, "defamation", libel, submission_id=uuid4()), by=cast.mo)
    complaint = complain(reported, "privacy", Told(words="It is my house."), submission_id=uuid4())
    threat = complain(root, "danger", Told(words="Someone may come to harm."), submission_id=uuid4())
    campaign = campaign_from(Place(open_), (ada, ben, council))
    import_draft(cast.other_document, read_markdown(OTHER_GUIDANCE), by=cast.otto)
    return SimpleNamespace(
        root=root, deepest=deepest, gone=gone, left_alone=left_alone, long_thread=long_thread, block=block,
        changed=changed, suggested=suggested, proposed=proposed, campaign=campaign, hidden=hidden,
        appeal=asked_again, reported=reported,
        asked_about=asked_about, complaint=complaint, threat=threat,
        consultations=states(cast), jobs=jobs(cast), cast=cast, letter=letter, blog=blog,
    )  # fmt: skip


LETTER = (
    "We ask you to think again about the badge test. It punishes those who speak honestly about safe staffing, and it "
    "leaves them without any protection at all."
)


def campaign_from(place: Place, people: tuple[Persona, ...]) -> int:
    """A text that several people sent, and one who added something. Returns its number."""
    sent = [speak(place, LETTER, persona) for persona in people]
    sent.append(speak(place, f"Dear all,\n\n{LETTER}\n\nTwo of us left over it last winter.", people[0]))
    compare(sent)
    return campaigns_of(place.consultation)[0].number


def of_every_kind(consultation: Consultation, on_block: Place, ben: Persona, council: Persona) -> PublicComment:
    """A question, evidence, a word to the editors, and wording that was suggested and changed."""
    Consultation.objects.filter(pk=consultation.pk).update(takes_words_for_editors=True, asks_stance=True)
    for one in (consultation, on_block.consultation):
        one.refresh_from_db()
    whole = Place(consultation)
    speak(on_block, Said("Does this include liking?", kind="question", stance="mixed"), ben)
    speak(on_block, Said("It was 7 in 10.", kind="evidence", evidence_url="https://example.org/report"), council)
    speak(whole, Said("My manager told us to say nothing.", audience="editors"), ben)
    wording = on_block.block.source.replace("could all", "may")
    return speak(on_block, Said("It is shorter.", kind="suggestion", stance="for", suggested=wording), ben)


def states(cast: SimpleNamespace) -> dict[str, Consultation]:
    """One consultation in each state, and one that nobody was told of."""
    now, ann = timezone.now(), cast.ann
    made = {
        slug: open_consultation(cast.document, ann, revision=cast.revision, slug=slug, title=f"Drafts: {slug}")
        for slug in ("coming", "last-day", "paused", "closed", "late", "answered", "secret")
    }
    times = {
        "coming": {"opens_at": now + SOON},
        "last-day": {"closes_at": now + timedelta(minutes=59)},
        "closed": {"closes_at": now - SOON},
        "late": {"closes_at": now - SOON, "decision_by": timezone.localdate() - timedelta(days=1)},
        "answered": {"closes_at": now - SOON},
        "secret": {"announced_at": None},
    }
    for slug, changes in times.items():
        Consultation.objects.filter(slug=slug).update(**changes)
        made[slug].refresh_from_db()
    consultations.pause(made["paused"], by=ann, reason="A flood of copies.")
    consultations.mark_answered(made["answered"], by=ann)
    return made


def kept_aside(job: Job) -> Path:
    """A copy of a file that will be taken away when words in it are withdrawn."""
    return Path(shutil.copy(job.path, job.path.with_suffix(".copy")))


def jobs(cast: SimpleNamespace) -> dict[str, Job]:
    """Work in every state that its page can show."""
    ann, consultation = cast.ann, cast.consultation
    do(ask_for_summary(consultation, by=ann))
    kept = do(ask_for_comments(cast.ideas, by=ann))
    summary = do(ask_for_summary_file(consultation, by=ann))
    summary.file = str(kept_aside(summary))
    superseded = do(ask_for_comments(consultation, by=ann))
    withdraw(PublicComment.objects.filter(persona=cast.ada_persona, visible=True).last(), by=cast.ada)
    waiting = Job.objects.create(
        kind="summary", key="waiting", params={"title": "Summary of “Draft 1”"}, asked_by=ann
    )  # fmt: skip
    running = Job.objects.create(
        kind="export_comments", key="running", params={"title": "Comments on “Draft 1”"}, asked_by=ann,
        state="running", done=40, total=100, note="Writing comments", lease=uuid4(), heartbeat_at=timezone.now(),
    )  # fmt: skip
    again = {"address": "/team/consultations/draft-1/summary/make/"}
    failed = Job.objects.create(
        kind="summary", key="failed", params={"title": "Summary of “Draft 1”", "again": again}, asked_by=ann,
        state="failed", error="The disk was full.", ended_at=timezone.now(),
    )  # fmt: skip
    return {
        "kept": kept,
        "summary": summary,
        "superseded": superseded,
        "waiting": waiting,
        "running": running,
        "failed": failed,
    }
