"""The same text is sent at the same moment, and two workers look for it at once: it is found, and counted once."""

import pytest

from consult.discussion.campaigns.actions import read_on
from consult.discussion.campaigns.models import Sent, Wording
from consult.discussion.campaigns.showing import campaigns_of
from consult.ledger.actions import seal_everything
from consult.people.actions import open_account
from tests.conftest import named
from tests.races.test_publishing_races import at_once
from tests.test_campaigns import LETTER

pytestmark = [pytest.mark.postgres, pytest.mark.lane_d, pytest.mark.django_db(transaction=True)]


def test_what_many_send_at_once_is_one_campaign_whoever_looks_for_it(cast, say):
    people = [named(cast.consultation, open_account(f"w{n}@example.org"), f"Writer {n}") for n in range(6)]
    said = at_once([lambda one=one: say(LETTER, persona=one) for one in people])
    assert not [trouble for trouble in said if isinstance(trouble, Exception)]
    seal_everything()
    read = at_once([read_on] * 4)
    assert not [trouble for trouble in read if isinstance(trouble, Exception)]
    assert Sent.objects.count() == 6
    assert Wording.objects.count() == 1
    [campaign] = campaigns_of(cast.consultation)
    assert (campaign.comments, campaign.people) == (6, 6)
