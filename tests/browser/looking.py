"""What is looked for on a page: axe's rules at two widths, and whether it fits a screen 320 pixels wide."""

from pathlib import Path

from tests.browser.conftest import NARROW, WIDE, Visitor

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => {
  const found = await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    rules: {"target-size": {enabled: true}},
    resultTypes: ["violations"],
  })
  return found.violations.map(v => `${v.id} (${v.tags.filter(t => /wcag|best/.test(t)).join(" ")}): ` +
    v.nodes.slice(0, 3).map(n => `${n.target.join(" ")} ${n.failureSummary}`.replace(/\\s+/g, " ")).join(" | "))
}"""
AT_400_PERCENT = {"width": 320, "height": 256}
"""A window of 1280 by 1024 pixels at 400% zoom."""
TOO_WIDE = """() => {
  const wide = document.scrollingElement.scrollWidth
  if (wide <= 320 && getComputedStyle(document.documentElement).overflowX !== "hidden"
      && getComputedStyle(document.body).overflowX !== "hidden") return []
  const out = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > 321)
  return [`${wide} pixels wide`, ...out.slice(-3).map(e => e.outerHTML.slice(0, 160))]
}"""
OUT_OF_REACH = """() => [...document.querySelectorAll("main :is(a[href], button, input, select, textarea)")]
  .filter(e => e.checkVisibility() && !e.closest("[aria-hidden=true], .govuk-visually-hidden"))
  .filter(e => { const r = e.getBoundingClientRect(); return r.width && (r.left < -1 || r.right > 321) })
  .filter(e => !e.matches(".govuk-visually-hidden, .govuk-radios__input, .govuk-checkboxes__input"))
  .map(e => e.outerHTML.slice(0, 160))"""
HAS_ITS_PARTS = """() => [
  document.documentElement.lang ? "" : "no language",
  document.title.trim() ? "" : "no title",
  document.querySelectorAll("h1").length === 1 ? "" : "not one h1",
  document.querySelector("main") ? "" : "no main",
  document.querySelector("[style], script:not([src])") ? "inline style or script" : "",
].filter(Boolean)"""


def look_at(visitor: Visitor) -> list[str]:
    """What is wrong with the page that this visitor sees."""
    page, found = visitor.page, []
    page.set_viewport_size(WIDE)
    page.evaluate(AXE)
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        found += [f"{size['width']}: {violation}" for violation in page.evaluate(RUN)]
    page.set_viewport_size(AT_400_PERCENT)
    found += [f"320: scrolls sideways: {what}" for what in page.evaluate(TOO_WIDE)]
    found += [f"320: out of reach: {what}" for what in page.evaluate(OUT_OF_REACH)]
    found += page.evaluate(HAS_ITS_PARTS)
    page.set_viewport_size(WIDE)
    return found
