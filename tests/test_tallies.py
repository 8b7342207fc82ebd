"""Counts are exact, before and after folding, whatever happens in between."""

from django.db.models import Count
from hypothesis import given
from hypothesis import strategies as st

from consult.discussion.actions import fold_tallies, withdraw
from consult.discussion.models import PublicComment, Tally
from consult.discussion.places import Place


def recount(consultation) -> tuple[dict, dict, int, int]:
    everything = PublicComment.objects.filter(consultation=consultation)
    shown = everything.filter(visible=True)
    by_section = dict(shown.exclude(section=None).order_by().values_list("section").annotate(n=Count("pk")))
    by_block = dict(shown.exclude(block_key="").order_by().values_list("block_key").annotate(n=Count("pk")))
    return by_section, by_block, shown.count(), everything.count() - shown.count()


def as_counted(consultation, section) -> tuple[dict, dict, int, int]:
    counts = Tally.objects.of_places(consultation, section)
    return (
        {key: counted.comments for key, counted in counts.sections.items() if counted.comments},
        {key: counted.comments for key, counted in counts.blocks.items() if counted.comments},
        counts.all.comments,
        counts.all.withdrawn,
    )


ACTS = st.lists(st.sampled_from(["section", "block", "whole", "reply", "withdraw", "fold"]), max_size=25)


@given(ACTS)
def _walk(say, ada, places, consultation, rolled_back, acts):
    def example():
        comments: list[PublicComment] = []
        for step, act in enumerate(acts):
            if act == "fold":
                fold_tallies()
            elif act in places:
                comments.append(say(str(step), place=places[act]))
            elif comments and act == "reply" and comments[step % len(comments)].can_be_replied_to:
                parent = comments[step % len(comments)]
                comments.append(say(str(step), reply_to=parent))
            elif comments and act == "withdraw":
                at = step % len(comments)
                comments[at] = withdraw(comments[at], by=ada)
            section = places["block"].section_text.section
            assert as_counted(consultation, section) == recount(consultation)
        for root in PublicComment.objects.roots().with_reply_counts():
            assert root.in_thread == PublicComment.objects.subtree(root.path).count()

    rolled_back(example)


def test_counts_equal_a_recount_after_every_act(say, ada, section_place, block_place, consultation, rolled_back):
    places = {"section": section_place, "block": block_place, "whole": Place(consultation)}
    _walk(say, ada, places, consultation, rolled_back)


def test_folding_leaves_one_row_for_each_place_and_thread(say):
    root = say()
    for n in range(5):
        say(str(n), reply_to=root)
    assert fold_tallies() == 12
    assert Tally.objects.count() == 2
    assert fold_tallies() == 0


def test_folding_twice_adds_up(say):
    root = say()
    fold_tallies()
    say("more", reply_to=root)
    fold_tallies()
    assert Tally.objects.get(thread=root.pk).comments == 2
