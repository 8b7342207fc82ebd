"""Someone in a process of their own, who does at random what people do: `python -m tests.races.talker talk 7 40`.

Talks through the pages, as a browser would. Says at the end, as JSON, what was accepted. `fold` and `seal` do what the
night shift does, over and over, until their standard input is closed.
"""

import json
import random
import re
import sys
import threading

import django

REFUSED_POLITELY = {403, 404, 409, 422}


class Talker:
    def __init__(self, seed: int) -> None:
        from django.test import Client

        from consult.people.models import Persona

        self.chance = random.Random(seed)
        self.persona = Persona.objects.select_related("account", "consultation").get(name=f"Talker {seed}")
        self.browser, self.stranger = Client(), Client()
        self.browser.force_login(self.persona.account, backend="consult.people.backends.SignedInByCode")
        self.accepted: dict[int, int] = {}
        self.withdrawn: list[int] = []
        self.refused: list[int] = []
        self.moderated = 0
        self.acts = {self.reply: 6, self.reply_twice: 1, self.withdraw: 2, self.agree: 3, self.read: 1}
        if self.persona.account.teams.exists():
            self.acts |= {self.decide: 6}

    def do_something(self) -> None:
        (act,) = self.chance.choices(list(self.acts), list(self.acts.values()))
        act()

    def thread(self):
        from consult.discussion.models import PublicComment

        return PublicComment.objects.filter(consultation=self.persona.consultation, section__isnull=False)

    def reply(self, *, times: int = 1) -> None:
        there = list(self.thread().filter(visible=True, depth__lt=6).values_list("pk", flat=True))
        if not there:  # all of it is hidden for now
            return
        parent = self.chance.choice(there)
        address = f"/comments/{parent}/reply/"
        form = self.browser.get(address)
        fields = _fields(form)
        if form.status_code != 200 or "security_hash" not in fields:
            return self._was_refused(form)
        fields["comment"] = f"{self.persona.name} answers {parent}."
        answers = [self.browser.post(address, fields) for _time in range(times)]
        if answers[0].status_code != 302:
            return self._was_refused(answers[0])
        (posted,) = {int(re.search(r"/comments/(\d+)/posted/", answer["Location"])[1]) for answer in answers}
        self.accepted[posted] = parent

    def reply_twice(self) -> None:
        self.reply(times=2)

    def withdraw(self) -> None:
        own = list(self.thread().filter(persona=self.persona, visible=True).values_list("pk", flat=True))
        if not own:
            return
        mine = self.chance.choice(own)
        answer = self.browser.post(f"/comments/{mine}/withdraw/")
        if answer.status_code != 302:
            return self._was_refused(answer)
        self.withdrawn.append(mine)

    def agree(self) -> None:
        there = list(self.thread().filter(visible=True).exclude(persona=self.persona).values_list("pk", flat=True)[:9])
        if not there:
            return
        stance = self.chance.choice(["agree", "disagree", "neither"])
        answer = self.browser.post(f"/comments/{self.chance.choice(there)}/agree/", {"stance": stance})
        if answer.status_code != 302:
            self._was_refused(answer)

    def decide(self) -> None:
        """As a moderator: hide, with or without replies, hold, keep or show again, whichever comment it is."""
        chosen = self.chance.choice(list(self.thread().exclude(persona=self.persona).values_list("pk", flat=True)))
        verb = self.chance.choice(["keep", "hold", "hide", "hide_branch", "hide_branch", "restore", "restore"])
        words = {"verb": verb, "rule": "1", "reason": "By chance."}
        answer = self.browser.post(f"/team/moderation/comments/{chosen}/", words)
        if answer.status_code != 302:
            return self._was_refused(answer)
        self.moderated += 1

    def read(self) -> None:
        root = self.thread().filter(depth=0).first()
        slug = self.persona.consultation.slug
        for browser in (self.browser, self.stranger):
            assert browser.get(f"/consultations/{slug}/threads/{root.pk}/").status_code == 200
            assert browser.get(f"/consultations/{slug}/sections/yourself/").status_code == 200

    def _was_refused(self, answer) -> None:
        assert answer.status_code in REFUSED_POLITELY | {200}, (answer.status_code, answer.content[:2000])
        self.refused.append(answer.status_code)


def _fields(page) -> dict[str, str]:
    found = {}
    for tag in re.findall(r"<input\b[^>]*>", page.content.decode()):
        name, value = re.search(r'\bname="([^"]+)"', tag), re.search(r'\bvalue="([^"]*)"', tag)
        if name:
            found[name[1]] = value[1] if value else ""
    return found


def talk(seed: int, acts: int) -> None:
    talker = Talker(seed)
    print("here", flush=True)
    sys.stdin.readline()
    for _act in range(acts):
        talker.do_something()
    told = ("accepted", "withdrawn", "refused", "moderated")
    print(json.dumps({name: getattr(talker, name) for name in told}))


def _until_told(work) -> None:
    told = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), told.set()), daemon=True).start()
    print("here", flush=True)
    done = 0
    while not told.wait(0.05):
        work()
        done += 1
    print(json.dumps({"done": done}))


def fold() -> None:
    from consult.tasks import fold_tallies

    _until_told(fold_tallies)


def seal() -> None:
    from consult.ledger.actions import seal as seal_what_waits

    _until_told(seal_what_waits)


if __name__ == "__main__":
    django.setup()
    what, *rest = sys.argv[1:]
    {"talk": talk, "fold": fold, "seal": seal}[what](*map(int, rest))
