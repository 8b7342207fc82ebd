"""A crowd that has spoken: the demonstration's guidance, and as many comments in one section as are wanted.

The newest twenty threads look alike in every crowd (three replies or more each), so that pages differ by what lies
behind them and not by what they show. Needs Django set up.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle

from django.db import connection
from django.utils import timezone

from consult.consultations import actions as consultations
from consult.consultations.models import Consultation, HouseRules, PrivacyNotice
from consult.discussion.bulk import NewComment, insert_many
from consult.discussion.paths import DEEPEST
from consult.discussion.places import Place, place_in_section
from consult.drafting.actions import import_draft, start_document
from consult.management.demo import content
from consult.people.actions import appoint, take_name
from consult.people.models import Account, Persona
from consult.publishing.actions import publish

THREADS, REPLIES_EACH = 25, 3
LONG_THREAD = 20
"""Which of the threads holds nearly all replies: the fifth on the page."""
SPEAKERS = 200
CLIENTS = 8


@dataclass(frozen=True)
class Crowd:
    """One consultation with its comments. `replies` are ids of comments in the long thread that can be answered."""

    consultation: Consultation
    place: Place
    ids: list[int]
    clients: list[Persona]
    answerable: list[int]

    @property
    def address(self) -> str:
        return f"/consultations/{self.consultation.slug}/sections/{self.place.section_text.section.key}/"

    @property
    def long_thread(self) -> str:
        return f"/consultations/{self.consultation.slug}/threads/{self.ids[LONG_THREAD]}/"


@dataclass(frozen=True)
class House:
    admin: Account
    revision: object
    accounts: list[Account]


def build_house() -> House:
    """The guidance, and people."""
    admin = appoint("ann@standards.example", role="admin")
    document = start_document(title="Social media for public servants", slug="social-media", by=admin)
    revision = import_draft(document, content.guidance(), by=admin)
    publish(revision, changelog="The first draft.", by=admin)
    consultations.publish_house_rules(content.house_rules(), by=admin)
    consultations.publish_privacy_notice(content.privacy_notice(), by=admin)
    accounts = [Account.objects.create_user(f"speaker-{i}@people.example") for i in range(SPEAKERS)]
    return House(admin, revision, accounts)


def gather(house: House, size: int, *, slug: str, flat: bool = False) -> Crowd:
    """A consultation in which so many have spoken on one section."""
    consultation = _open(house, slug)
    place = place_in_section(consultation, house.revision.section_texts.first().section.key)
    personas = [_named(consultation, account, i) for i, account in enumerate(house.accounts)]
    rows = list(_flat(size, place) if flat else _in_threads(size, place))
    words, speakers = cycle(_words()), cycle(personas)
    ids = insert_many(NewComment(next(words), persona=next(speakers), day=timezone.localdate(), **row) for row in rows)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    answerable = [] if flat else _answerable(rows, ids)
    return Crowd(consultation, place, ids, personas[:CLIENTS], answerable)


def _words() -> list[str]:
    return [said.text for said in content.draft(timezone.localdate()).said]


def _open(house: House, slug: str) -> Consultation:
    now = timezone.now()
    consultation = Consultation(
        slug=slug,
        title=f"Social media: {slug}",
        kind=Consultation.Kind.DRAFT,
        document=house.revision.document,
        revision=house.revision,
        about="The last guidance is from 2014.",
        open_to_change="Every sentence of the draft.",
        decides="The head of the Public Standards Office",
        decision_by=timezone.localdate() + timedelta(days=60),
        contact="guidance@standards.example",
        opens_at=now - timedelta(days=20),
        closes_at=now + timedelta(days=19),
        house_rules=HouseRules.objects.last(),
        privacy_notice=PrivacyNotice.objects.last(),
    )
    consultations.set_up(consultation, questions=[{"text": "What should it contain?"}], by=house.admin)
    return consultations.announce(consultation, by=house.admin)


def _named(consultation: Consultation, account: Account, i: int) -> Persona:
    name = f"{'ABCDEFGHKMNPQRSTUVWXYZ'[i % 22]}{'aeiou'[i % 5]}{'bdfgklmnprst'[i % 12]} {i}"
    persona = take_name(consultation, name=name, by=account, house_rules_version=1, privacy_notice_version=1)
    persona.consultation = consultation
    return persona


def _in_threads(size: int, place: Place) -> Iterator[dict]:
    """Twenty-five threads with three replies each; all the others answer someone in one of them, up to six deep."""
    chance = random.Random(size)
    depths: list[int] = []
    can_be_answered: list[int] = []  # of the long thread
    for i in range(size):
        if i < THREADS:
            parent = None
        elif i < THREADS * (1 + REPLIES_EACH):
            parent = i % THREADS
        else:
            parent = chance.choice(can_be_answered)
        depths.append(0 if parent is None else depths[parent] + 1)
        is_in_long = i % THREADS == LONG_THREAD or i >= THREADS * (1 + REPLIES_EACH)
        if is_in_long and depths[i] < DEEPEST:
            can_be_answered.append(i)
        yield {"place": place} if parent is None else {"parent": parent}


def _flat(size: int, place: Place) -> Iterator[dict]:
    """Nearly everyone begins a thread; the newest twenty have three replies each."""
    replies = 20 * REPLIES_EACH
    for i in range(size):
        yield {"place": place} if i < size - replies else {"parent": size - replies - 20 + i % 20}


def _answerable(rows: list[dict], ids: list[int]) -> list[int]:
    """Comments of the long thread that leave room below them, spread over all of it."""
    depths, in_long = [], []
    for i, row in enumerate(rows):
        parent = row.get("parent")
        depths.append(0 if parent is None else depths[parent] + 1)
        in_long.append(i == LONG_THREAD or (parent is not None and in_long[parent]))
    found = [ids[i] for i in range(len(rows)) if in_long[i] and depths[i] < DEEPEST]
    return found[:: max(1, len(found) // 2_000)]
