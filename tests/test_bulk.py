"""Many comments at once: the same rows as posting one by one."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from consult.discussion import bulk, paths
from consult.discussion.actions import fold_tallies, post, withdraw
from consult.discussion.bulk import NewComment, insert_many, reserve_ids
from consult.discussion.models import Anchor, PublicComment, Tally
from consult.discussion.places import Place, place_at_question
from consult.discussion.signals import said
from consult.ledger.models import Entry, PrivateSide, Unsealed
from consult.ledger.verify import verify_ledger

NOON = timezone.make_aware(timezone.datetime(2026, 11, 2, 12, 0))


@pytest.fixture
def places(consultation, section_place, block_place) -> list[Place]:
    return [section_place, block_place, place_at_question(consultation, 1), Place(consultation)]


def planned(shape, places, personas) -> list[NewComment]:
    """Rows from a shape: for each its place, its speaker, and which of the earlier ones it answers, if any."""
    rows: list[NewComment] = []
    depths: list[int] = []
    for i, (place, speaker, answers) in enumerate(shape):
        parent = answers % i if answers is not None and i else None
        if parent is not None and depths[parent] >= paths.DEEPEST:
            parent = None
        depths.append(0 if parent is None else depths[parent] + 1)
        rows.append(
            NewComment(
                text=f"comment {i}",
                place=places[place] if parent is None else None,
                parent=parent,
                persona=personas[speaker],
                day=timezone.localdate(NOON),
                submit_date=NOON,
                submission_id=UUID(int=i + 1),
            )
        )
    return rows


def posted_one_by_one(rows: list[NewComment]) -> list[int]:
    stored: list[PublicComment] = []
    grounds: list[Place] = []
    for row in rows:
        grounds.append(row.place or grounds[row.parent])
        stored.append(
            post(
                grounds[-1],
                text=row.text,
                persona=row.persona,
                submission_id=row.submission_id,
                by=row.persona.account,
                reply_to=None if row.parent is None else stored[row.parent].pk,
                at=row.submit_date,
            )
        )
    return [comment.pk for comment in stored]


def seen(ids: list[int]) -> dict:
    """Everything that is stored of these comments, with the first one's id called 0, the second one's 1."""
    fold_tallies()
    called = {pk: number for number, pk in enumerate(ids)}
    rows = {row["id"]: row for row in PublicComment.objects.filter(pk__in=ids).values()}
    told = [_told(rows[pk], called) for pk in ids]
    counts = Tally.objects.values_list(
        *("consultation", "section", "block_key", "question", "anchor__fingerprint", "thread"),
        *("comments", "threads", "withdrawn", "is_folded"),
    )
    return {"rows": told, "counts": {(*c[:5], called.get(c[5], c[5]), *c[6:]) for c in counts}}


def _told(row: dict, called: dict[int, int]) -> dict:
    entry = Entry.objects.get(pk=row.pop("posted_entry_id"))
    side = PrivateSide.objects.get(entry=entry)
    for name in ("id", "comment_ptr_id", "xtdcomment_ptr_id", "thread_id", "parent_id"):
        row[name] = called[row[name]]
    anchor = Anchor.objects.filter(pk=row.pop("anchor_id")).first()
    path = row.pop("path")
    steps = [int(path[i : i + paths.WIDTH]) for i in range(0, len(path), paths.WIDTH)]
    return row | {
        "anchor": anchor and anchor.fingerprint,
        "steps": [called[step] for step in steps],
        "entry": (entry.day, entry.actor, entry.verb, entry.subject, entry.facts),
        "by": side.account_id,
        "waits for a seal": Unsealed.objects.filter(entry=entry).exists(),
    }


SHAPES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 1), st.none() | st.integers(0, 50)), min_size=1, max_size=12
)


@pytest.fixture
def compare(places, ada_persona, ben_persona, rolled_back):
    def both(shape) -> tuple[dict, dict]:
        rows = planned(shape, places, [ada_persona, ben_persona])
        return (
            rolled_back(lambda: seen(posted_one_by_one(rows))),
            rolled_back(lambda: seen(insert_many(rows))),
        )

    return both


@given(shape=SHAPES)
def test_many_at_once_are_stored_as_if_they_had_been_posted_one_by_one(compare, shape):
    one_by_one, at_once = compare(shape)
    assert at_once == one_by_one


@given(shape=SHAPES, at_once=st.integers(1, 4))
def test_batches_leave_no_seams(places, ada_persona, ben_persona, rolled_back, shape, at_once):
    rows = planned(shape, places, [ada_persona, ben_persona])
    whole = rolled_back(lambda: seen(insert_many(rows)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "AT_ONCE", at_once)
        assert rolled_back(lambda: seen(insert_many(rows))) == whole


@given(shape=SHAPES)
def test_every_reply_stands_right_below_its_parent_or_a_sibling_of_it(places, ada_persona, rolled_back, shape):
    def stands() -> None:
        ids = insert_many(planned(shape, places, [ada_persona, ada_persona]))
        comments = {c.pk: c for c in PublicComment.objects.filter(pk__in=ids)}
        assert ids == sorted(ids)
        for comment in comments.values():
            parent = comments[comment.parent_id]
            assert comment.path == paths.path_of(comment.pk, "" if parent == comment else parent.path)
            assert comment.depth == paths.depth_of(comment.path)
            assert (comment.section_id, comment.question_id) == (parent.section_id, parent.question_id)
        in_order = [c.pk for c in sorted(comments.values(), key=lambda c: c.path)]
        assert in_order == list(PublicComment.objects.filter(pk__in=ids).order_by("path").values_list("pk", flat=True))

    rolled_back(stands)


def test_counts_equal_a_recount_before_and_after_folding(consultation, places, ada_persona, say):
    before = say("I was here first.")
    rows = planned([(i % 4, 0, None if i < 8 else i) for i in range(40)], places, [ada_persona])
    insert_many([*rows, replace(rows[0], place=None, parent=before, submission_id=UUID(int=99))])
    for _time in range(2):
        counts = Tally.objects.of_places(consultation)
        assert counts.all.comments == PublicComment.objects.count() == 42
        assert counts.all.threads == PublicComment.objects.roots().count()
        for root in PublicComment.objects.roots().with_reply_counts():
            assert root.in_thread == PublicComment.objects.subtree(root.path).count()
        fold_tallies()


def test_a_reply_to_what_is_there_already_joins_its_thread(say, block_place, ada_persona):
    root = say("A paragraph that asks for an answer.", place=block_place)
    (pk,) = insert_many([NewComment("Here it is.", parent=root, persona=ada_persona)])
    reply = PublicComment.objects.get(pk=pk)
    assert (reply.thread_id, reply.parent_id, reply.block_key) == (root.pk, root.pk, block_place.block.key)
    assert PublicComment.objects.with_reply_counts().get(pk=root.pk).in_thread == 2


def test_people_go_on_posting_below_and_beside_what_was_put_in_at_once(say, section_place, ada_persona, ada):
    ids = insert_many([NewComment("One of many.", section_place, persona=ada_persona) for _i in range(3)])
    reply = say("I agree.", reply_to=PublicComment.objects.get(pk=ids[1]))
    assert reply.pk > ids[2]
    assert reply.root_id == ids[1]
    assert withdraw(PublicComment.objects.get(pk=ids[0]), by=ada).is_withdrawn


def test_what_staff_enter_has_no_name_and_says_who_entered_it(section_place, edie):
    (pk,) = insert_many([NewComment("By letter.", section_place)], by=edie, actor="editor")
    comment = PublicComment.objects.get(pk=pk)
    assert (comment.persona, comment.day, comment.user_name, comment.user_email) == (None, None, "", "")
    assert (comment.posted_entry.verb, comment.posted_entry.actor) == ("comment.entered", "editor")
    assert comment.posted_entry.private_side.account == edie
    assert not list(verify_ledger())


@pytest.mark.parametrize(
    ("wrong", "because"),
    [
        ({"parent": 0, "place": None}, "not an earlier one"),
        ({"parent": None, "place": None}, "either a place"),
    ],
)
def test_what_cannot_stand_is_not_stored(section_place, wrong, because):
    with pytest.raises(ValueError, match=because):
        insert_many([replace(NewComment("Lost.", section_place), **wrong)])
    assert not PublicComment.objects.exists()


def test_a_thread_goes_no_deeper_than_posting_lets_it(section_place):
    rows = [NewComment("0", section_place), *(NewComment(str(i), parent=i) for i in range(paths.DEEPEST + 1))]
    assert len(insert_many(rows[:-1])) == paths.DEEPEST + 1
    with pytest.raises(ValueError, match="deeper"):
        insert_many(rows)


def test_a_name_speaks_in_its_own_consultation_only(ideas, ada_persona):
    with pytest.raises(ValueError, match="another consultation"):
        insert_many([NewComment("Lost.", Place(ideas), persona=ada_persona)])


def test_nothing_is_half_written(section_place, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    rows = [*(NewComment("Gone.", section_place) for _i in range(5)), NewComment("Wrong.", parent=77)]
    with pytest.raises(ValueError, match="earlier"):
        insert_many(rows)
    assert not PublicComment.objects.exists()
    assert not Tally.objects.exists()
    assert not Entry.objects.filter(verb="comment.entered").exists()


def test_finished_pages_are_told_once_after_commit(section_place, django_capture_on_commit_callbacks):
    told = []
    said.connect(lambda consultation, **_rest: told.append(consultation), weak=False, dispatch_uid="test")
    try:
        with django_capture_on_commit_callbacks(execute=True):
            insert_many([NewComment("Said.", section_place) for _i in range(3)])
    finally:
        said.disconnect(dispatch_uid="test")
    assert told == [section_place.consultation]


def test_ids_are_reserved_for_good(section_place):
    with transaction.atomic():
        first = reserve_ids(3)
        insert_many([NewComment("After.", section_place)])
    assert first == sorted(first)
    if connection.vendor == "postgresql":
        assert PublicComment.objects.get().pk == first[-1] + 1


@pytest.mark.postgres
@pytest.mark.lane_d
def test_a_hundred_thousand_go_in_and_add_up(consultation, places, ada_persona):
    ids = insert_many(
        planned([(i % 4, 0, None if i % 50 == 0 else i - 1) for i in range(100_000)], places, [ada_persona])
    )
    assert len(ids) == PublicComment.objects.count() == Entry.objects.filter(verb="comment.posted").count() == 100_000
    assert Tally.objects.of_places(consultation).all.comments == 100_000
