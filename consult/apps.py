"""The switchboard: it connects rooms that do not know each other, with nudges only."""

from importlib import import_module

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate, pre_save
from django_comments_xtd.apps import CommentsXtdConfig

ROOMS_WITH_WORK = (
    "consult.discussion.elsewhere.mentions",
    "consult.themes.actions",
    "consult.exports.actions",
    "consult.publishing.actions",
)


class ConsultConfig(AppConfig):
    name = "consult"
    verbose_name = "Consultations"

    def ready(self) -> None:
        from consult.config import celery  # noqa: F401  the app must exist before the first nudge

        for room in ROOMS_WITH_WORK:
            import_module(room)
        connect()


class QuietCommentsXtdConfig(CommentsXtdConfig):
    """django-comments-xtd without its `pre_save` hook, which rewrites the whole thread at each reply."""

    default = False

    def ready(self) -> None:
        pass


def connect() -> None:
    """Whom to nudge. What is kept of finished pages is old once something was said, withdrawn or published."""
    from allauth.account.signals import user_logged_in
    from allauth.mfa.signals import authenticator_added

    from consult.consultations.signals import changed, notices_changed
    from consult.discussion.searching import index_after_migrate
    from consult.discussion.signals import mentioned, removing, said, taken_back
    from consult.exports.stored import take_away_superseded
    from consult.ledger.guards import guard_after_migrate
    from consult.moderation.forgetting import forget_words as forget_what_was_kept
    from consult.pages.actions import standing_page_changed
    from consult.pages.catching_up import renew_all_on
    from consult.pages.versions import SITE, scope_of, something_must_go, something_was_said
    from consult.people.factors import count_as_confirmed
    from consult.people.sessions import forget_address
    from consult.people.signals import names_changed
    from consult.people.single_sign_on import connect_what_waits
    from consult.publishing.actions import published
    from consult.themes.actions import forget_words

    post_migrate.connect(guard_after_migrate, sender=apps.get_app_config("consult"), dispatch_uid="guard the ledger")
    post_migrate.connect(index_after_migrate, sender=apps.get_app_config("consult"), dispatch_uid="index the words")
    pre_save.connect(forget_address, sender="usersessions.UserSession", dispatch_uid="forget the address")
    authenticator_added.connect(count_as_confirmed, dispatch_uid="count as confirmed")
    user_logged_in.connect(connect_what_waits, dispatch_uid="connect what waits")

    said.connect(
        lambda consultation, **_rest: something_was_said(scope_of(consultation.slug)), weak=False, dispatch_uid="said"
    )
    for signal in (changed, taken_back, mentioned):
        signal.connect(
            lambda consultation, **_rest: something_must_go(scope_of(consultation.slug)),
            weak=False,
            dispatch_uid="renew",
        )
    taken_back.connect(
        lambda consultation, **_rest: take_away_superseded(consultation), weak=False, dispatch_uid="take files away"
    )
    removing.connect(
        lambda comment, said, free, **_rest: forget_what_was_kept(comment, said, free),
        weak=False,
        dispatch_uid="forget what moderators kept",
    )
    removing.connect(
        lambda comment, **_rest: forget_words(comment.consultation), weak=False, dispatch_uid="forget words"
    )
    published.connect(
        lambda revision, **_rest: renew_all_on(revision.document_id), weak=False, dispatch_uid="renew what shows a text"
    )
    names_changed.connect(renew_what_shows_names, dispatch_uid="renew what shows names")
    for signal in (notices_changed, standing_page_changed):
        signal.connect(lambda **_rest: something_must_go(SITE), weak=False, dispatch_uid="renew the site")


def renew_what_shows_names(consultations: list[int], **_signal) -> None:
    from consult.consultations.models import Consultation
    from consult.pages.versions import scope_of, something_must_go

    for slug in Consultation.objects.filter(pk__in=consultations).values_list("slug", flat=True):
        something_must_go(scope_of(slug))
