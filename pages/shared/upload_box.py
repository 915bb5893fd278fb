"""The browser's side of an upload: a file goes straight to the upload route, with progress, not through Streamlit."""

import streamlit as st

HTML = """
<div class="box">
  <input type="file" aria-label="Choose a file to upload" />
  <button class="choose" type="button">Choose a file</button>
  <span class="hint"></span>
  <button class="stop" type="button" hidden>Stop</button>
</div>
<div class="track" hidden><div class="bar"></div></div>
<div class="say" role="status" aria-live="polite"></div>
"""

CSS = """
.box {
  display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: center; padding: 1rem;
  border: 1px dashed var(--st-border-color); border-radius: var(--st-base-radius);
  background: var(--st-secondary-background-color); color: var(--st-text-color);
  font-family: var(--st-font); font-size: 0.9rem;
}
.box.over { border-color: var(--st-primary-color); border-style: solid; }
.box input { display: none; }
.hint { opacity: 0.75; overflow-wrap: anywhere; flex: 1 1 12rem; }
button {
  font: inherit; padding: 0.35rem 0.8rem; cursor: pointer; color: var(--st-text-color);
  background: var(--st-background-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius);
}
button:hover, button:focus-visible { border-color: var(--st-primary-color); color: var(--st-primary-color); }
.track { margin-top: 0.5rem; height: 6px; border-radius: 3px; background: var(--st-secondary-background-color); }
.bar { height: 100%; width: 0; border-radius: 3px; background: var(--st-primary-color); }
.say {
  min-height: 1.2em; margin-top: 0.35rem; color: var(--st-text-color);
  font-family: var(--st-font); font-size: 0.85rem;
}
.say.bad { color: var(--st-red-text-color); }
[hidden] { display: none !important; }
"""

JS = """
const sending = new WeakMap()

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const at = name => parentElement.querySelector(name)
  const box = at(".box"), input = at("input"), hint = at(".hint"), stop = at(".stop")
  const track = at(".track"), bar = at(".bar"), say = at(".say")
  const key = box
  if (!sending.get(key)) hint.textContent = data.hint

  const tell = (text, bad) => { say.textContent = text; say.className = bad ? "say bad" : "say" }
  const rest = () => { sending.delete(key); track.hidden = true; stop.hidden = true; hint.textContent = data.hint }
  const mb = bytes => (bytes / 1e6).toLocaleString(undefined, { maximumFractionDigits: 1 }) + " MB"

  const fail = text => { rest(); tell(text, true); setTriggerValue("failed", text) }

  const send = file => {
    if (!file || sending.get(key)) return
    const large = "The file is larger than " + mb(data.limit) + ". Give its path instead."
    if (file.size > data.limit) return tell(large, true)
    const request = new XMLHttpRequest()
    sending.set(key, request)
    tell("")
    hint.textContent = file.name
    track.hidden = false
    stop.hidden = false
    bar.style.width = "0"
    request.upload.onprogress = event => {
      bar.style.width = (100 * event.loaded / Math.max(event.total, 1)) + "%"
      tell(mb(event.loaded) + " of " + mb(event.total))
    }
    request.onload = () => {
      if (request.status === 200) {
        rest()
        tell("")
        return setTriggerValue("finished", { name: file.name })
      }
      let problem = "The upload was refused."
      try { problem = JSON.parse(request.responseText).problem || problem } catch (error) { }
      fail(problem)
    }
    request.onerror = () => fail("The connection was lost during the upload. Choose the file again.")
    request.onabort = () => fail("The upload was stopped.")
    request.open("PUT", data.url)
    request.send(file)
  }

  at(".choose").onclick = () => input.click()
  stop.onclick = () => sending.get(key)?.abort()
  input.onchange = () => { send(input.files[0]); input.value = "" }
  box.ondragover = event => { event.preventDefault(); box.classList.add("over") }
  box.ondragleave = () => box.classList.remove("over")
  box.ondrop = event => { event.preventDefault(); box.classList.remove("over"); send(event.dataTransfer.files[0]) }
}
"""

_component = st.components.v2.component("winnow_upload", html=HTML, css=CSS, js=JS)


def upload_box(url: str, limit: int, hint: str, *, key: str) -> tuple[str | None, str | None]:
    """Draw the box; ``url`` is where it puts the file and ``limit`` its largest size in bytes.

    Gives (name, None) on the run that follows a finished upload, (None, problem) after a failed one, else two None.
    The name is the browser's and foreign.
    """
    result = _component(
        key=key,
        data={"url": url, "limit": limit, "hint": hint},
        on_finished_change=_nothing,
        on_failed_change=_nothing,
    )
    finished = result.finished
    name = str(finished.get("name", "")) if isinstance(finished, dict) else None
    return name, str(result.failed) if result.failed else None


def _nothing() -> None:
    """A trigger is part of the result only when it has a callback."""
