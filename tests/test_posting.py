"""Saying something, replying, taking it back: the actions."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from consult.discussion.actions import TooDeep, post, withdraw
from consult.discussion.models import PublicComment, Tally
from consult.ledger.models import Entry
from consult.people.permissions import Refused


def test_what_ada_says_is_there_with_a_receipt_a_count_and_a_ledger_entry(say, section_place):
    comment = say("Test for harm instead.")
    counts = Tally.objects.of_places(section_place.consultation)
    assert PublicComment.objects.get(pk=comment.pk).comment == "Test for harm instead."
    assert counts.sections[section_place.section_text.section_id].comments == 1
    assert comment.posted_entry.verb == "comment.posted"
    assert Entry.objects.filter(facts__contains=comment.receipt_hash).exists()


def test_a_double_click_is_one_comment(say):
    twice = uuid4()
    assert say("Once.", submission_id=twice).pk == say("Once.", submission_id=twice).pk
    assert PublicComment.objects.count() == 1


def test_nobody_can_use_someone_elses_form(say, ben_persona):
    form = uuid4()
    say(submission_id=form)
    with pytest.raises(ValidationError, match="used by someone else"):
        say(submission_id=form, persona=ben_persona)


def test_replies_stand_below_what_they_answer(say, ben_persona):
    root = say("One.")
    late = say("Three.")
    reply = say("Two.", reply_to=root, persona=ben_persona)
    deeper = say("Two and a half.", reply_to=reply)
    order = PublicComment.objects.order_by("path").values_list("comment", flat=True)
    assert list(order) == ["One.", "Two.", "Two and a half.", "Three."]
    assert (deeper.depth, deeper.thread_id, late.thread_id) == (2, root.pk, late.pk)


def test_a_thread_ends_at_its_deepest_level_and_offers_the_one_above(say):
    comment = say("0")
    for depth in range(1, 7):
        comment = say(str(depth), reply_to=comment)
    with pytest.raises(TooDeep) as refusal:
        say("7", reply_to=comment)
    assert refusal.value.instead.comment == "5"
    assert refusal.value.instead.can_be_replied_to


def test_a_withdrawn_comment_leaves_a_trace_and_its_replies(say, ada, ben_persona):
    root = say("My ward is on the third floor.")
    reply = say("Careful.", reply_to=root, persona=ben_persona)
    withdraw(root, by=ada)
    root.refresh_from_db()
    assert (root.visible, root.is_withdrawn) == (False, True)
    assert PublicComment.objects.get(pk=reply.pk).visible
    assert Tally.objects.of_places(root.consultation).all.withdrawn == 1


def test_ben_cannot_withdraw_what_ada_said(say, ben):
    with pytest.raises(Refused, match="another name"):
        withdraw(say(), by=ben)


def test_nobody_replies_to_what_is_gone(say, ada):
    root = say()
    withdraw(root, by=ada)
    with pytest.raises(ValidationError, match="not there any more"):
        say("Too late", reply_to=root)


def test_a_comment_of_another_consultation_cannot_be_a_parent(say, cast, ada):
    from tests.conftest import named

    elsewhere = named(cast.ideas, ada, "Night Heron")
    from consult.discussion.places import Place

    foreign = say("On the ideas.", place=Place(cast.ideas), persona=elsewhere)
    with pytest.raises(ValidationError, match="not part of this consultation"):
        say("Over there", reply_to=foreign)


def test_a_comment_is_never_deleted(say):
    comment = say()
    with pytest.raises(ValidationError):
        comment.delete()
    with pytest.raises(TypeError):
        PublicComment.objects.all().delete()


def test_the_packages_own_columns_say_nothing_about_who_wrote_it(say):
    comment = say()
    assert (comment.user_id, comment.user_name, comment.user_email, comment.ip_address) == (None, "", "", None)


def test_posting_costs_the_same_number_of_queries_at_every_depth(say, django_assert_max_num_queries):
    root = say()
    reply = say("1", reply_to=root)
    with django_assert_max_num_queries(16):
        say("2", reply_to=reply)


def test_a_name_of_one_consultation_does_not_speak_in_another(cast, ada, ada_persona):
    from consult.discussion.places import Place

    with pytest.raises(ValidationError, match="another consultation"):
        post(Place(cast.ideas), text="Hello", persona=ada_persona, submission_id=uuid4(), by=ada)
