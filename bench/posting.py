"""Eight people reply while strangers read; then everything that was accepted is looked for. Needs Django set up."""

import json
import random
import re
import subprocess
import sys
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen
from uuid import UUID, uuid4, uuid5

from django.db.models import Sum
from django.test import Client
from django_comments.forms import CommentSecurityForm

from bench.crowd import Crowd
from bench.machine import ROOT
from consult.discussion import paths
from consult.discussion.models import PublicComment, Tally
from consult.people.models import Account

READS_A_SECOND = 200
FORMS_A_SECOND = 60
"""Forms that lie ready for each client: more than it can send."""


class Wrong(AssertionError):
    """Something that was accepted is not where it belongs."""


@dataclass(frozen=True)
class Posted:
    rps: float
    median: float
    slowest: float
    """Milliseconds: the median, and what one in twenty waited longer than."""
    reads: float
    count: int


def cookie_of(account: Account) -> str:
    """A session as signing in makes it."""
    client = Client()
    client.force_login(account, backend="consult.people.backends.SignedInByCode")
    return f"sessionid={client.cookies['sessionid'].value}"


def post_replies(server: str, crowd: Crowd, *, seconds: float, read: str) -> Posted:
    """Post for so many seconds to random comments of the long thread, and check what became of it."""
    before = PublicComment.objects.filter(consultation=crowd.consultation).count()
    parents: dict[str, int] = {}
    plan = {
        "host": urlsplit(server).hostname,
        "port": urlsplit(server).port,
        "accepted": r"/comments/(\d+)/posted/",
        "reads": read,
        "reads_a_second": READS_A_SECOND,
        "seconds": seconds,
        "clients": [_client(server, crowd, persona, seconds, parents) for persona in crowd.clients],
    }
    outcome = send(plan)
    if outcome["refused"] or outcome["unread"]:
        raise Wrong(f"refused: {outcome['refused'][:5]} …, pages that were not given: {outcome['unread']}")
    verify(crowd, before, [(pk, parents[form]) for form, pk in outcome["accepted"]])
    return posted(outcome)


def send(plan: dict) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "bench.clients"], cwd=ROOT, input=json.dumps(plan), capture_output=True, text=True
    )
    if done.returncode:
        raise Wrong(done.stderr[-2000:])
    return json.loads(done.stdout)


def posted(outcome: dict) -> Posted:
    waited = sorted(outcome["waited"])
    return Posted(
        rps=len(outcome["accepted"]) / outcome["seconds"],
        median=waited[len(waited) // 2] * 1000,
        slowest=waited[int(len(waited) * 0.95)] * 1000,
        reads=outcome["read"] / outcome["seconds"],
        count=len(outcome["accepted"]),
    )


def _client(server: str, crowd: Crowd, persona, seconds: float, parents: dict[str, int]) -> dict:
    """A person with a session, the token of a form that they opened, and forms filled in beforehand.

    The forms' signatures are made here, as the server makes them, so that what is measured is posting alone.
    """
    session = cookie_of(persona.account)
    chance = random.Random(persona.pk)
    chosen = [chance.choice(crowd.answerable) for _i in range(int(seconds * FORMS_A_SECOND))]
    cookie, token = _token(server, f"/comments/{chosen[0]}/reply/", session)
    comments = PublicComment.objects.in_bulk(set(chosen))
    forms = []
    for i, parent in enumerate(chosen):
        submission, words = str(uuid4()), f"This would have helped on my ward, and not only there. ({i})"
        stored_as = str(uuid5(UUID(submission), words))  # a form and the words in it make one comment
        parents[stored_as] = parent
        fields = {
            **CommentSecurityForm(comments[parent]).generate_security_data(),
            "csrfmiddlewaretoken": token,
            "submission_id": submission,
            "comment": words,
            "honeypot": "",
        }
        forms.append({"id": stored_as, "path": f"/comments/{parent}/reply/", "body": urlencode(fields)})
    return {"cookie": f"{session}; {cookie}", "forms": forms}


def _token(server: str, path: str, session: str) -> tuple[str, str]:
    with urlopen(Request(server + path, headers={"Cookie": session})) as answer:
        cookie = answer.headers["Set-Cookie"].split(";")[0]
        return cookie, re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.read().decode())[1]


def verify(crowd: Crowd, before: int, accepted: list[tuple[int, int]]) -> None:
    """Each accepted comment is there once, right below what it answers, and the counts equal a recount."""
    here = PublicComment.objects.filter(consultation=crowd.consultation)
    stored = PublicComment.objects.in_bulk([pk for pk, _parent in accepted])
    parents = PublicComment.objects.in_bulk({parent for _pk, parent in accepted})
    if len(stored) != len(accepted) or here.count() != before + len(accepted):
        raise Wrong(f"{len(accepted)} were accepted, {len(stored)} are there, {here.count() - before} came in.")
    for pk, parent in accepted:
        if stored[pk].path != paths.path_of(pk, parents[parent].path) or stored[pk].parent_id != parent:
            raise Wrong(f"Comment {pk} does not stand below {parent}.")
    _recount(crowd)


def _recount(crowd: Crowd) -> None:
    here = PublicComment.objects.filter(consultation=crowd.consultation)
    counted = Tally.objects.of_places(crowd.consultation).all
    if (counted.comments, counted.threads) != (here.count(), here.roots().count()):
        raise Wrong(f"{counted} are counted, {here.count()} are there.")
    tallies = Tally.objects.filter(consultation=crowd.consultation, thread__isnull=False)
    in_threads = dict(tallies.values_list("thread").annotate(n=Sum("comments")).order_by())
    for root in here.roots():
        if in_threads.get(root.pk, 0) != here.subtree(root.path).count():
            raise Wrong(f"{in_threads.get(root.pk, 0)} are counted in thread {root.pk}.")
        if len(in_threads) > 1_000:  # in a crowd of threads of one, the first is enough
            break
