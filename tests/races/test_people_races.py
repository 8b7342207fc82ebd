"""Two at one door: names that are taken, and buttons that are pressed, in the same moment, on real connections."""

import re
import threading
from collections import Counter
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django.urls import reverse

from consult.consultations import actions as consultations
from consult.consultations.models import Consultation
from consult.discussion.actions import post, withdraw
from consult.discussion.models import PublicComment, Tally
from consult.drafting.actions import import_draft
from consult.ledger.models import Entry
from consult.people.actions import open_account, take_name
from consult.people.badges import actions as badges
from consult.people.badges.models import Badge, WorkAddress, WorkAddressCode
from consult.people.models import Account, Persona
from consult.publishing.actions import publish
from guidance.importing import read_markdown
from guidance.models import Revision
from tests.test_posting_pages import NAME, WORDS

pytestmark = [pytest.mark.lane_d, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], object]) -> Counter:
    """Do these in the same moment, each on a connection of its own; counts how they ended."""
    start, ends = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait()
            act()
            ends.append("done")
        except (ValidationError, PermissionDenied):
            ends.append("refused")
        except Exception as error:
            ends.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(ends)


def takes(account: Account, consultation: Consultation, name: str) -> Callable[[], object]:
    return lambda: take_name(consultation, name=name, by=account, house_rules_version=1, privacy_notice_version=1)


def test_of_eight_who_want_one_name_one_has_it(cast):
    people = [open_account(f"p{number}@hospital.example") for number in range(8)]
    names = ["Blue Lamp", "blue lamp", "BIue Lamp", "Blue-Lamp", "Вlue Lamp", "Blue Larnp", "B1ue Lamp", "BLUE LAMP"]
    ends = at_once(*(takes(who, cast.ideas, name) for who, name in zip(people, names, strict=True)))
    assert ends == {"done": 1, "refused": 7}
    assert Entry.objects.filter(verb="name.taken").count() == 3  # this one, and ada's and ben's


def test_one_account_that_wants_eight_names_has_one(cast):
    ends = at_once(*(takes(cast.ada, cast.ideas, f"Name {letter}") for letter in "ABCDEFGH"))
    assert ends == {"done": 1, "refused": 7}
    assert Persona.objects.filter(account=cast.ada, consultation=cast.ideas).count() == 1


def test_a_newcomers_four_clicks_are_one_name_and_one_comment(cast, browser_of, form_of):
    address = reverse("comment_on_section", args=["draft-1", "yourself"])
    first = browser_of(cast.edie)
    form = {**form_of(first.get(address)), **NAME, "comment": WORDS}
    browsers = [browser_of(cast.edie) for _ in range(4)]
    statuses: list[int] = []
    ends = at_once(*(lambda b=b: statuses.append(b.post(address, form).status_code) for b in browsers))
    assert ends == {"done": 4}
    assert statuses == [302] * 4
    assert PublicComment.objects.get().persona == Persona.objects.get(account=cast.edie)


def test_a_draft_is_published_once(cast):
    import_draft(cast.other_document, read_markdown("# Gifts\n\n## A {#a}\n\nNo."), by=cast.otto)
    drafts = [Revision.objects.get(document=cast.other_document) for _ in range(4)]
    ends = at_once(*(lambda d=d: publish(d, changelog="The first.", by=cast.otto) for d in drafts))
    assert ends == {"done": 1, "refused": 3}
    assert Entry.objects.filter(verb="revision.published").count() == 2  # this one, and the cast's


def test_a_consultation_is_paused_once(cast):
    copies = [Consultation.objects.get(slug="draft-1") for _ in range(4)]
    ends = at_once(*(lambda c=c: consultations.pause(c, by=cast.ann, reason="A flood.") for c in copies))
    assert ends == {"done": 1, "refused": 3}
    assert Entry.objects.filter(verb="consultation.paused").count() == 1


def test_what_is_withdrawn_four_times_is_counted_once(cast, say):
    comment = say()
    ends = at_once(*(lambda: withdraw(PublicComment.objects.get(pk=comment.pk), by=cast.ada) for _ in range(4)))
    assert ends == {"done": 4}
    counted = Tally.objects.of_places(cast.consultation).all
    assert (counted.comments, counted.withdrawn) == (0, 1)


def test_twelve_speak_at_once_and_all_are_there(cast, section_place, ada_persona):
    def speaks(number: int) -> Callable[[], object]:
        return lambda: post(
            section_place, text=f"Words {number}", persona=ada_persona, submission_id=uuid4(), by=cast.ada
        )

    assert at_once(*map(speaks, range(12))) == {"done": 12}
    assert PublicComment.objects.count() == 12
    assert Tally.objects.of_places(cast.consultation).all.comments == 12


def test_eight_clicks_for_a_code_send_no_more_than_the_address_gets_in_a_day(cast):
    ends = at_once(
        *[lambda: badges.send_code("ada@trust.nhs.uk", persona=cast.ada_persona, by=cast.ada) for _click in range(8)]
    )
    assert ends == {"done": 3, "refused": 5}
    assert len(mail.outbox) == 3


def test_of_two_accounts_that_confirm_one_address_one_has_it(cast):
    codes = {}
    for who, persona in ((cast.ada, cast.ada_persona), (cast.ben, cast.ben_persona)):
        badges.send_code("ward@trust.nhs.uk", persona=persona, by=who)
        codes[who] = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", mail.outbox[-1].body)[0]
    ends = at_once(
        lambda: badges.confirm(codes[cast.ada], persona=cast.ada_persona, by=cast.ada),
        lambda: badges.confirm(codes[cast.ben], persona=cast.ben_persona, by=cast.ben),
    )
    assert ends == {"done": 1, "refused": 1}
    assert WorkAddress.objects.count() == Badge.objects.count() == 1


def test_eight_guesses_at_once_are_eight_tries(cast):
    badges.send_code("ada@trust.nhs.uk", persona=cast.ada_persona, by=cast.ada)
    right = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", mail.outbox[-1].body)[0]
    wrong = lambda: badges.confirm("BBBB-BBBB", persona=cast.ada_persona, by=cast.ada)
    assert at_once(*[wrong] * 8) == {"refused": 8}
    assert WorkAddressCode.objects.get().tries == badges.MOST_TRIES
    with pytest.raises(ValidationError):
        badges.confirm(right, persona=cast.ada_persona, by=cast.ada)


def test_two_batches_at_once_change_each_name_once(cast):
    badges.send_code("ada@trust.nhs.uk", persona=cast.ada_persona, by=cast.ada)
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", mail.outbox[-1].body)[0]
    badges.confirm(code, persona=cast.ada_persona, by=cast.ada)
    assert at_once(badges.show_badges, badges.show_badges) == {"done": 2}
    assert Persona.objects.get(pk=cast.ada_persona.pk).badge == "Health service"
