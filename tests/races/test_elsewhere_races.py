"""Two at one door, of letters, mentions and guests: on real connections, in the same moment."""

from collections import Counter
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from consult.consultations.models import Consultation
from consult.discussion.actions import Said
from consult.discussion.elsewhere import mentions
from consult.discussion.elsewhere.found import FoundComment
from consult.discussion.elsewhere.importing import enter_from_elsewhere
from consult.discussion.elsewhere.letters import Provenance, enter_letter
from consult.discussion.elsewhere.models import Letter
from consult.discussion.elsewhere.recognising import say_that_is_me, settle
from consult.discussion.guests.actions import KEPT_FOR, confirm, forget_guests, leave_as_guest
from consult.discussion.guests.models import GuestComment
from consult.discussion.models import Mention, PublicComment, Tally
from consult.jobs import nudging
from consult.jobs.models import Job
from consult.jobs.running import run_job
from consult.ledger.models import Entry
from consult.people.models import Account, Persona
from tests.elsewhere_server import Server, page
from tests.races.test_people_races import at_once

pytestmark = [pytest.mark.lane_d, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
NAMES = {"is_pen_name": True, "capacity": "personal"}


@pytest.fixture
def leave(section_place, consultation):
    Consultation.objects.filter(pk=consultation.pk).update(takes_guests=True)
    consultation.takes_guests = True

    def leaving(name="Winter Wren", email="wren@people.example") -> GuestComment:
        names = {**NAMES, "name": name}
        return leave_as_guest(section_place, Said(f"{name}."), names=names, email=email, submission_id=uuid4())

    return leaving


def test_a_button_that_many_press_makes_one_comment(leave, consultation):
    guest = leave()
    assert at_once(*[lambda: confirm(guest)] * 8) == Counter(done=8)
    assert PublicComment.objects.count() == Tally.objects.of_places(consultation).all.comments == 1


def test_several_links_of_one_address_open_one_account_with_one_name(leave):
    links = [leave(f"Bird {letter}") for letter in "abcdef"]
    assert at_once(*[lambda guest=guest: confirm(guest) for guest in links]) == Counter(done=6)
    assert Account.objects.filter(email="wren@people.example").count() == 1
    assert Persona.objects.filter(account__email="wren@people.example").count() == 1
    assert PublicComment.objects.count() == 6


def test_of_two_who_want_one_name_one_gets_it_and_the_others_words_wait(leave):
    first = leave()
    second = leave(email="second@people.example")
    assert at_once(lambda: confirm(first), lambda: confirm(second)) == Counter(done=1, refused=1)
    assert GuestComment.objects.filter(comment__isnull=True).count() == PublicComment.objects.count() == 1


def test_what_is_confirmed_while_old_words_are_forgotten_is_one_of_the_two_and_counted_right(leave):
    later = timezone.now() + KEPT_FOR + timedelta(minutes=1)
    for n in range(6):
        guest = leave(f"Bird {n}x", email=f"bird{n}@people.example")
        at_once(lambda guest=guest: confirm(guest), lambda: forget_guests(at=later))
        expired = Entry.objects.filter(verb="guests.expired").count()
        assert PublicComment.objects.count() + expired == n + 1


def test_a_letter_that_is_sent_by_several_clicks_is_one(section_place, consultation, edie):
    came, twice = Provenance("letter", date(2026, 1, 5)), uuid4()

    def enters():
        enter_letter(consultation, [(section_place, "Said.")], came=came, submission_id=twice, by=edie)

    assert at_once(*[enters] * 6) == Counter(done=6)
    assert Letter.objects.count() == PublicComment.objects.count() == 1
    assert Tally.objects.of_places(consultation).all.comments == 1


def test_two_who_settle_a_request_settle_it_once(section_place, edie, ann):
    enter_from_elsewhere(section_place, [FoundComment(1, "a", "Said.", "Ines Vidal")], source="A blog", by=None)
    comment = PublicComment.objects.select_related("elsewhere", "consultation").get()
    asked = say_that_is_me(comment, wish="words", message="", contact="i@people.example", submission_id=uuid4())
    acts = [
        lambda by=by: settle(asked, is_confirmed=True, means="By post", by=by) for by in (edie, ann, edie, ann)
    ]  # fmt: skip
    assert at_once(*acts) == Counter(done=1, refused=3)
    assert Entry.objects.filter(verb="comment.removed").count() == 1


def test_one_page_that_tells_of_several_links_at_once_is_one_mention(consultation, settings, monkeypatch):
    settings.WEBMENTION = True
    monkeypatch.setattr(nudging.current_app, "send_task", lambda *_what, **_how: None)
    targets = [f"http://testserver/consultations/draft-1/questions/{n}/" for n in (1, 2)]
    with Server() as blog:
        monkeypatch.setattr(mentions, "guard", blog.guard())
        blog.answers["/post"] = page("".join(f'<p><a href="{target}">x</a></p>' for target in targets))
        for target in targets:
            mentions.hear_of(consultation, source=blog.url("/post"), target=target)
        jobs = list(Job.objects.values_list("pk", flat=True))
        assert at_once(*[lambda pk=pk: run_job(pk) for pk in jobs * 2]) == Counter(done=4)
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    assert Mention.objects.count() == 1
