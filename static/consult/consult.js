// Makes pages more pleasant; every task works without it.
// GOV.UK Frontend is found through the page's modulepreload link, so that its address may carry a hash.

document.body.classList.add("js-enabled", "govuk-frontend-supported")

const frontend = document.querySelector('link[rel="modulepreload"]')
if (frontend) import(frontend.href).then(({ initAll }) => initAll())

// A submit button pressed twice sends once. The lock opens again if the person comes back to the page.
const sent = new WeakSet()
document.addEventListener("submit", (event) => {
  const form = event.target
  if (form.method !== "post" || event.defaultPrevented) return
  if (sent.has(form)) event.preventDefault()
  else {
    sent.add(form)
    setTimeout(() => sent.delete(form), 3000)
  }
})
window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => sent.delete(form)))

// Leaving a page with unsent words asks first.
const changed = new Set()
document.addEventListener("input", ({ target }) => {
  const form = target.closest?.("form[data-keep-words]")
  if (form) changed.add(form)
})
document.addEventListener("submit", ({ target }) => changed.delete(target))
window.addEventListener("beforeunload", (event) => {
  if (changed.size) event.preventDefault()
})

// A link marked as a jump moves the focus along with the view, so that a screen reader follows.
document.addEventListener("click", ({ target }) => {
  const link = target.closest?.('a[data-jump][href^="#"]')
  const heading = link && document.getElementById(link.hash.slice(1))
  if (!heading) return
  heading.tabIndex = -1
  heading.focus()
})

// Print buttons appear only where script can print.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false
  button.addEventListener("click", () => window.print())
}

// Words marked in a paragraph can be commented on: a link to the form that has them in it. Without script one copies them.
const quote = document.createElement("a")
quote.className = "govuk-button consult-quote-these"
quote.hidden = true
const said = document.querySelector("[data-quote-words]")
if (said) {
  quote.textContent = said.dataset.quoteWords
  document.body.append(quote)
  quote.addEventListener("mousedown", (event) => event.preventDefault()) // or the words would be unmarked, and the link gone
  document.addEventListener("selectionchange", offerToQuote)
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") quote.hidden = true
  })
}

function offerToQuote() {
  const selection = document.getSelection()
  const words = selection.toString().trim()
  const [from, to] = [selection.anchorNode, selection.focusNode].map((node) => {
    const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node
    return element?.closest?.(".consult-block__text")?.closest(".consult-block")
  })
  const form = from?.querySelector("a[data-quote]")
  quote.hidden = !(words && words.length <= 1000 && form && from === to)
  if (quote.hidden) return
  quote.href = `${form.href}?${new URLSearchParams({ words })}`
  const last = [...selection.getRangeAt(0).getClientRects()].at(-1)
  if (!last) return
  const room = document.documentElement.clientWidth - quote.offsetWidth - 8
  quote.style.left = `${Math.max(8, Math.min(last.left, room)) + scrollX}px`
  quote.style.top = `${last.bottom + 8 + scrollY}px`
}

// The level of detail that someone chose is remembered in their own browser: links to sections lead to it.
const CHOSEN = "level"
document.addEventListener("click", ({ target }) => {
  const level = target.closest?.(".consult-levels a")?.pathname.split("/").at(-2)
  if (level) remember(level)
})
const chosen = remembered()
for (const link of document.querySelectorAll("a[data-levels]"))
  if (chosen && link.dataset.levels.split(" ").includes(chosen)) link.pathname += `${chosen}/`

function remember(level) {
  try { localStorage.setItem(CHOSEN, level) } catch { /* a browser that keeps nothing */ }
}
// Whoever signs out leaves nothing here, whatever the connection.
document.addEventListener("submit", ({ target }) => {
  if (target.method === "post" && new URL(target.action).pathname.endsWith("/logout/")) forget()
})
function forget() {
  try { localStorage.clear() } catch { /* a browser that keeps nothing */ }
}
function remembered() {
  try { return localStorage.getItem(CHOSEN) } catch { return null }
}

// Agreeing takes one click: the page that a link leads to is fetched, and its form sent. Whatever is in the way, one goes there.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-react]")
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  try {
    const there = form_on(await fetched(link.href))
    const pressed = there.querySelector(`[value="${link.dataset.react}"]`).ariaPressed === "true"
    const body = new FormData(there)
    body.set("stance", pressed ? "neither" : link.dataset.react)
    const now = form_on(await fetched(link.href, { method: "POST", body, headers: { "X-In-Place": "1" } }))
    link.parentElement.setAttribute("aria-live", "polite")
    for (const one of link.parentElement.querySelectorAll("a[data-react]")) {
      const button = now.querySelector(`[value="${one.dataset.react}"]`)
      one.querySelector("b").textContent = button.querySelector("b").textContent
      one.toggleAttribute("data-mine", button.ariaPressed === "true")
    }
    const mark = link.parentElement.nextElementSibling
    if (mark?.classList.contains("consult-own")) mark.remove()
  } catch {
    location.assign(link.href)
  }
})

async function fetched(address, how) {
  const answer = await fetch(address, how)
  if (!answer.ok || !new URL(answer.url).pathname.endsWith("/agree/")) throw new Error("not in place")
  return answer.text()
}

function form_on(html) {
  const form = new DOMParser().parseFromString(html, "text/html").getElementById("weigh")
  if (!form || form.querySelector("input:not([type=hidden]), textarea, select")) throw new Error("more is asked")
  return form
}
