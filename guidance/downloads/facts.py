"""What a file that is taken away says about itself: what it is, since when, from whom, and what one may do with it."""

from dataclasses import astuple, dataclass
from datetime import UTC, datetime, time

from django.conf import settings
from django.db.models import Count, Max
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from guidance.models import Revision


@dataclass(frozen=True)
class Facts:
    """A revision, as its file names it. Two files of the same facts and the same text are the same bytes."""

    title: str
    summary: str
    name: str
    published_at: datetime
    address: str
    organisation: str
    licence: str
    corrections: int = 0
    corrected_at: datetime | None = None
    withdrawn_at: datetime | None = None
    why_withdrawn: str = ""

    @property
    def dated(self) -> datetime:
        """What the file is dated: noon of the day of publication. No file says a time finer than a day."""
        return datetime.combine(timezone.localdate(self.published_at), time(12), UTC)

    @property
    def warning(self) -> str:
        """That it was withdrawn, when and why; nothing if it was not."""
        if self.withdrawn_at is None:
            return ""
        when = {"name": capfirst(self.name), "day": day_of(self.withdrawn_at), "why": self.why_withdrawn}
        return _("%(name)s was withdrawn on %(day)s. %(why)s") % when

    @property
    def origin(self) -> str:
        """Which version it is, of when, and by whom."""
        told = {"name": capfirst(self.name), "day": day_of(self.published_at), "organisation": self.organisation}
        if self.corrected_at is None:
            return _("%(name)s, published on %(day)s by %(organisation)s.") % told
        return _("%(name)s, published on %(day)s by %(organisation)s, corrected on %(corrected)s.") % {
            **told,
            "corrected": day_of(self.corrected_at),
        }

    @property
    def terms(self) -> str:
        """What one may do with it."""
        if self.licence:
            return _("It may be reused under the %(licence)s.") % {"licence": self.licence}
        return _("No licence is stated. Ask %(organisation)s before you publish it elsewhere.") % {
            "organisation": self.organisation
        }

    @property
    def mark(self) -> str:
        """Another one for whatever would make another file, but for the text itself."""
        return repr(astuple(self))


def day_of(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y")


def facts_of(revision: Revision) -> Facts:
    """The facts of a readable revision."""
    mended = revision.corrections.aggregate(count=Count("pk"), last=Max("corrected_at"))
    document = revision.document
    return Facts(
        title=document.title,
        summary=document.summary,
        name=revision.name,
        published_at=revision.published_at,
        address=settings.SITE_ADDRESS + reverse("guidance:draft", args=[document.slug, revision.number]),
        organisation=settings.ORGANISATION["name"],
        licence=settings.ORGANISATION["licence"],
        corrections=mended["count"],
        corrected_at=mended["last"],
        withdrawn_at=revision.withdrawn_at,
        why_withdrawn=revision.why_withdrawn,
    )
