"""The words of wordings, read where they stand."""

from collections.abc import Set

from django.db.models import Min

from consult.discussion.campaigns.models import Sent
from consult.discussion.models import PublicComment


def texts_of(wordings: Set[int]) -> dict[int, str]:
    """The words of each wording, from the first comment that has it."""
    first = Sent.objects.filter(wording__in=wordings).order_by().values("wording").annotate(first=Min("comment"))
    wording_of = {row["first"]: row["wording"] for row in first}
    comments = PublicComment.objects.filter(pk__in=wording_of).only("comment")
    return {wording_of[one.pk]: one.comment for one in comments}
