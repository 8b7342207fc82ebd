"""Plain words as Markdown that shows exactly these words (pure)."""

import re

ALWAYS = re.compile(r"[\\`*\[\]]")
UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
"""Between two letters an underscore is a letter."""
MARKUP = re.compile(r"<(?=[A-Za-z/!?])")
ENTITY = re.compile(r"&(?=#?\w+;)")
LINE_START = re.compile(
    r"(?P<mark>#(?=#{0,5}(?:\s|$))|>|[-+](?=\s|$)|~(?=~~)|=(?==*\s*$)|[-|:](?=[-|:\s]*$))"
    r"|(?P<number>\d{1,9})(?P<dot>[.)])(?=\s|$)"
)


def in_a_line(words: str) -> str:
    """Marks inside a line made into letters."""
    words = ALWAYS.sub(r"\\\g<0>", words)
    words = UNDERSCORE.sub(r"\\_", words)
    return ENTITY.sub(r"\\&", MARKUP.sub(r"\\<", words))


def at_line_start(markdown: str) -> str:
    """A line that begins no list, heading, quotation, rule or table. Its inside has been taken care of."""

    def escaped(match: re.Match) -> str:
        return f"\\{match['mark']}" if match["mark"] else f"{match['number']}\\{match['dot']}"

    return LINE_START.sub(escaped, markdown, count=1) if LINE_START.match(markdown) else markdown


def as_paragraph(words: str) -> str:
    """Words in one or several lines as one paragraph. Each line end stays one."""
    lines = [at_line_start(in_a_line(" ".join(line.split()))) for line in words.split("\n")]
    return "\\\n".join(line for line in lines if line)


def in_a_heading(words: str) -> str:
    """Words behind the marks of a heading, on one line."""
    line = in_a_line(" ".join(words.split()))
    return f"{line[:-1]}\\#" if line.endswith("#") else line


def in_a_cell(markdown: str) -> str:
    """Markdown inside a table's cell."""
    return markdown.replace("|", "\\|")
