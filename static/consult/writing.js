// The writing page: a toolbar, and unsaved words kept on the server. The page works without any of it.

const text = document.querySelector("textarea[data-writing]")
const form = text?.form
if (form) {
  toolbar(form.querySelector("[data-toolbar]"))
  if (form.dataset.autosave) autosave(form.dataset.autosave, form.querySelector(".consult-kept"))
}

// The preview came in place: the focus follows it.
document.addEventListener("htmx:afterSettle", () => document.getElementById("preview-heading")?.focus())

function toolbar(bar) {
  text.before(bar)
  bar.hidden = false
  bar.addEventListener("click", ({ target }) => {
    const { around, link, lines, table } = target.closest("button")?.dataset ?? {}
    const { selectionStart: from, selectionEnd: to, value } = text
    const words = value.slice(from, to)
    if (around) put(around + words + around, from, to, from + around.length, words.length)
    if (link) put(`[${words}](${link})`, from, to, from + (words ? words.length + 3 : 1), words ? link.length : 0)
    if (lines) {
      const start = value.lastIndexOf("\n", from - 1) + 1
      const marked = value.slice(start, to).split("\n").map((line) => lines + line).join("\n")
      put(marked, start, to, start + marked.length, 0)
    }
    if (table) {
      const before = from && !value.slice(0, from).endsWith("\n\n") ? "\n\n" : ""
      const rows = `${before}| ${table} | ${table} |\n|---|---|\n| ${words} |  |\n`
      put(rows, from, to, from + before.length + 2, table.length)
    }
  })
}

// Typed through the browser where it can be, so that its own undo takes it back.
function put(words, from, to, select, length) {
  text.focus()
  text.setSelectionRange(from, to)
  if (!document.execCommand?.("insertText", false, words)) {
    text.setRangeText(words, from, to)
    text.dispatchEvent(new Event("input", { bubbles: true }))
  }
  text.setSelectionRange(select, select + length)
}

function autosave(address, status) {
  const every = 4000
  const mostAtParting = 60_000 // a browser sends no more from a page that is left
  let waiting, sending, step = 0
  let kept = text.value

  // The server hears in whatever order the network likes: this page has a name, and counts what it sends.
  const { page, step: counter, goes_on: goesOn } = form.elements
  goesOn.value = page.value || goesOn.value
  page.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("")
  const count = () => (counter.value = ++step)

  async function keep(parting = false) {
    clearTimeout(waiting)
    waiting = undefined
    const words = text.value
    if (words === kept) return
    sending = new AbortController()
    count()
    const options = { method: "POST", body: new FormData(form), signal: sending.signal }
    try {
      const answer = await fetch(address, { ...options, keepalive: parting && words.length < mostAtParting })
      if (answer.status === 412) return say(status.dataset.elsewhere)
      if (!answer.ok || answer.redirected) throw new Error(answer.status)
      kept = words
      say(status.dataset.kept.replace("TIME", clock()))
    } catch (error) {
      if (error.name === "AbortError") return
      say(status.dataset.notKept)
      waiting ??= setTimeout(keep, every * 3)
    }
  }

  // Said once a minute at most: a screen reader reads out what changes here.
  function say(words) {
    if (status.textContent !== words) status.textContent = words
  }
  const clock = () => new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" })

  text.addEventListener("input", () => (waiting ??= setTimeout(keep, every)))
  document.addEventListener("visibilitychange", () => document.hidden && keep(true))
  window.addEventListener("beforeunload", (event) => {
    if (text.value !== kept) event.preventDefault()
  })
  // A preview that comes in place keeps the words on its way.
  let previewed
  form.addEventListener("htmx:configRequest", ({ detail }) => (detail.parameters.step = count()))
  form.addEventListener("htmx:beforeRequest", () => (previewed = text.value))
  form.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.successful) kept = previewed
  })
  form.addEventListener("submit", () => {
    clearTimeout(waiting)
    sending?.abort()
    count()
    kept = text.value
  })
}
