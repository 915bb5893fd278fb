"""Which tokens of the target's answer a row makes more or less likely: coloured text, its legend, and a table."""

import pandas as pd
import streamlit as st

from pages.shared.state import keyed
from pages.shared.wording import clean, number

HTML = """
<div class="legend"><span class="low"></span><span class="scale"></span><span class="high"></span></div>
<div class="tokens"></div>
"""

CSS = """
.legend, .tokens { font-family: var(--st-font); color: var(--st-text-color); }
.legend { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; font-size: 0.8rem; margin-bottom: 0.5rem; }
.scale {
  width: 8rem; height: 0.7rem; border-radius: 3px; border: 1px solid var(--st-border-color);
  background: linear-gradient(to right, rgba(213, 94, 0, 0.75), rgba(128, 128, 128, 0.05), rgba(0, 114, 178, 0.75));
}
.tokens { white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.9; max-height: 24rem; overflow-y: auto; }
.tokens span { padding: 0.15em 0; border-radius: 2px; }
"""

JS = """
export default function (component) {
  const { data, parentElement } = component
  const at = name => parentElement.querySelector(name)
  at(".low").textContent = data.low
  at(".high").textContent = data.high
  const box = at(".tokens")
  box.replaceChildren()
  data.tokens.forEach((text, index) => {
    const share = data.shares[index], token = document.createElement("span")
    token.textContent = text
    token.title = data.words[index]
    const colour = share < 0 ? "213, 94, 0" : "0, 114, 178"
    token.style.backgroundColor = "rgba(" + colour + ", " + (0.75 * Math.abs(share)).toFixed(3) + ")"
    box.appendChild(token)
  })
}
"""

_component = st.components.v2.component("winnow_tokens", html=HTML, css=CSS, js=JS)


def coloured_tokens(tokens: list[str], values: list[float], *, key: str) -> None:
    """Draw the answer's ``tokens`` on backgrounds from orange to blue by their values, and those as a table."""
    largest = max((abs(value) for value in values), default=0.0) or 1.0
    _component(
        key=key,
        data={
            "tokens": [clean(token, 500) for token in tokens],
            "shares": [value / largest for value in values],
            "words": [f"{value:+.3g}" for value in values],
            "low": f"less likely {number(-largest)}",
            "high": f"{number(largest)} more likely",
        },
    )
    table = st.expander("Values as a table", key=keyed(key, "table"), on_change="rerun", type="compact")
    if table.open:
        with table:
            shown = pd.DataFrame({"token": [clean(token, 500) for token in tokens], "influence": values})
            st.dataframe(shown, hide_index=True, height=240, alt="Influence on each token of the target's answer")
