"""The cast, built once for each test process and rolled back by savepoints.

ada writes comments, ben is a bystander, edie edits the guidance, otto edits other guidance, mo moderates, ann
administers, and a stranger never signs in.
"""

import os
import re
from datetime import timedelta
from html import unescape
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.cache import cache, caches
from django.db import connection, connections, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, settings

from consult.consultations import actions as consultations
from consult.consultations.models import Consultation
from consult.discussion.actions import post
from consult.discussion.places import Place, place_at_block, place_in_section
from consult.drafting.actions import import_draft, start_document
from consult.people.actions import appoint, open_account, take_name
from consult.people.models import Account, Persona, TeamMember
from consult.publishing.actions import publish
from guidance.importing import read_markdown

settings.register_profile(
    "ci", derandomize=True, max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
settings.register_profile("deep", max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

GUIDANCE = """# Social media for public servants

What you may say online, and who stands by you.

## Who this is for {#who}

### Overview

Everyone who works in a public service.

### Snapshot

This guidance is for everyone who works in a public service.

It does not take your private life away.

## When you post as yourself {#yourself}

### Overview

You keep a private life when you join a public service.

### Snapshot

You keep a private life when you join a public service.

Assume that your manager, a journalist and the people you serve could all read what you post.

- anything from which a patient could be recognised
- material from a live case

### Full story

A long story about **posting**, with a [link](https://example.org/).

#### An example

| You post | What may happen |
|---|---|
| A joke | It travels |

#### Decision aid: Should I post this?

**Question 1. Is it about a patient?**

- Yes: go to result A
- No: go to result B

**Result A. Do not post it.**

**Result B. Post it.** You need nobody's permission.
"""


def build_cast() -> SimpleNamespace:
    """Everyone, with a document, an open consultation on its draft, an open call for ideas, and two names."""
    ann = appoint("ann@standards.example", role="admin")
    document = start_document(title="Social media for public servants", slug="social-media", by=ann)
    other = start_document(title="Gifts and hospitality", slug="gifts", by=ann)
    edie = appoint("edie@standards.example", role=TeamMember.Role.EDITOR, document=document)
    otto = appoint("otto@standards.example", role=TeamMember.Role.EDITOR, document=other)
    mo = appoint("mo@standards.example", role=TeamMember.Role.MODERATOR, document=document)
    ada = open_account("ada.lindqvist@hospital.example")
    ben = open_account("ben@school.example")
    revision = import_draft(document, read_markdown(GUIDANCE), by=edie)
    publish(revision, changelog="The first draft.", by=edie)
    consultations.publish_house_rules(["Argue with the text, not the person.", "Name no patient, pupil or colleague."])
    consultations.publish_privacy_notice("We keep what you write for five years.")
    consultation = open_consultation(document, ann, revision=revision)
    ideas = open_consultation(document, ann, slug="ideas", title="What should the guidance answer?")
    return SimpleNamespace(
        ann=ann,
        document=document,
        other_document=other,
        edie=edie,
        otto=otto,
        mo=mo,
        ada=ada,
        ben=ben,
        revision=revision,
        consultation=consultation,
        ideas=ideas,
        ada_persona=named(consultation, ada, "Night Heron"),
        ben_persona=named(consultation, ben, "Chalk and Talk"),
    )


def open_consultation(document, by, *, revision=None, slug="draft-1", title="Social media: draft 1", questions=()):
    """A consultation that opened twenty days ago and closes in nineteen."""
    from consult.consultations.models import HouseRules, PrivacyNotice

    now = timezone.now()
    consultation = Consultation(
        slug=slug,
        title=title,
        kind=Consultation.Kind.DRAFT if revision else Consultation.Kind.IDEAS,
        document=document,
        revision=revision,
        about="The last guidance is from 2014.",
        open_to_change="Every sentence of the draft.",
        not_open_to_change="The law.",
        decides="The head of the Public Standards Office",
        decision_by=timezone.localdate() + timedelta(days=60),
        contact="guidance@standards.example",
        opens_at=now - timedelta(days=20),
        closes_at=now + timedelta(days=19),
        house_rules=HouseRules.objects.last(),
        privacy_notice=PrivacyNotice.objects.last(),
    )
    asked = questions or [{"text": "What should it contain?", "help": "In your own words."}, {"text": "What else?"}]
    consultations.set_up(consultation, questions=list(asked), by=by)
    return consultations.announce(consultation, by=by)


def named(consultation, account, name, **choices) -> Persona:
    persona = take_name(consultation, name=name, by=account, house_rules_version=1, privacy_notice_version=1, **choices)
    persona.consultation = consultation
    return persona


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database, with the cast in it."""
    with django_db_blocker.unblock():
        connection.features.supports_json_field  # noqa: B018  Django asks SQLite once; no test shall count that question
        cache.clear()
        build_cast()


_emptied: list[str] = []
"""Tests with real transactions that ran in this process: after each of them the database is empty."""


@pytest.fixture(autouse=True)
def _the_cast_comes_back(request):
    """A test that asks for nobody by name still finds them, whichever test ran before."""
    marker = request.node.get_closest_marker("django_db")
    is_real = bool(marker and marker.kwargs.get("transaction"))
    if marker and not is_real and _emptied:
        request.getfixturevalue("cast")
    yield
    if is_real:
        _emptied.append(request.node.nodeid)


@pytest.fixture(autouse=True)
def _an_empty_cache():
    yield
    cache.clear()
    caches["process"].clear()


@pytest.fixture
def cast(db, request) -> SimpleNamespace:
    """Fresh copies of everyone from the database."""
    if not Account.objects.filter(email="ann@standards.example").exists():
        build_cast()  # a test with real transactions has emptied the database
    document_of = {d.slug: d for d in _documents()}
    consultation = _consultation("draft-1")
    people = {a.email.partition("@")[0].partition(".")[0]: a for a in Account.objects.all()}
    return SimpleNamespace(
        **{name: people[name] for name in ("ann", "edie", "otto", "mo", "ada", "ben")},
        document=document_of["social-media"],
        other_document=document_of["gifts"],
        revision=document_of["social-media"].current,
        consultation=consultation,
        ideas=_consultation("ideas"),
        ada_persona=_persona(consultation, "Night Heron"),
        ben_persona=_persona(consultation, "Chalk and Talk"),
    )


def _documents():
    from guidance.models import Document

    return Document.objects.select_related("current")


def _consultation(slug: str) -> Consultation:
    return Consultation.objects.select_related("document", "revision", "house_rules", "privacy_notice").get(slug=slug)


def _persona(consultation: Consultation, name: str) -> Persona:
    persona = Persona.objects.get(consultation=consultation, name=name)
    persona.consultation = consultation
    return persona


for _name in (
    "ann", "edie", "otto", "mo", "ada", "ben", "document", "other_document", "revision", "consultation", "ideas",
    "ada_persona", "ben_persona",
):  # fmt: skip
    globals()[_name] = pytest.fixture(name=_name)(lambda cast, _name=_name: getattr(cast, _name))


@pytest.fixture
def section_place(consultation) -> Place:
    return place_in_section(consultation, "yourself")


@pytest.fixture
def block_place(consultation, revision) -> Place:
    block = revision.blocks.get(level="snapshot", section_text__section__key="yourself", position=2)
    return place_at_block(consultation, block.key)


@pytest.fixture
def say(section_place, ada_persona, ada):
    """ada, or someone else, says something."""

    def speak(text="The badge test rules out nearly everything.", *, place=None, persona=None, reply_to=None, **more):
        persona = persona or ada_persona
        return post(
            place or section_place,
            text=text,
            persona=persona,
            submission_id=more.pop("submission_id", None) or uuid4(),
            by=Account.objects.get(pk=persona.account_id),
            reply_to=reply_to.pk if reply_to else None,
            **more,
        )

    return speak


@pytest.fixture
def stranger() -> Client:
    return Client()


@pytest.fixture
def browser_of():
    """A browser in which someone is signed in."""

    def signed_in(account: Account) -> Client:
        client = Client()
        client.force_login(account, backend="consult.people.backends.SignedInByCode")
        return client

    return signed_in


@pytest.fixture
def form_of():
    """The fields of the form on a page, as a browser would send them back."""

    def fields(response) -> dict[str, str]:
        html = response.content.decode()
        inputs = re.findall(r"<input\b[^>]*>", html)
        found = {}
        for tag in inputs:
            name = re.search(r'\bname="([^"]+)"', tag)
            value = re.search(r'\bvalue="([^"]*)"', tag)
            kind = re.search(r'\btype="([^"]+)"', tag)
            if name and (kind is None or kind[1] not in {"radio", "checkbox", "submit"} or "checked" in tag):
                found[name[1]] = unescape(value[1]) if value else ""
        return found

    return fields


@pytest.fixture
def long_reads_see_the_test(db):
    """Exports read through a connection of their own, which would not see what a test has not committed."""
    own = connections["steady"]
    connections["steady"] = connections["default"]
    yield
    connections["steady"] = own


@pytest.fixture
def rolled_back():
    """For property tests: what an example writes is undone before the next one."""

    def run(example):
        sid = transaction.savepoint()
        try:
            return example()
        finally:
            transaction.savepoint_rollback(sid)

    return run


def pytest_collection_modifyitems(config, items):
    """Tests that need PostgreSQL say so where there is none."""
    if connection.vendor == "postgresql":
        return
    reason = pytest.mark.skip(reason="needs PostgreSQL: make sure, lanes B to D")
    for item in items:
        if item.get_closest_marker("postgres") or item.get_closest_marker("browser"):
            item.add_marker(reason)
