"""Many comments at once, for imports and for the benchmark's loader: the same rows as posting one by one would make.

Multi-table models refuse `bulk_create`, and saving 100,000 comments one by one takes minutes. Here the ids are
reserved first, so that every path is known before the first INSERT.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.utils import timezone
from django_comments.models import Comment
from django_comments_xtd.models import XtdComment
from psycopg2.extras import execute_values

from consult.consultations.models import Consultation
from consult.discussion import paths
from consult.discussion.actions import receipt_of
from consult.discussion.anchoring import anchors_at
from consult.discussion.models import Anchor, PublicComment, Tally
from consult.discussion.places import Place
from consult.discussion.signals import said
from consult.ledger.actions import record_each
from consult.ledger.receipts import receipt_hash
from consult.people.models import Account, Persona

AT_ONCE = 2_000
"""Comments that are held in memory with their words. Of those before them only ids and paths are kept."""
COUNTED_BY = ("section_id", "block_key", "question_id", "anchor_id")


@dataclass(frozen=True, slots=True)
class NewComment:
    """A comment that is not stored yet.

    The first comment of a thread has a `place`; a reply has a `parent`, an existing comment or the index of an
    earlier row, and stands where its thread stands. Without a persona it was entered by staff: from elsewhere.
    """

    text: str
    place: Place | None = None
    parent: int | PublicComment | None = None
    persona: Persona | None = None
    day: date | None = None
    submit_date: datetime | None = None
    submission_id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class _Ground:
    """A place as the tables hold it; shared by all comments that stand there."""

    consultation: Consultation
    content_type_id: int
    object_pk: str
    columns: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Standing:
    """What is remembered of a comment for the sake of its replies."""

    pk: int
    path: str
    ground: _Ground


@transaction.atomic
def insert_many(
    rows: Iterable[NewComment], *, by: Account | None = None, actor: str = "", at: datetime | None = None
) -> list[int]:
    """Store comments with their paths, counts and ledger entries; returns their ids, in the order of the rows.

    `by` and `actor` say who entered those that have no persona. It asks no law and cleans no text: the action that
    calls it does. Raises ValueError, and stores nothing, when a row cannot stand where it says.
    """
    inserting = _Inserting(by, actor, at or timezone.now())
    waiting = iter(rows)
    while batch := list(islice(waiting, AT_ONCE)):
        inserting.insert(batch)
    inserting.count()
    for consultation in inserting.consultations.values():
        transaction.on_commit(lambda consultation=consultation: said.send(PublicComment, consultation=consultation))
    return [one.pk for one in inserting.standing]


class _Inserting:
    """One run of `insert_many`."""

    def __init__(self, by: Account | None, actor: str, at: datetime) -> None:
        self.by, self.actor, self.at = by, actor, at
        self.tables = [_Table(Comment), _Table(XtdComment), _Table(PublicComment)]
        self.standing: list[_Standing] = []
        self.consultations: dict[int, Consultation] = {}
        self.grounds: dict[Place, _Ground] = {}
        self.old_threads: set[int] = set()
        self.comments: Counter[tuple] = Counter()
        self.threads: Counter[tuple] = Counter()
        self.in_thread: Counter[tuple[int, int]] = Counter()

    def insert(self, batch: list[NewComment]) -> None:
        self._stand_on({row.place for row in batch if row.place and row.place not in self.grounds})
        placed = [self._placed(row, pk) for row, pk in zip(batch, reserve_ids(len(batch)), strict=True)]
        references = [receipt_hash(receipt_of(row.submission_id)) for row in batch]
        entries = self._recorded(batch, placed, references)
        comments, in_threads, public = [], [], []
        for row, here, reference, entry in zip(batch, placed, references, entries, strict=True):
            comments.append(self._comment(row, here))
            in_threads.append(_in_thread(here))
            public.append(_public(row, here, reference, entry))
        for table, values in zip(self.tables, (comments, in_threads, public), strict=True):
            table.insert(values)

    def _placed(self, row: NewComment, pk: int) -> _Standing:
        parent = self._parent_of(row)
        ground = parent.ground if parent else self.grounds[row.place]
        if row.persona and row.persona.consultation_id != ground.consultation.pk:
            raise ValueError("A comment's persona belongs to another consultation.")
        here = _Standing(pk, paths.path_of(pk, parent.path if parent else ""), ground)
        self.standing.append(here)
        self._note(here)
        return here

    def _parent_of(self, row: NewComment) -> _Standing | None:
        if (row.parent is None) == (row.place is None):
            raise ValueError("A comment has either a place, when it begins a thread, or a parent.")
        match row.parent:
            case None:
                return None
            case int() as index:
                if not 0 <= index < len(self.standing):
                    raise ValueError(f"Row {len(self.standing)} replies to row {index}, which is not an earlier one.")
                parent = self.standing[index]
            case PublicComment() as comment:
                parent = _Standing(comment.pk, comment.path, _ground_under(comment))
                self.old_threads.add(comment.root_id)
        if paths.depth_of(parent.path) >= paths.DEEPEST:
            raise ValueError(f"Row {len(self.standing)} is deeper than a thread goes.")
        return parent

    def _stand_on(self, places: set[Place]) -> None:
        anchors = anchors_at(places)
        for place in places:
            self.grounds[place] = _ground_of(place, anchors[place])

    def _note(self, here: _Standing) -> None:
        columns, root = here.ground.columns, paths.root_of(here.path)
        consultation = here.ground.consultation
        self.consultations[consultation.pk] = consultation
        where = (consultation.pk, *(columns[name] for name in COUNTED_BY))
        self.comments[where] += 1
        self.threads[where] += root == here.pk
        self.in_thread[consultation.pk, root] += 1

    def _recorded(self, batch: list[NewComment], placed: list[_Standing], references: list[str]) -> list[int]:
        """One ledger entry for each; returns their ids, in the order of the batch."""
        happenings = [
            (
                row.persona.account if row.persona else self.by,
                here.ground.consultation,
                {"reference_hash": reference},
            )
            for row, here, reference in zip(batch, placed, references, strict=True)
        ]
        posted = [i for i, row in enumerate(batch) if row.persona]
        entered = [i for i, row in enumerate(batch) if not row.persona]
        entries = [0] * len(batch)
        for verb, actor, indices in (
            ("comment.posted", "respondent", posted), ("comment.entered", self.actor, entered)
        ):  # fmt: skip
            recorded = record_each(verb, (happenings[i] for i in indices), actor=actor, at=self.at)
            for i, entry in zip(indices, recorded, strict=True):
                entries[i] = entry.pk
        return entries

    def _comment(self, row: NewComment, here: _Standing) -> dict[str, Any]:
        return {
            "id": here.pk,
            "content_type_id": here.ground.content_type_id,
            "object_pk": here.ground.object_pk,
            "site_id": settings.SITE_ID,
            "comment": row.text,
            "submit_date": row.submit_date or self.at,
        }

    def count(self) -> None:
        """Add the sums to the counts. Nobody else counts in a new thread, so its row is folded from the start."""
        names = ("consultation_id", *COUNTED_BY)
        Tally.objects.bulk_create(
            Tally(**dict(zip(names, where, strict=True)), comments=n, threads=self.threads[where])
            for where, n in self.comments.items()
        )
        Tally.objects.bulk_create(
            (
                Tally(consultation_id=consultation, thread=root, comments=n, is_folded=root not in self.old_threads)
                for (consultation, root), n in self.in_thread.items()
            ),
            batch_size=AT_ONCE,
        )


def _ground_of(place: Place, anchor: Anchor | None) -> _Ground:
    target = place.section_text.section if place.section_text else place.question or place.consultation
    columns = place.fields()
    question = columns.pop("question")
    columns["consultation_id"] = columns.pop("consultation").pk
    columns["question_id"] = question.pk if question else None
    columns["anchor_id"] = anchor.pk if anchor else None
    content_type = ContentType.objects.get_for_model(target)
    return _Ground(place.consultation, content_type.pk, str(target.pk), columns)


def _ground_under(comment: PublicComment) -> _Ground:
    """The place of a comment that is stored already: its replies stand there too."""
    names = ("consultation_id", "section_id", "revision_id", "text_level", "block_key", "question_id", "anchor_id")
    columns = {name: getattr(comment, name) for name in names}
    return _Ground(comment.consultation, comment.content_type_id, comment.object_pk, columns)


def _in_thread(here: _Standing) -> dict[str, Any]:
    depth = paths.depth_of(here.path)
    return {
        "comment_ptr_id": here.pk,
        "thread_id": paths.root_of(here.path),
        "parent_id": int(here.path[-2 * paths.WIDTH : -paths.WIDTH] or here.pk),
        "level": depth,
        "order": depth + 1,
    }


def _public(row: NewComment, here: _Standing, reference: str, entry: int) -> dict[str, Any]:
    return {
        "xtdcomment_ptr_id": here.pk,
        **here.ground.columns,
        "persona_id": row.persona.pk if row.persona else None,
        "path": here.path,
        "depth": paths.depth_of(here.path),
        "day": row.day,
        "submission_id": row.submission_id,
        "receipt_hash": reference,
        "posted_entry_id": entry,
    }


def reserve_ids(count: int) -> list[int]:
    """The next comment ids, rising; nobody else can get them."""
    table = Comment._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return sorted(pk for (pk,) in cursor.fetchall())
        # The transaction is IMMEDIATE, so nobody else writes; SQLite notes the largest id itself when it is inserted.
        cursor.execute(
            "SELECT coalesce(max(seq), 0) FROM (SELECT seq FROM sqlite_sequence WHERE name = %s"
            " UNION ALL SELECT max(id) FROM django_comments)",
            [table],
        )
        (last,) = cursor.fetchone()
        return list(range(last + 1, last + 1 + count))


class _Table:
    """One of the three tables. A column that is not given has its field's default, as in `save()`."""

    def __init__(self, model: type[models.Model]) -> None:
        fields = model._meta.local_concrete_fields
        self.names = [one.attname for one in fields]
        self.defaults = {one.attname: _stored_as(one, one.get_default()) for one in fields if not one.primary_key}
        self.differing = [one for one in fields if isinstance(one, KEPT_DIFFERENTLY)]
        quote = connection.ops.quote_name
        columns = ", ".join(quote(one.column) for one in fields)
        # Table and columns are the model's own; the values are parameters.
        self.insert_into = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "  # noqa: S608

    def insert(self, rows: list[dict[str, Any]]) -> None:
        values = [self._prepared(row) for row in rows]
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with connection.wrap_database_errors:
                    execute_values(cursor.cursor, f"{self.insert_into} %s", values, page_size=500)
            else:
                cursor.executemany(f"{self.insert_into} ({', '.join(['%s'] * len(self.names))})", values)

    def _prepared(self, row: dict[str, Any]) -> list[Any]:
        for one in self.differing:
            if one.attname in row:
                row[one.attname] = _stored_as(one, row[one.attname])
        whole = self.defaults | row
        return [whole[name] for name in self.names]


KEPT_DIFFERENTLY = (models.DateField, models.DateTimeField, models.UUIDField)
"""What a database may keep in another form than Python's. Numbers, flags and texts go in as they are."""


def _stored_as(one: models.Field, value: Any) -> Any:
    return one.get_db_prep_save(value, connection)
