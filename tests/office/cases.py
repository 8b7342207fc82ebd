"""Changes that are hard on tracked changes: {name: (before, after)}, in the words of tests/edits."""

FIRST = "Ask before you post a photograph of anyone you work with."
THEN = "Take it down when they ask you to, and say that you did."
TABLE = "| You post | What may happen |\n|---|---|\n| A joke | It travels |\n| A photograph | Someone is in it |"
WIDE = "| You post | Where | What may happen |\n|---|---|---|\n| A joke | Here | It travels |"
LIST = "- a case at work\n- a patient, even without a name\n  1. not the street\n  2. not the day\n- a colleague"
NUMBERED = "3. third\n4. fourth\n5. fifth"


def text(*sections: str) -> str:
    return "\n\n".join(sections)


def section(*blocks: str, key: str = "a", title: str = "Photographs", level: str = "full") -> str:
    return "\n\n".join([f"## {key} @{level} | {title}", *blocks])


OTHER = section("Nothing changes here, and it is long enough to be known.", key="b", title="Another section")
CASES = {
    "words change": (section(FIRST), section(FIRST.replace("before", "long before"))),
    "all words change": (section(FIRST, THEN), section("Bicycles are parked outside.", THEN)),
    "looks change": (
        section("Ask **first**, [here](https://a.example/)."),
        section("Ask first, [*here*](https://b.example/)."),
    ),
    "a paragraph is split": (section(f"{FIRST} {THEN}", "Last."), section(FIRST, THEN, "Last.")),
    "three are merged": (section(FIRST, THEN, "Nobody minds a cat."), section(f"{FIRST} {THEN} Nobody minds a cat.")),
    "split and changed": (section(f"{FIRST} {THEN}"), section(FIRST.replace("anyone", "someone"), THEN + " Soon.")),
    "moved within": (section(FIRST, "One.", "Two.", THEN), section("One.", "Two.", THEN, FIRST)),
    "moved across sections": (text(section(FIRST, THEN), OTHER), text(section(THEN), OTHER + f"\n\n{FIRST}")),
    "an item is changed": (section(LIST), section(LIST.replace("a case", "any case"))),
    "an item is new": (section(LIST), section(LIST + "\n- a pupil")),
    "the first item goes": (section(FIRST, LIST), section(FIRST, LIST.partition("\n")[2])),
    "the last item goes": (section(LIST, THEN), section(LIST.rpartition("\n")[0], THEN)),
    "an item goes deeper": (section(LIST), section(LIST.replace("- a colleague", "  3. a colleague"))),
    "a list is numbered": (section("- one\n- two"), section("1. one\n2. two")),
    "a list begins elsewhere": (section(NUMBERED), section(NUMBERED.replace("3.", "7.", 1))),
    "a paragraph becomes a list": (section(FIRST, THEN), section(FIRST, f"- {THEN}")),
    "a list of its own": (
        section("1. one\n2. two", THEN, "1. a\n2. b"),
        section("1. one\n2. two", "1) x\n2) y", THEN, "1. b"),
    ),
    "empty items": (section("-\n- a\n- > said"), section("- a\n-\n- > said so")),
    "a cell changes": (section(FIRST, TABLE), section(FIRST, TABLE.replace("travels", "travels far"))),
    "a row is new": (
        section(TABLE, FIRST),
        section(TABLE.replace("| A joke", "| A film | It stays |\n| A joke"), FIRST),
    ),
    "the header changes": (
        section(TABLE),
        section(TABLE.replace("You post", "They say").replace("What may happen", "So")),
    ),
    "a column is new": (section(FIRST, TABLE, THEN), section(FIRST, WIDE, THEN)),
    "a table goes": (section(FIRST, TABLE, THEN), section(FIRST, THEN)),
    "a table comes": (section(FIRST, THEN), section(FIRST, TABLE, THEN)),
    "only a table is left": (section(FIRST, THEN), section(TABLE)),
    "the paragraph above a table goes": (section(FIRST, TABLE), section(TABLE)),
    "a list comes above a table": (section(FIRST, TABLE), section(FIRST, LIST, TABLE)),
    "two tables change places": (section(TABLE, WIDE), section(WIDE, TABLE)),
    "a heading changes": (section("#### Examples", FIRST), section("#### Some examples", FIRST)),
    "a heading goes deeper": (section("#### Examples", FIRST), section("##### Examples", FIRST)),
    "a heading becomes words": (section("#### Examples", FIRST), section("Examples", FIRST)),
    "a section goes": (
        text(section(FIRST), section(LIST, TABLE, key="c", title="Gone"), OTHER),
        text(section(FIRST), OTHER),
    ),
    "the last section goes": (text(OTHER, section(FIRST, TABLE)), OTHER),
    "the first section goes": (text(section(FIRST, LIST), OTHER), OTHER),
    "a section is new": (OTHER, text(section(TABLE, key="c", title="New"), OTHER, section(LIST))),
    "a section is renamed": (section(FIRST), section(FIRST, title="Pictures of people")),
    "sections change places": (text(section(FIRST, LIST), OTHER), text(OTHER, section(FIRST, LIST))),
    "a level goes": (text(section(FIRST, level="overview"), section(THEN)), section(THEN)),
    "a level comes": (section(THEN), text(section(FIRST, level="overview"), section(THEN))),
    "a level is empty": (
        text(section(FIRST, level="overview"), section(THEN)),
        text(section(level="overview"), section(THEN)),
    ),
    "a section is empty": (text(section(FIRST), OTHER), text(section(), OTHER)),
    "quotations and examples": (
        section("> He said:\n>\n> - so\n> - and so", "```\na  b\n\tc\n```", THEN),
        section("> She said:\n>\n> - so", "```\na  b\n\td\n```", "---", THEN),
    ),
    "a line": (section("---", THEN), section(FIRST, "---", THEN)),
    "no two words are the same": (
        text(section(FIRST), OTHER),
        text(section(TABLE, "Yes."), section(LIST, key="d", title="D")),
    ),
    "marks of XML": (section("a < b && `c > d` ]]>"), section("a <b> &amp; `c \"' d` ]]> <!--")),
    "lines in a paragraph": (section("one\\\ntwo\\\nthree"), section("one\\\n2\\\nthree and four")),
    "Japanese and Arabic": (
        section("写真を撮る前に聞く。", "اسأل قبل أن تنشر"),
        section("写真を載せる前に聞く。", "اسأل قبل أن تكتب"),
    ),
}
