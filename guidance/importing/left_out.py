"""What a file holds and we do not take, counted, and said in plain words (pure)."""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class Lost(StrEnum):
    """Kinds of things that do not come in, or not as they were."""

    IMAGE = "image"
    FOOTNOTE = "footnote"
    COMMENT = "comment"
    TEXT_BOX = "text box"
    OBJECT = "object"
    EQUATION = "equation"
    HEADER = "header"
    CONTENTS = "contents"
    HIDDEN = "hidden"
    MACRO = "macro"
    SCRIPT = "script"
    NAVIGATION = "navigation"
    FORM = "form"
    LINK = "link"
    STRUCK = "struck"
    MERGED_CELL = "merged cell"
    NESTED_TABLE = "nested table"
    DEEP_LIST = "deep list"
    EMPTY_SECTION = "empty section"
    UNKNOWN = "unknown"


def in_words(lost: Counter[Lost]) -> Iterator[str]:
    """One sentence for each kind that occurred, in the order of the kinds."""
    for kind in Lost:
        if count := lost[kind]:
            yield _sentence(kind, count) % {"count": count}


def _sentence(kind: Lost, n: int) -> str:
    match kind:
        case Lost.IMAGE:
            return ngettext("%(count)d image was left out.", "%(count)d images were left out.", n)
        case Lost.FOOTNOTE:
            return ngettext(
                "%(count)d footnote or endnote was left out. If its words matter, write them into the text.",
                "%(count)d footnotes and endnotes were left out. If their words matter, write them into the text.",
                n,
            )
        case Lost.COMMENT:
            return ngettext("%(count)d comment was left out.", "%(count)d comments were left out.", n)
        case Lost.TEXT_BOX:
            return ngettext(
                "%(count)d text box was left out, with the words in it.",
                "%(count)d text boxes were left out, with the words in them.",
                n,
            )
        case Lost.OBJECT:
            return ngettext(
                "%(count)d embedded object (a chart, drawing, video or another file) was left out.",
                "%(count)d embedded objects (charts, drawings, videos or other files) were left out.",
                n,
            )
        case Lost.EQUATION:
            return ngettext("%(count)d equation was left out.", "%(count)d equations were left out.", n)
        case Lost.HEADER:
            return _("The headers and footers of its pages were left out.")
        case Lost.CONTENTS:
            return _("Its table of contents was left out: every page here has its own.")
        case Lost.HIDDEN:
            return ngettext("%(count)d hidden passage was left out.", "%(count)d hidden passages were left out.", n)
        case Lost.MACRO:
            return _("The file holds macros. They were neither read nor kept.")
        case Lost.SCRIPT:
            return ngettext(
                "%(count)d script or style sheet was left out.", "%(count)d scripts and style sheets were left out.", n
            )
        case Lost.NAVIGATION:
            return ngettext(
                "%(count)d part around the text (navigation, header, footer or side column) was left out.",
                "%(count)d parts around the text (navigation, headers, footers, side columns) were left out.",
                n,
            )
        case Lost.FORM:
            return ngettext("%(count)d form field was left out.", "%(count)d form fields were left out.", n)
        case Lost.LINK:
            return ngettext(
                "%(count)d link that does not lead to a web or e-mail address became plain words.",
                "%(count)d links that do not lead to a web or e-mail address became plain words.",
                n,
            )
        case Lost.STRUCK:
            return ngettext(
                "%(count)d passage that was struck through came in as plain words. Look whether it should stay.",
                "%(count)d passages that were struck through came in as plain words. Look whether they should stay.",
                n,
            )
        case Lost.MERGED_CELL:
            return ngettext(
                "%(count)d merged table cell was taken apart.", "%(count)d merged table cells were taken apart.", n
            )
        case Lost.NESTED_TABLE:
            return ngettext(
                "%(count)d table inside a table became plain words in its cell.",
                "%(count)d tables inside tables became plain words in their cells.",
                n,
            )
        case Lost.DEEP_LIST:
            return ngettext(
                "%(count)d list was nested more than six deep: its items came in one step higher.",
                "%(count)d lists were nested more than six deep: their items came in one step higher.",
                n,
            )
        case Lost.EMPTY_SECTION:
            return ngettext(
                "%(count)d heading with no text below it was left out.",
                "%(count)d headings with no text below them were left out.",
                n,
            )
        case Lost.UNKNOWN:
            return ngettext(
                "%(count)d element that we do not know was left out.",
                "%(count)d elements that we do not know were left out.",
                n,
            )
