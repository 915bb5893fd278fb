"""Keeping an influence as a score, and where it comes from in one line."""

import streamlit as st

from curation.influence.attribution import PREFIX
from curation.workflow import influence
from pages.shared import data, frame, state
from pages.shared.allowed import allowed
from pages.shared.errors import plain_errors
from pages.shared.influence_data import Summing, Target
from pages.shared.influence_views import damping_words
from pages.shared.session import person, workspace
from pages.shared.state import keyed
from pages.shared.wording import count, duration, plain


def save_button(dataset: dict, target: Target, found, totals, summing: Summing, *, key: str) -> None:
    """A popover that keeps what is shown as the score ``influence_NAME``, ready for conditions and subsets."""
    times = state.saved_scores(key) or 0
    popover = st.popover(
        "Save as score", key=keyed(key, times), icon=":material/save:", type="primary", on_change="rerun",
        **allowed(influence.save_score, dataset=dataset),
    )  # fmt: skip
    if not popover.open:
        return
    with popover, st.form(keyed(key, "form"), border=False):
        name = target.record["name"] if target.record else ""
        chosen = st.text_input("Name", value=name, key=keyed(key, "name", name), required=True, max_chars=60)
        st.caption(f"Kept as {PREFIX}NAME: a score for conditions, the map and subsets. {plain(_words(summing))}.")
        if st.form_submit_button("Save", type="primary"):
            with plain_errors():
                influence.save_score(
                    workspace(),
                    data.ref(dataset),
                    chosen,
                    found,
                    totals,
                    summing.words,
                    target=target.record,
                    person=person(),
                )
                state.saved_scores.set(key, times + 1)
                state.note("success", f"Saved as {PREFIX}{chosen.strip()}: conditions and subsets can use it now.")
                st.rerun()
    with popover:
        frame.go_button("Build a subset", "subsets.py", key=keyed(key, "subsets"), icon=":material/filter_list:")


def _words(summing: Summing) -> str:
    return f"It is {summing.words}"


def provenance(method: influence.Method, found: influence.Influence) -> str:
    """Method, model, layers, projection, damping, queries, rows and seconds in one line."""
    facts, settings = found.facts, {**found.settings, **found.facts.get("settings", {})}
    model = facts.get("model")
    name = model.get("name") if isinstance(model, dict) else settings.get("model")
    layers = facts.get("layers", settings.get("layers"))
    parts = [method.kind.title]
    if name:
        parts.append(f"model {name}")
    if layers:
        number = f" ({count(facts['layer_count'], 'layer')})" if facts.get("layer_count") else ""
        parts.append(f"layers {layers}{number}")
    if facts.get("projection"):
        parts.append(f"{facts['projection']} projection to {facts.get('size', 0):,} numbers, {facts.get('precision')}")
    if facts.get("agreement") is not None:
        parts.append(f"rank correlation with float32 {facts['agreement']:.4g}")
    parts += [damping_words(found)] if damping_words(found) else []
    parts.append(f"{count(len(found.samples), 'target row')} against {count(len(found.values), 'row')}")
    if facts.get("seconds"):
        parts.append(f"took {duration(facts['seconds'])}")
    return plain(" · ".join(parts), 800)
