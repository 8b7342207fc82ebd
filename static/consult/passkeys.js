// Passkeys (WebAuthn). A form marked data-passkey asks the device first, and is then sent with its answer.
// Where the browser knows no passkeys the form stays hidden: there is always another way in.

const bytes = (words) => Uint8Array.from(atob(words.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0))
const words = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "")

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue
  form.hidden = false
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    event.stopPropagation() // what watches for a second click waits for the answer
    answerFor(form)
  })
}

async function answerFor(form) {
  const trouble = form.querySelector("[role=alert]")
  trouble.hidden = true
  try {
    const { publicKey } = await optionsOf(form)
    const made = form.dataset.passkey === "create" ? await create(publicKey) : await get(publicKey)
    form.querySelector("[name=credential]").value = JSON.stringify(made)
    form.submit()
  } catch {
    trouble.textContent = form.dataset.failed
    trouble.hidden = false
  }
}

async function optionsOf(form) {
  if (form.dataset.options) {
    const given = JSON.parse(form.dataset.options)
    return given.creation_options ?? given.request_options
  }
  const answer = await fetch(form.action, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } })
  return (await answer.json()).request_options
}

async function create(publicKey) {
  const key = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: asBytes(publicKey.excludeCredentials),
      authenticatorSelection: {
        ...publicKey.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required",
      },
    },
  })
  return asWords(key, { attestationObject: words(key.response.attestationObject), transports: key.response.getTransports?.() })
}

async function get(publicKey) {
  const challenge = bytes(publicKey.challenge)
  const allowCredentials = asBytes(publicKey.allowCredentials)
  const key = await navigator.credentials.get({ publicKey: { ...publicKey, challenge, allowCredentials } })
  const { authenticatorData, signature, userHandle } = key.response
  return asWords(key, {
    authenticatorData: words(authenticatorData), signature: words(signature), userHandle: userHandle && words(userHandle),
  })
}

const asBytes = (keys) => keys?.map((key) => ({ ...key, id: bytes(key.id) }))

function asWords(key, response) {
  return {
    type: key.type, id: key.id, rawId: words(key.rawId), authenticatorAttachment: key.authenticatorAttachment,
    clientExtensionResults: key.getClientExtensionResults(),
    response: { clientDataJSON: words(key.response.clientDataJSON), ...response },
  }
}
