"""The night shift: all Celery tasks, a few lines each. None is called from a view or an action."""

from celery import shared_task
from django.core.management import call_command

from consult.consultations.calendar.actions import note_by_the_clock as note_clock
from consult.discussion.actions import fold_tallies as fold
from consult.discussion.campaigns import actions as campaigns
from consult.discussion.reactions import fold_agreements, rank, threads_to_rank
from consult.jobs.actions import sweep
from consult.jobs.running import run_job as run
from consult.ledger.actions import seal_everything
from consult.notices import mailing
from consult.notices.reading import read_on, tell_on
from consult.pages.catching_up import AT_ONCE, catch_up
from consult.people.badges.actions import show_badges as show
from consult.publishing.actions import publish_due as show_what_is_due


@shared_task(name="consult.run_job")
def run_job(job_id: int) -> None:
    """Do one waiting job. Harmless to call twice: only one worker can claim it."""
    run(job_id)


@shared_task(name="consult.sweep_jobs")
def sweep_jobs() -> None:
    """Hand on jobs whose worker fell silent, and nudge those whose nudge was lost."""
    sweep()


@shared_task(name="consult.seal_ledger")
def seal_ledger() -> None:
    """Gather committed ledger entries under a seal, and renew the pages that they make old."""
    seal_everything()
    while catch_up() == AT_ONCE:
        pass


@shared_task(name="consult.fold_tallies")
def fold_tallies() -> None:
    """Fold count deltas, so that reading adds up few rows, and note the order of threads that follows from them.

    The order is noted first: if the worker dies in between, what is not folded yet says what is still to be noted.
    """
    rank(threads_to_rank())
    while fold():
        pass
    while fold_agreements():
        pass


@shared_task(name="consult.find_campaigns")
def find_campaigns() -> None:
    """Compare what was said with what was said before. Harmless to call twice: one reader at a time, by a bookmark."""
    while campaigns.read_on() == campaigns.AT_ONCE:
        pass


@shared_task(name="consult.clear_sessions")
def clear_sessions() -> None:
    """Forget sessions that have ended, and the words that were kept in them."""
    call_command("clearsessions")


@shared_task(name="consult.publish_due")
def publish_due() -> None:
    """Show the drafts whose time has come."""
    show_what_is_due()


@shared_task(name="consult.note_by_the_clock")
def note_by_the_clock() -> None:
    """Write down which consultations have opened or closed by themselves."""
    note_clock()


@shared_task(name="consult.tell")
def tell() -> None:
    """Read what was sealed, work out whom to tell, and send the mails that are due. Harmless to call twice."""
    for step in (read_on, tell_on, mailing.gather, mailing.send_due):
        while step():
            pass


@shared_task(name="consult.forget_old_notices")
def forget_old_notices() -> None:
    """Once a day: remove who was told of what long ago."""
    mailing.forget_old()


@shared_task(name="consult.show_badges")
def show_badges() -> None:
    """Once a day: badges appear beside names, and lapse."""
    show()
