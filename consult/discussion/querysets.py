"""Questions to ask of comments and of their counts."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from django.db import connections, models
from django.db.models import Case, CharField, Count, F, IntegerField, OuterRef, Q, Subquery, Sum, TextField, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django_comments.managers import CommentManager  # noqa: F401  the base manager of the package's tables

from consult.discussion.paths import after_subtree

if TYPE_CHECKING:
    from consult.consultations.models import Consultation
    from consult.discussion.models import PublicComment
    from consult.people.models import Account

THREADS_A_PAGE = 20
REPLIES_SHOWN = 3
REPLIES_A_PAGE = 50
STANDING = (
    *("consultation_id", "section_id", "revision_id", "text_level", "block_key", "question_id", "anchor_id"),
    *("path", "depth", "visible", "listed", "hides_replies"),
)


class ThreadNumber(models.Func):
    """The primary key of a thread's first comment, as the indexes of threads hold it, and no other index does.

    PostgreSQL does not see that first comments are rare where replies are many: asked for them by primary key, it
    walks backwards through all replies in the database (measured: 97 ms instead of 1 at 100,000).
    """

    template = "(%(expressions)s + 0)"

    def __init__(self, expression: str = "xtdcomment_ptr", **extra) -> None:
        super().__init__(expression, output_field=models.BigIntegerField(), **extra)


class ComesAfter(models.Func):
    """(a, b) < (c, d), as rows are compared: where a keyset page in falling order goes on. An index answers it."""

    output_field = models.BooleanField()
    arity = 4

    def as_sql(self, compiler, connection, **_extra):
        parts, parameters = zip(*map(compiler.compile, self.source_expressions), strict=True)
        return "(({}, {}) < ({}, {}))".format(*parts), [one for some in parameters for one in some]


@dataclass(frozen=True)
class Order:
    """In which order threads are shown, which of them, and where the page begins.

    `before` is the last first comment of the page above; `rank` is what that one was sorted by.
    """

    by: str = "newest"
    kind: str = ""
    before: int | None = None
    rank: int | None = None

    @property
    def is_usual(self) -> bool:
        return self.by == "newest" and not self.kind

    def rank_of(self, root: "PublicComment") -> int | None:
        return getattr(root, self.by) if self.by in RANKS else None


RANKS = ("agreed", "discussed")
ORDERS = ("newest", "oldest", *RANKS)


class CommentQuerySet(models.QuerySet):
    """Comments. Every question that a page asks is answered by an index, at any size of the conversation."""

    def delete(self):
        raise TypeError("Comments are never deleted.")

    def standing(self) -> "CommentQuerySet":
        """Without words and without the package's columns: where comments stand, from one table."""
        return self.only(*STANDING).order_by("pk")

    def listed(self) -> "CommentQuerySet":
        """Those that have a place on public pages: their words, or a line that says that there were some."""
        return self.filter(listed=True)

    def roots(self) -> "CommentQuerySet":
        return self.listed().filter(depth=0)

    def in_section(self, consultation: "Consultation", section, block_key: str = "") -> "CommentQuerySet":
        found = self.filter(consultation=consultation)
        return found.filter(block_key=block_key) if block_key else found.filter(section=section)

    def in_question(self, question) -> "CommentQuerySet":
        return self.filter(question=question)

    def on_the_whole(self, consultation: "Consultation") -> "CommentQuerySet":
        return self.filter(consultation=consultation, section__isnull=True, question__isnull=True)

    def subtree(self, path: str) -> "CommentQuerySet":
        return self.filter(path__gte=path, path__lt=after_subtree(path))

    def said_by(self, persona, *, before: int | None = None) -> "CommentQuerySet":
        """What can be read of a name, newest first: twenty, and one more to see whether there are older ones."""
        said = self.filter(persona=persona, visible=True, listed=True).to_show().order_by("-pk")
        return (said.filter(pk__lt=before) if before else said)[: THREADS_A_PAGE + 1]

    def to_show(self) -> "CommentQuerySet":
        """With all that a card prints, in one query."""
        from consult.discussion.models import Agreement, PublicComment

        weighed = Agreement.objects.filter(comment=OuterRef("pk")).order_by().values("comment")
        parents = PublicComment.objects.filter(pk=OuterRef("parent_id"), visible=True).order_by()
        return self.select_related("persona", "elsewhere").annotate(
            answered_name=Case(
                When(depth__gt=1, then=Subquery(parents.values("persona__name")[:1])),
                default=Value(None),
                output_field=CharField(),
            ),
            agree=Subquery(weighed.annotate(n=Sum("agree")).values("n")),
            disagree=Subquery(weighed.annotate(n=Sum("disagree")).values("n")),
        )

    def with_reply_counts(self) -> "CommentQuerySet":
        """`in_thread`: all comments of the thread that have a place on it; `readable`: those that can be read."""
        from consult.discussion.models import Tally

        thread = Tally.objects.filter(thread=OuterRef("pk")).order_by().values("thread")
        everything = thread.annotate(n=Sum(F("comments") + F("withdrawn") + F("hidden"))).values("n")
        readable = thread.annotate(n=Sum("comments")).values("n")
        return self.annotate(
            in_thread=Coalesce(Subquery(everything, output_field=IntegerField()), 1),
            readable=Coalesce(Subquery(readable, output_field=IntegerField()), 1),
        )

    def with_standing(self, current_id: int | OuterRef | None) -> "CommentQuerySet":
        """`standing`: where the words it is about are in the current revision; None where it stands as it was made."""
        from consult.discussion.models import Placement

        placed = Placement.objects.filter(anchor=OuterRef("anchor_id"), revision=current_id).order_by()
        return self.annotate(
            standing=Subquery(placed.values("standing")[:1]),
            quoted=F("anchor__exact"),
            suggested_on=Case(
                When(kind="suggestion", then=F("anchor__words")), default=Value(""), output_field=TextField()
            ),
            section_key=F("section__key"),
        )

    def for_editors(self, consultation: "Consultation") -> "CommentQuerySet":
        """What was written to the editors only and not taken back, newest first."""
        kept = self.filter(consultation=consultation, audience="editors", own_state="shown", staff_state="shown")
        return kept.order_by("-pk")

    def kinds_in(self, consultation: "Consultation") -> dict[str, int]:
        """How many of the comments that can be read are of each kind but the plain one."""
        found = self.filter(consultation=consultation, visible=True).exclude(kind="comment").order_by()
        return dict(found.values_list("kind").annotate(n=Count("pk")))

    def of_account(self, account: "Account") -> "CommentQuerySet":
        """Everything that someone has said under any name, newest first, with where its words are now."""
        own = self.filter(persona__account=account).select_related(
            "consultation__document__current", "persona", "section", "question"
        )
        return own.with_standing(OuterRef("consultation__document__current")).order_by("-pk")

    def threads_page(self, order: Order | None = None, *, current_id: int | None = None) -> "CommentQuerySet":
        """Threads in order, twenty and one more to see whether there are others."""
        order = order or Order()
        page = self.roots().to_show().with_reply_counts().with_standing(current_id).alias(number=ThreadNumber())
        if order.kind:
            page = page.filter(kind=order.kind)
        return page._from(order)[: THREADS_A_PAGE + 1]

    def _from(self, order: Order) -> "CommentQuerySet":
        if order.by in RANKS:
            page = self.order_by(f"-{order.by}", "-number")
            if order.before is None or order.rank is None:
                return page
            return page.filter(
                ComesAfter(F(order.by), ThreadNumber(), Value(order.rank, models.IntegerField()), Value(order.before))
            )
        if order.by == "oldest":
            page = self.order_by("number")
            return page.filter(number__gt=order.before) if order.before else page
        page = self.order_by("-number")
        return page.filter(number__lt=order.before) if order.before else page

    def first_replies(self, roots: list["PublicComment"]) -> "CommentQuerySet":
        """The first few replies of each of these threads, in one query whose work does not grow with the threads."""
        talking = [root for root in roots if root.in_thread > 1]
        if not talking:
            return self.none()
        bounds = [bound for root in talking for bound in (root.path, after_subtree(root.path))]
        few = RawSQL(self._few_of_each(len(talking)), bounds)  # noqa: S611
        return self.filter(pk__in=few).to_show().order_by("path")

    def _few_of_each(self, threads: int) -> str:
        """SQL for the ids of the first replies between pairs of bounds. Table and limit are ours.

        PostgreSQL plans one lateral query in a tenth of the time that it needs for twenty united ones (measured: 8 ms);
        SQLite knows no lateral ones, and plans in no time.
        """
        connection = connections[self.db]
        table = connection.ops.quote_name(self.model._meta.db_table)
        few = (
            f"SELECT xtdcomment_ptr_id FROM {table} WHERE listed AND path > {{}} AND path < {{}} "  # noqa: S608
            f"ORDER BY path LIMIT {REPLIES_SHOWN}"
        )
        if connection.vendor == "postgresql":
            pairs = ", ".join(["(%s, %s)"] * threads)
            lateral = few.format("thread.first", "thread.behind")
            return f"SELECT few.* FROM (VALUES {pairs}) AS thread(first, behind), LATERAL ({lateral}) AS few"  # noqa: S608
        one = f"SELECT xtdcomment_ptr_id FROM ({few.format('%s', '%s')}) AS few"  # noqa: S608
        return " UNION ALL ".join([one] * threads)

    def replies_from(self, root_path: str, start: str = "") -> "CommentQuerySet":
        """A thread's replies in order, from a path on: fifty, and one more to see whether there are others."""
        replies = self.listed().filter(path__gt=root_path, path__lt=after_subtree(root_path)).to_show().order_by("path")
        return (replies.filter(path__gte=start) if start else replies)[: REPLIES_A_PAGE + 1]

    def replies_before(self, root_path: str, start: str) -> "CommentQuerySet":
        """The fifty replies that stand above a path, nearest first."""
        return self.standing().listed().filter(path__gt=root_path, path__lt=start).order_by("-path")[:REPLIES_A_PAGE]


@dataclass(frozen=True)
class Counted:
    """How many comments can be read, how many threads they stand in, how many were withdrawn or hidden, and how many
    have no place on public pages."""

    comments: int = 0
    threads: int = 0
    withdrawn: int = 0
    hidden: int = 0
    unlisted: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(*(getattr(self, name) + getattr(other, name) for name in COUNTED))


COUNTED = tuple(field.name for field in fields(Counted))
SUMS = {f"n_{name}": Sum(name) for name in COUNTED}


def _counted(row: dict) -> Counted:
    return Counted(**{name: row[f"n_{name}"] or 0 for name in COUNTED})


@dataclass(frozen=True)
class Stood:
    """Of one section and block: how many comments, in how many threads, stand like this in a later revision."""

    section_id: int
    block_key: str
    standing: str
    comments: int
    threads: int


class PlaceCounts:
    """The counts of one consultation: by section, by block of the one section asked for, by question."""

    def __init__(self, rows: list[dict]) -> None:
        self.sections: dict[int, Counted] = {}
        self.blocks: dict[str, Counted] = {}
        self.questions: dict[int, Counted] = {}
        self.whole = Counted()
        self.all = Counted()
        for row in rows:
            self._add(row, _counted(row))

    def _add(self, row: dict, counted: Counted) -> None:
        self.all += counted
        if row["section"]:
            self.sections[row["section"]] = self.sections.get(row["section"], Counted()) + counted
        elif row["question"]:
            self.questions[row["question"]] = counted
        else:
            self.whole += counted
        if row["block"]:
            self.blocks[row["block"]] = counted


class TallyQuerySet(models.QuerySet):
    def of_places(self, consultation: "Consultation", section=None) -> PlaceCounts:
        """Everything a page needs to know about numbers, in one query."""
        block = Case(
            When(Q(section=section), then=F("block_key")), default=Value(""), output_field=CharField()
        ) if section else Value("", output_field=CharField())  # fmt: skip
        rows = (
            self.filter(consultation=consultation, thread__isnull=True)
            .order_by()
            .annotate(block=block)
            .values("section", "question", "block")
            .annotate(**SUMS)
        )
        return PlaceCounts(list(rows))

    def standings(self, consultation: "Consultation", revision_id: int) -> list["Stood"]:
        """How many comments stand where in a later revision, by section; in one query, however many there are."""
        rows = (
            self.filter(consultation=consultation, thread__isnull=True, anchor__placements__revision=revision_id)
            .order_by()
            .values("section", "anchor__block_key", "anchor__placements__standing")
            .annotate(n_comments=Sum("comments"), n_threads=Sum("threads"))
        )
        return [
            Stood(
                row["section"],
                row["anchor__block_key"],
                row["anchor__placements__standing"],
                row["n_comments"],
                row["n_threads"],
            )
            for row in rows
        ]

    def of_sections(self, document) -> dict[int, int]:
        """How many comments each section of a document has had, in all consultations that were announced."""
        rows = (
            self.filter(consultation__document=document, consultation__announced_at__isnull=False)
            .filter(thread__isnull=True, section__isnull=False)
            .order_by()
            .values_list("section")
            .annotate(n=Sum("comments"))
        )
        return dict(rows)

    def of_consultations(self) -> dict[int, Counted]:
        """Counts of all consultations, by id."""
        rows = self.filter(thread__isnull=True).order_by().values("consultation").annotate(**SUMS)
        return {row["consultation"]: _counted(row) for row in rows}
