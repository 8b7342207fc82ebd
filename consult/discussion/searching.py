"""Searching what was said: comments in which every word that was asked for stands, in some form, newest first.

Both databases understand a question alike: a word is found where one begins with its stem, and a word of one or two
letters where it stands alone. PostgreSQL answers from an index (`index_after_migrate`), SQLite by reading.
"""

import re
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, F, Func, Q, Value

from consult.discussion.models import PublicComment
from consult.discussion.querysets import THREADS_A_PAGE, CommentQuerySet
from guidance.searching import LONGEST_QUESTION, MOST_WORDS, SHORTEST_STEM, stem
from guidance.wording import plain

if TYPE_CHECKING:
    from consult.consultations.models import Consultation

WORDS = re.compile(r"[^\W_]+")
READ_AT_MOST = 100_000
"""Characters of a comment that are searched: what PostgreSQL makes of more may not fit into an index."""
INDEX = """
CREATE INDEX IF NOT EXISTS words_of_comments ON django_comments
    USING gin (to_tsvector('simple'::regconfig, left(comment, {most})))
"""


class HasWords(Func):
    """Whether the words of a question stand in a text: PostgreSQL's, in the very form of the index."""

    output_field = BooleanField()
    arity = 2

    def as_sql(self, compiler, connection, **_extra):
        (text, none), (asked, words) = map(compiler.compile, self.source_expressions)
        known = f"to_tsvector('simple'::regconfig, left({text}, {READ_AT_MOST}))"
        return f"({known} @@ to_tsquery('simple'::regconfig, {asked}))", [*none, *words]


def stems_of(question: str) -> list[str]:
    """The words of a question without their endings; nothing but letters and digits is left of what was typed."""
    words = WORDS.findall(plain(question[:LONGEST_QUESTION]))
    return list(dict.fromkeys(stem(word) for word in words))[:MOST_WORDS]


def said_with(consultation: "Consultation", stems: list[str], *, before: int | None = None) -> CommentQuerySet:
    """Comments that can be read and have all these words: twenty, and one more to see whether there are others."""
    if not stems:
        return PublicComment.objects.none()
    comments = PublicComment.objects.filter(consultation=consultation, visible=True)
    found = comments.filter(_have(stems, connections[comments.db].vendor))
    # Not by the bare key: PostgreSQL would read all comments backwards for a rare word (measured), not ask the index.
    found = found.alias(number=F("pk") + 0).order_by("-number")
    shown = found.select_related("persona", "elsewhere", "question")
    return (shown.filter(pk__lt=before) if before else shown)[: THREADS_A_PAGE + 1]


def beginnings(stems: list[str]) -> re.Pattern:
    """Where in a text the words stand, to mark them."""
    return re.compile("|".join(_pattern(one) for one in sorted(stems, key=len, reverse=True)), re.IGNORECASE)


def _have(stems: list[str], vendor: str) -> Q | HasWords:
    if vendor == "postgresql":
        asked = " & ".join(f"'{one}':*" if len(one) >= SHORTEST_STEM else f"'{one}'" for one in stems)
        return HasWords(F("comment"), Value(asked))
    wanted = Q()
    for one in stems:
        wanted &= Q(comment__iregex=_pattern(one))
    return wanted


def _pattern(one: str) -> str:
    return rf"(?<![^\W_]){re.escape(one)}" + (r"[^\W_]*" if len(one) >= SHORTEST_STEM else r"(?![^\W_])")


def index_after_migrate(*, using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """For `post_migrate`: the index that makes searching quick, where the database has such. Harmless to repeat."""
    connection = connections[using]
    if connection.vendor == "postgresql" and "django_comments" in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(INDEX.format(most=READ_AT_MOST))
