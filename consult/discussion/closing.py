"""Moving a consultation's closing date, with what follows from it for what staff have entered."""

from typing import Any

from django.db import transaction
from django.db.models import Case, Q, Value, When
from django.utils import timezone

from consult.consultations.calendar.actions import extend
from consult.consultations.calendar.models import DateChange
from consult.consultations.models import Consultation
from consult.discussion.models import Elsewhere
from consult.people.models import Account


@transaction.atomic
def move_close(consultation: Consultation, *, by: Account, **said: Any) -> DateChange:
    """Extend or shorten; what came by another way is late, or not late any more, by the new date.

    What was received in time when it came is not made late by shortening: nobody could have known.
    """
    change = extend(consultation, by=by, **said)
    if change.is_extension:
        late = Q(received_on__gt=timezone.localdate(change.closes_now))
        Elsewhere.objects.filter(consultation=consultation, is_late=True).update(
            is_late=Case(When(late, then=Value(True)), default=Value(False))
        )
    return change
