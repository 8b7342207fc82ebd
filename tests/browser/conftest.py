"""One Chromium for all tests, a fresh profile for each visitor, and a watch on everything that no page may do."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Request,
    expect,
    sync_playwright,
)

from consult.jobs.models import Job
from consult.jobs.running import run_job

# Playwright's event loop runs in the thread of the tests, where Django would otherwise refuse to ask the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
CODE = re.compile(r"^\s+([A-Z0-9]{3,4}-[A-Z0-9]{3,4})\s*$", re.MULTILINE)
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
ANSWERS_WITHIN = int(os.environ.get("BROWSER_TIMEOUT", 15_000))
"""Milliseconds. Nothing takes as long; a machine with two cores may be busy with something else."""
expect.set_options(timeout=ANSWERS_WITHIN)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Everything in this folder belongs to lane C."""
    if "tests/browser/" in item.nodeid:
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.django_db(transaction=True, databases=["default", "steady"]))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    """With a failure goes what the visitors saw at that moment."""
    report = (yield).get_result()
    if report.when == "call" and report.failed:
        for visitor in getattr(item, "visitors", []):
            with suppress(Error):
                words = visitor.page.locator("body").inner_text(timeout=1000)
                report.sections.append((f"What {visitor.name} saw at {visitor.page.url}", words[:3000]))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=QUIET
        )
        yield browser
        browser.close()


@dataclass
class Watch:
    """What a visitor's pages did that no page of ours may do. A refusal that a test expects is none of it."""

    home: str
    seen: list[str] = field(default_factory=list)
    host_names: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)

    def over(self, context: BrowserContext) -> None:
        context.on("request", self._asked)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.seen.append(f"script failed: {error.error}"))
        context.on("dialog", self._spoke_up)

    def _asked(self, request: Request) -> None:
        at = urlsplit(request.url)
        if request.is_navigation_request():
            self.addresses.add(request.url.partition("#")[0])
        if at.scheme not in {"data", "about"} and f"{at.scheme}://{at.netloc}" != self.home:
            self.seen.append(f"asked another host: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        here = message.location["url"].partition("#")[0]
        refused = message.text.startswith("Failed to load resource") and here in self.addresses
        if message.type in {"error", "warning"} and not refused:
            self.seen.append(f"console: {message.text} ({here})")

    def _spoke_up(self, dialog) -> None:
        self.seen.append(f"dialog: {dialog.type} {dialog.message}")
        dialog.dismiss()

    def found_nothing(self) -> None:
        seen, self.seen = self.seen, []
        assert not seen, "\n".join(seen)


@dataclass
class Visitor:
    """Someone with a browser of their own."""

    page: Page
    watch: Watch
    home: str
    name: str = "stranger"
    script: bool = True

    def goes_to(self, address: str):
        return self.page.goto(self.home + address if address.startswith("/") else address)

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def link(self, words: str) -> Locator:
        """A link in the page's own part, also one that looks like a button."""
        return self.main.get_by_role("link", name=words).or_(self.main.get_by_role("button", name=words)).first

    def menu(self, words: str) -> Locator:
        return self.page.get_by_role("navigation", name="Main").get_by_role("link", name=words)

    def button(self, words: str) -> Locator:
        return self.main.get_by_role("button", name=words).first

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(label).first

    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def reads(self) -> str:
        return self.main.inner_text()

    # --- By keyboard alone -----------------------------------------------------------------------
    def tabs_to(self, target: Locator) -> None:
        """Press Tab until the focus is there. The focus has to be seen, too."""
        expected = target.element_handle()
        for _ in range(400):
            self.page.keyboard.press("Tab")
            if expected.evaluate("element => element === document.activeElement"):
                assert expected.evaluate(FOCUS_SHOWS), f"the focus cannot be seen on {target}"
                return
        raise AssertionError(f"Tab never came to {target}")

    def presses(self, target: Locator) -> None:
        """Tab to a link or a button, press Enter, and wait for the page that it leads to."""
        self.tabs_to(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def types(self, target: Locator, words: str) -> None:
        self.tabs_to(target)
        self.page.keyboard.insert_text(words)

    def ticks(self, target: Locator) -> None:
        self.tabs_to(target)
        self.page.keyboard.press("Space")
        assert target.is_checked()


FOCUS_SHOWS = """element => {
  const looks = [element, element.parentElement, element.nextElementSibling].filter(Boolean).flatMap(
    each => [getComputedStyle(each), getComputedStyle(each, "::before")])
  return looks.some(look => look.outlineStyle !== "none" && look.outlineWidth !== "0px" || look.boxShadow !== "none")
}"""


@pytest.fixture
def visit(cast, chromium, live_server, request) -> Iterator[Callable[..., Visitor]]:
    """Open a browser for someone, signed in if they are given: `visit(ada)`, `visit(script=False)`.

    At the end nobody's pages may have failed, asked another host, or broken the Content-Security-Policy.
    """
    opened: list[tuple[BrowserContext, Visitor]] = []
    request.node.visitors = []

    def open_for(account=None, *, script: bool = True, size=WIDE, **more) -> Visitor:
        context = chromium.new_context(
            java_script_enabled=script, viewport=size, reduced_motion="reduce", locale="en-GB", **more
        )
        context.set_default_timeout(ANSWERS_WITHIN)
        watch = Watch(live_server.url)
        watch.over(context)
        if account is not None:
            context.add_cookies([_session_of(account, live_server.url)])
        name = account.email.partition("@")[0] if account else "stranger"
        visitor = Visitor(context.new_page(), watch, live_server.url, name, script)
        opened.append((context, visitor))
        request.node.visitors.append(visitor)
        return visitor

    yield open_for
    for context, _visitor in opened:
        context.close()
    for _context, visitor in opened:
        visitor.watch.found_nothing()


def _session_of(account, home: str) -> dict:
    client = Client()
    client.force_login(account, backend="consult.people.backends.SignedInByCode")
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": home}


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def script(request) -> bool:
    """Once with JavaScript, once without."""
    return request.param


@pytest.fixture
def code_from_the_mail() -> Callable[[], str]:
    return lambda: CODE.search(mail.outbox[-1].body)[1]


@pytest.fixture
def worker() -> Callable[[], int]:
    """Does what waits, as a worker would that had been nudged. Returns how many jobs that were."""

    def work() -> int:
        waiting = list(Job.objects.filter(state="waiting").order_by("pk"))
        for job in waiting:
            run_job(job.pk)
        return len(waiting)

    return work


@pytest.fixture(autouse=True)
def _no_nudges(monkeypatch):
    """No worker listens here, so nothing is laid into its queue."""
    monkeypatch.setattr("consult.jobs.nudging.nudge", lambda job: None)
