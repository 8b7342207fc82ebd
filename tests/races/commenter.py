"""Someone who comments on words of the text, over and over: `python -m tests.races.commenter 3 40`.

Each comment points at other words, so that each makes an anchor. Says at the end, as JSON, which comments were
accepted.
"""

import json
import random
import sys
from uuid import uuid4

import django


def comment(seed: int, times: int) -> None:
    from consult.discussion.actions import post
    from consult.discussion.places import Place
    from consult.people.models import Persona
    from guidance.anchors import quote_at
    from guidance.models import Block

    chance = random.Random(seed)
    persona = Persona.objects.select_related("account", "consultation__revision").get(name=f"Talker {seed}")
    blocks = list(
        Block.objects.filter(revision=persona.consultation.revision).select_related(
            "section_text__section", "section_text__revision"
        )
    )
    print("here", flush=True)
    sys.stdin.readline()
    accepted = []
    for _time in range(times):
        block = chance.choice(blocks)
        start = chance.randrange(len(block.text) - 5)
        quote = quote_at(block.text, start, start + chance.randint(2, 5))
        place = Place(persona.consultation, block.section_text, block, quote=quote)
        said = post(place, text="On these words.", persona=persona, submission_id=uuid4(), by=persona.account)
        accepted.append(said.pk)
    print(json.dumps({"accepted": accepted}))


if __name__ == "__main__":
    django.setup()
    comment(*map(int, sys.argv[1:]))
