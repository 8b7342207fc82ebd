"""Run by the system's Python, which has LibreOffice's bridge: what a word processor reads in each file.

    reading.py <pipe> <files.json> <found.json>

files.json: [[path, "as it is" | "accepted" | "rejected"], …]. found.json: for each the paragraphs in order, as
[style, list level (-1: none), mark, words]; rows of tables between ["table"] and ["end"].
"""

import contextlib
import json
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

COMMANDS = {"accepted": ".uno:AcceptAllTrackedChanges", "rejected": ".uno:RejectAllTrackedChanges"}
PATIENCE = 60


def office(pipe):
    """The office that is starting behind this pipe."""
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    address = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            return resolver.resolve(address)
        except NoConnectException:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.2)


def read(context, desktop, path, what):
    hidden = PropertyValue()
    hidden.Name, hidden.Value = "Hidden", True
    document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, (hidden,))
    try:
        if what in COMMANDS:
            helper = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
            helper.executeDispatch(document.CurrentController.Frame, COMMANDS[what], "", 0, ())
        return list(paragraphs(document.Text))
    finally:
        document.close(True)


def paragraphs(text):
    parts = text.createEnumeration()
    while parts.hasMoreElements():
        part = parts.nextElement()
        if part.supportsService("com.sun.star.text.TextTable"):
            yield ["table"]
            for name in part.CellNames:
                yield from ([name, *told[1:]] for told in paragraphs(part.getCellByName(name)))
            yield ["end"]
        else:
            is_item = part.NumberingIsNumber and bool(part.ListId)
            yield [part.ParaStyleName, part.NumberingLevel if is_item else -1, part.ListLabelString, part.String]


def main(pipe, files, found):
    context = office(pipe)
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    with open(files, encoding="utf-8") as asked:
        rows = [read(context, desktop, path, what) for path, what in json.load(asked)]
    with open(found, "w", encoding="utf-8") as told:
        json.dump(rows, told)
    with contextlib.suppress(Exception):  # the bridge goes down with the office
        desktop.terminate()


if __name__ == "__main__":
    main(*sys.argv[1:])
