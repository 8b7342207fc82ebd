"""Publishing a large document: 200 sections, 5,000 blocks, 100,000 comments (`python -m bench.publishing`).

Prints how long a draft takes to be prepared and flipped, with how much memory, and what became of the comments. Half
of the comments point at paragraphs, a third at words in them, the others at sections. Needs PostgreSQL.
"""

import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import django

from bench import machine

SECTIONS, BLOCKS_EACH, COMMENTS, LATE = 200, 25, 100_000, 500


def main() -> None:
    with machine.database(f"consult_bench_publishing_{os.getpid()}") as url, machine.folder() as folder:
        environ = machine.environment(url, folder, "bench.settings")
        machine.django_command(environ, "migrate", "-v0")
        machine.django_command(environ, "collectstatic", "-v0", "--noinput")
        os.environ.update(environ)
        django.setup()
        from django.db import connections

        try:
            measure(scale=float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)
        finally:
            connections.close_all()


def measure(*, scale: float) -> None:
    from django.core.cache import cache
    from django.db import connection
    from django.db.models import Count

    from consult.discussion.models import Placement
    from consult.drafting.actions import open_draft
    from consult.publishing import actions
    from consult.publishing.models import Publication
    from guidance.actions import freeze

    chance = random.Random(7)
    sections, comments = round(SECTIONS * scale), round(COMMENTS * scale)
    admin, document, consultation, personas = _house(chance, sections)
    begun = time.monotonic()
    _talk(consultation, personas, comments, chance)
    print(f"{comments:,} comments put in, in {time.monotonic() - begun:.1f} s", flush=True)
    draft = open_draft(document, by=admin)
    begun = time.monotonic()
    _rewrite(draft, chance)
    print(f"a third of {draft.blocks.count():,} blocks edited, moved or removed, in {time.monotonic() - begun:.1f} s")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    freeze(draft)
    subprocess.run([sys.executable, "-m", "bench.publishing", "prepare", str(draft.pk)], check=True)
    _talk(consultation, personas, LATE, chance)
    publication = Publication.objects.create(
        revision=draft, state="ready", changelog="x", asked_at=draft.document.current.published_at,
        due_at=draft.document.current.published_at, asked_by=admin,
    )  # fmt: skip
    locked: list[float] = []
    read = actions.read_ahead
    actions.read_ahead = lambda draft: (read(draft), locked.append(time.monotonic()))[0]
    begun = time.monotonic()
    actions.flip(publication)
    ended = time.monotonic()
    print(f"read ahead in {locked[0] - begun:.2f} s, then flipped in {ended - locked[0]:.2f} s, {LATE} late comments")
    rows = Placement.objects.filter(revision=draft).values_list("standing").annotate(n=Count("anchor__comments"))
    print(dict(rows.order_by("standing")))
    cache.clear()
    _read(draft.document.slug)


def _read(slug: str) -> None:
    """How long readers of the new draft wait, as a stranger without anything kept, and again. In this process, so that
    neither the network nor a second reader counts."""
    from django.core.cache import cache
    from django.test import Client

    base, stranger = f"/guidance/{slug}/", Client(headers={"host": os.environ["ALLOWED_HOSTS"].split(",")[0]})
    for name, address in {
        "what changed, 1 to 2": f"{base}compare/1/2/",
        "what changed in one section": f"{base}compare/1/2/s7/",
        "the whole text, compared": f"{base}compare/1/2/whole/",
        "all on one page": f"{base}whole/",
        "search": f"{base}search/?q=word7+word19",
        "Word": f"{base}draft-2/download.docx",
        "redline": f"{base}compare/1/2/redline.docx",
    }.items():
        cache.clear()
        waits = []
        for _again in range(2):
            begun = time.monotonic()
            response = stranger.get(address, secure=True)
            waits.append(time.monotonic() - begun)
            assert response.status_code == 200, (address, response.status_code)
        size = len(response.content) // 1024
        print(f"{name}: {waits[0]:.2f} s with nothing kept, then {waits[1]:.3f} s; {size:,} kB", flush=True)


def prepare_alone(draft_id: int) -> None:
    """In a process of its own, so that its memory can be told."""
    django.setup()
    from consult.publishing.preparing import prepare
    from guidance.models import Revision

    before, begun = _memory(), time.monotonic()
    placed = prepare(Revision.objects.select_related("document__current").get(pk=draft_id))
    seconds = time.monotonic() - begun
    print(f"prepared: {placed:,} anchors placed in {seconds:.1f} s; {before} MB before, {_memory()} MB at its peak")


def _memory() -> int:
    """Megabytes of this process, at the peak so far."""
    told = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", told)[1]) // 1024


def _words(chance: random.Random, least: int = 25, most: int = 80) -> str:
    vocabulary = [f"word{i}" for i in range(4_000)]
    weights = [1 / (i + 1) for i in range(4_000)]
    words = chance.choices(vocabulary, weights, k=chance.randint(least, most))
    for at in range(9, len(words), 10):
        words[at] += "."
    return " ".join(words).capitalize() + "."


def _house(chance: random.Random, sections: int):
    from bench.crowd import House, _named, _open
    from consult.consultations import actions as consultations
    from consult.drafting.actions import import_draft, start_document
    from consult.people.actions import appoint
    from consult.people.models import Account
    from consult.publishing.actions import publish
    from guidance.importing import Imported, ImportedSection

    admin = appoint("ann@standards.example", role="admin")
    document = start_document(title="A long piece of guidance", slug="long", by=admin)
    imported = Imported(
        "A long piece of guidance",
        "",
        [
            ImportedSection(f"s{i}", f"Section {i}", {"full": "\n\n".join(_words(chance) for _b in range(BLOCKS_EACH))})
            for i in range(sections)
        ],
    )
    revision = import_draft(document, imported, by=admin)
    publish(revision, changelog="The first.", by=admin)
    consultations.publish_house_rules(["Be kind."], by=admin)
    consultations.publish_privacy_notice("We keep it.", by=admin)
    accounts = [Account.objects.create_user(f"speaker-{i}@people.example") for i in range(50)]
    consultation = _open(House(admin, revision, accounts), "long")
    return admin, document, consultation, [_named(consultation, a, i) for i, a in enumerate(accounts)]


def _talk(consultation, personas, comments: int, chance: random.Random) -> None:
    from consult.discussion.bulk import NewComment, insert_many
    from consult.discussion.places import Place
    from guidance.anchors import quote_at

    blocks = list(consultation.revision.blocks.select_related("section_text__section", "section_text__revision"))

    def place() -> Place:
        block, kind = chance.choice(blocks), chance.random()
        if kind > 0.85:
            return Place(consultation, block.section_text)
        if kind > 0.5:
            words = block.text.split(" ")
            first = chance.randrange(len(words) - 6)
            quoted = " ".join(words[first : first + chance.randint(3, 6)])
            start = len(" ".join(words[:first])) + (1 if first else 0)
            return Place(
                consultation, block.section_text, block, quote=quote_at(block.text, start, start + len(quoted))
            )
        return Place(consultation, block.section_text, block)

    insert_many(NewComment("It says something.", place(), persona=chance.choice(personas)) for _i in range(comments))


def _rewrite(draft, chance: random.Random) -> None:
    """A third of the blocks are edited, moved to another section, split, merged or removed, section by section."""
    from guidance.actions import save_level
    from guidance.models import LevelText

    levels = list(LevelText.objects.filter(section_text__revision=draft).select_related("section_text__section"))
    carried: list[str] = []
    for level in levels:
        rows: list[str] = []
        for text in level.markdown.split("\n\n"):
            match chance.randrange(18):
                case 0 | 1 | 2:
                    words = text.split(" ")
                    words[chance.randrange(len(words))] = "another"
                    rows.append(" ".join(words))
                case 3:
                    carried.append(text)
                case 4 if len(text.split(". ")) > 1:
                    first, _dot, rest = text.partition(". ")
                    rows += [first + ".", rest]
                case 5 if rows:
                    rows[-1] += " " + text
                case 6:
                    pass
                case _:
                    rows.append(text)
        if carried and chance.random() < 0.7:
            rows.insert(chance.randrange(len(rows) + 1), carried.pop())
        save_level(draft, level.section_text.section.key, "full", "\n\n".join(rows), read_version=level.version)


if __name__ == "__main__":
    if sys.argv[1:2] == ["prepare"]:
        prepare_alone(int(sys.argv[2]))
    else:
        main()
