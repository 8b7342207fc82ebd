"""Who can read a comment, whatever its writer and the moderators do, and in whatever order; and that it adds up."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from consult.discussion import states
from consult.discussion.actions import Said, fold_tallies, post, withdraw
from consult.discussion.models import PublicComment, Tally
from consult.discussion.querysets import COUNTED

pytestmark = pytest.mark.django_db
StaffState = PublicComment.StaffState


def under_lock(act, comment, *more):
    with transaction.atomic():
        return act(states.lock_thread(comment), *more)


def again(comment) -> PublicComment:
    return PublicComment.objects.select_related("consultation", "persona").get(pk=comment.pk)


def recounted(consultation) -> dict[str, int]:
    everything = list(PublicComment.objects.filter(consultation=consultation))
    parts = dict.fromkeys(COUNTED, 0)
    for comment in everything:
        for part, n in states.counted_as(comment).items():
            parts[part] += n
    assert sum(parts[part] for part in parts if part != "threads") == len(everything)
    return parts


def counted(consultation) -> dict[str, int]:
    all_of_it = Tally.objects.of_places(consultation).all
    return {name: getattr(all_of_it, name) for name in COUNTED}


@pytest.fixture
def tree(say, ben_persona):
    """A thread, two replies in it, and a reply to the first of them."""
    root = say("root")
    first = say("first", reply_to=root, persona=ben_persona)
    return root, first, say("second", reply_to=root), say("below the first", reply_to=first)


def test_what_is_hidden_leaves_a_line_and_its_replies(tree, consultation):
    _root, first, _second, below = tree
    under_lock(states.set_staff_state, first, StaffState.HIDDEN)
    assert (again(first).listed, again(first).visible) == (True, False)
    assert again(below).visible
    assert counted(consultation) == {"comments": 3, "threads": 1, "withdrawn": 0, "hidden": 1, "unlisted": 0}


def test_a_branch_is_hidden_with_its_replies_and_comes_back_as_it_was(tree, consultation, ada):
    root, _first, _second, below = tree
    withdraw(below, by=ada)
    assert under_lock(states.hide_branch, root) == 2
    assert [again(one).visible for one in tree] == [True, False, False, False]
    assert counted(consultation) == {"comments": 1, "threads": 1, "withdrawn": 0, "hidden": 0, "unlisted": 3}
    assert under_lock(states.show_branch, root) == 2
    assert [again(one).visible for one in tree] == [True, True, True, False]
    assert counted(consultation) == {"comments": 3, "threads": 1, "withdrawn": 1, "hidden": 0, "unlisted": 0}


def test_showing_a_branch_again_reveals_nothing_that_was_hidden_for_itself(tree):
    root, first, _second, below = tree
    under_lock(states.hide_branch, first)
    under_lock(states.hide_branch, root)
    under_lock(states.show_branch, root)
    assert again(first).visible
    assert not again(below).visible
    under_lock(states.show_branch, first)
    assert again(below).visible
    assert not again(root).thread_has_hidden


def test_nobody_replies_below_what_was_hidden_with_its_replies(tree, say):
    _root, first, second, below = tree
    under_lock(states.hide_branch, first)
    with pytest.raises(ValidationError, match="not there any more"):
        say("too late", reply_to=below)
    with pytest.raises(ValidationError, match="not there any more"):
        say("too late", reply_to=first)
    assert say("elsewhere", reply_to=second).visible


def test_where_a_moderator_reads_first_nobody_else_sees_it_yet(consultation, say, stranger, browser_of, ada, ben):
    consultation.moderation = consultation.Moderation.FIRST
    consultation.save()
    comment = say("not yet for everyone")
    assert comment.waits
    assert counted(consultation)["unlisted"] == 1
    assert "not yet for everyone" not in stranger.get("/consultations/draft-1/sections/yourself/").content.decode()
    for reader in (stranger, browser_of(ben)):
        assert reader.get(f"/comments/{comment.pk}/").status_code == 404
        assert reader.get(f"/consultations/draft-1/threads/{comment.pk}/").status_code == 404
    told = browser_of(ada).get(f"/comments/{comment.pk}/", follow=True).content.decode()
    assert "not public yet" in told
    under_lock(states.set_staff_state, comment, StaffState.SHOWN)
    assert stranger.get(f"/consultations/draft-1/threads/{comment.pk}/").status_code == 200
    assert counted(consultation)["comments"] == 1


def test_what_was_never_public_leaves_no_line(consultation, say, ada):
    consultation.moderation = consultation.Moderation.FIRST
    consultation.save()
    hidden, taken_back = say("spam"), say("a slip")
    under_lock(states.set_staff_state, hidden, StaffState.HIDDEN)
    withdraw(taken_back, by=ada)
    assert not again(hidden).listed
    assert not again(taken_back).listed
    assert counted(consultation)["unlisted"] == 2


def test_words_for_the_editors_stay_off_every_page(consultation, block_place, ada_persona, ada, stranger):
    consultation.takes_words_for_editors = True
    consultation.save()
    block_place.consultation.takes_words_for_editors = True
    said = Said("for the editors' eyes", audience=PublicComment.Audience.EDITORS)
    comment = post(block_place, text=said, persona=ada_persona, submission_id=uuid4(), by=ada)
    assert not comment.listed
    assert stranger.get(f"/consultations/draft-1/threads/{comment.pk}/").status_code == 404
    assert "editors' eyes" not in stranger.get("/consultations/draft-1/sections/yourself/").content.decode()


def test_words_for_the_editors_are_refused_where_they_are_not_taken(block_place, ada_persona, ada):
    with pytest.raises(ValidationError, match="public comments only"):
        post(block_place, text=Said("x", audience="editors"), persona=ada_persona, submission_id=uuid4(), by=ada)


def test_a_suggestion_stands_at_a_paragraph(block_place, section_place, ada_persona, ada):
    said = Said("Plainer.", kind=PublicComment.Kind.SUGGESTION, suggested="Say nothing of a live case.")
    kept = post(block_place, text=said, persona=ada_persona, submission_id=uuid4(), by=ada)
    assert again(kept).suggested == "Say nothing of a live case."
    with pytest.raises(ValidationError, match="on the paragraph"):
        post(section_place, text=said, persona=ada_persona, submission_id=uuid4(), by=ada)


ACTS = ("reply", "withdraw", "remove", "show", "hold", "hide", "hide branch", "show branch", "fold")


@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 30)), max_size=25), st.booleans())
def test_counts_equal_a_recount_and_nothing_hidden_shows(rolled_back, cast, acts, moderated_first):
    from tests.conftest import place_in_section

    def example():
        consultation = cast.consultation
        consultation.moderation = "first" if moderated_first else "after"
        consultation.save(update_fields=["moderation"])
        place = place_in_section(consultation, "yourself")

        def speak(parent=None):
            return post(
                place, text="x", persona=cast.ada_persona, submission_id=uuid4(), by=cast.ada,
                reply_to=parent.pk if parent else None,
            )  # fmt: skip

        talk = [speak()]
        for act, which in [*acts, ("fold", 0)]:
            comment = again(talk[which % len(talk)])
            match act:
                case "reply":
                    try:
                        talk.append(speak(comment))
                    except ValidationError:
                        assert not comment.can_be_replied_to
                case "withdraw":
                    withdraw(comment, by=cast.ada)
                case "remove" if not comment.is_withdrawn:
                    entry = comment.posted_entry
                    under_lock(lambda one, entry=entry: states.take_back(
                        one, "removed", on=timezone.localdate(), entry=entry), comment)  # fmt: skip
                case "show" | "hold" | "hide":
                    state = {"show": "shown", "hold": "held", "hide": "hidden"}[act]
                    under_lock(states.set_staff_state, comment, state)
                case "hide branch":
                    under_lock(states.hide_branch, comment)
                case "show branch":
                    under_lock(states.show_branch, comment)
                case "fold":
                    fold_tallies()
            everything = {one.path: one for one in PublicComment.objects.filter(consultation=consultation)}
            for path, one in everything.items():
                above = [everything[up] for up in states.paths.line_of(path)[:-1]]
                assert one.under_hidden == any(up.hides_replies for up in above)
                assert one.visible == (one.own_state == "shown" and one.staff_state == "shown" and not one.under_hidden)
                assert one.listed or not one.visible
            assert counted(consultation) == recounted(consultation)
        root = again(talk[0])
        assert root.thread_has_hidden == any(one.hides_replies for one in everything.values())
        thread = Tally.objects.filter(thread=root.pk).aggregate(n=Sum("comments"))["n"]
        assert (thread or 0) == sum(one.visible for one in everything.values())

    rolled_back(example)
