"""Bringing a text in: Word documents, Markdown and web pages become sections with levels (pure).

`read` chooses by what a file holds; `read_markdown` reads the form in which all of them can be written down.
"""

from guidance.importing.imported import Imported, ImportedSection, write_markdown
from guidance.importing.markdown import LONGEST, read_markdown
from guidance.importing.reading import MOST_BYTES, read
from guidance.importing.rests_on import RestsOn

__all__ = ["LONGEST", "MOST_BYTES", "Imported", "ImportedSection", "RestsOn", "read", "read_markdown", "write_markdown"]
