"""Models: what the pruned model is and what pruning did to it, and pruning one."""

from dataclasses import asdict

import pandas as pd
import streamlit as st

from curation.paser.tasks.prune import USUAL, Settings
from curation.plugin import settings_from
from curation.workflow import paser
from pages.shared import data, paser_data
from pages.shared.paser_data import NONE, Pair
from pages.shared.paser_start import Start, earlier, rows_words, start_button, step_state
from pages.shared.session import person, workspace
from pages.shared.settings_form import settings_form
from pages.shared.state import keyed
from pages.shared.wording import ago, count, line, number, plain, share

METHODS = {
    "wanda": "Single weights, by size and inputs (Wanda)",
    "magnitude": "Single weights, by size",
    "layers": "Whole layers",
    "width": "Channels and heads",
}


def draw(dataset: dict, pair: Pair, action, *, key: str) -> None:
    """The card of the pruned model, the models pruned here, and the form that prunes one."""
    own = paser_data.pruned_models()
    running = step_state(dataset, "prune", key=keyed(key, "state"))
    _card(pair)
    if pair.pruned == NONE and not running:
        st.markdown("No pruned model yet. Name one above, or prune the original here to try the method.")
    with st.expander(
        "Settings of the next pruning", expanded=not own and not running, key=keyed(key, "fold"), icon=":material/tune:"
    ):
        chosen = _settings(keyed(key, "settings"))
    with action:
        made = _start(dataset, pair, chosen)
        start_button(dataset, "Prune a model", made, key=keyed(key, "start"), primary=pair.pruned == NONE)
    if own:
        st.subheader("Pruned here", anchor=False)
        _listed(own)


def _went(method: str) -> str:
    """What goes, within a sentence."""
    return METHODS[method][:1].lower() + METHODS[method][1:]


def _settings(key: str) -> dict:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        method = st.selectbox("What goes", list(METHODS), format_func=METHODS.get, key=keyed(key, "method"), width=330)
        hidden = ["model", "method", *([] if method in ("wanda", "magnitude") else ["pattern"])]
        start = asdict(Settings()) | {"sparsity": USUAL[method]}
        values = settings_form(Settings, keyed(key, method), values=start, hidden=hidden)
    return {"method": method, **values}


def _start(dataset: dict, pair: Pair, chosen: dict) -> Start:
    original, _ = pair.models
    settings = {**chosen, "model": original}
    held, ref, who = workspace(), data.ref(dataset), person()
    looked = settings_from(Settings, settings)
    similar = [run for run in _prune_runs() if (run["settings"]["model"], run["settings"]["method"]) == _kind(looked)]
    told = earlier(similar, lambda run: _work(run["settings"]), _work(settings))

    def estimate() -> str:
        return told or (
            "How long it takes is not known before the first one. With the bundled model it is minutes, not hours."
        )

    about = (
        f"**{plain(paser_data.model_title(pair.original))}** · {_went(chosen['method'])} · "
        f"sparsity {share(looked.sparsity)}. It looks at {count(looked.rows, 'row')} out of {rows_words(dataset)}, and "
        f"measures the perplexity on {looked.measured:,} others, before and after."
    )
    return Start("prune", about, estimate, lambda: paser.start_pruning(held, ref, settings, person=who))


def _kind(settings: Settings) -> tuple[str, str]:
    return settings.model, settings.method


def _work(settings: dict) -> float:
    return (settings["rows"] + 2 * settings["measured"]) * settings["max_tokens"]


def _prune_runs() -> list[dict]:
    found = [run for record in data.datasets() for run in data.runs(record["id"]) if run["name"] == "prune"]
    return sorted(found, key=lambda run: -run["id"])


def _card(pair: Pair) -> None:
    """What was done to the pruned model that is looked at, where it was pruned here."""
    one = paser_data.pruned_of(pair.pruned)
    if one is None:
        if pair.pruned != NONE:
            st.caption(
                f"{plain(paser_data.model_title(pair.pruned))} was not pruned here, so nothing is known of how. "
                "Whether it reads text as the original does is looked at first."
            )
        return
    facts = one["facts"]
    before, after = facts["perplexity"]
    was, now = facts["parameters"]
    with st.container(border=True):
        st.markdown(f"**{plain(paser_data.model_title(pair.pruned))}** · {_went(facts['method'])}")
        with st.grid(4, min_column_width=200):
            st.metric("Perplexity before", number(before))
            st.metric("Perplexity after", number(after), f"{after / before:.2f} times" if before else None, **QUIET)
            st.metric("Parameters", _millions(now), f"of {_millions(was)}" if now != was else "as before", **QUIET)
            st.metric("Weights that are zero", share(facts["zero_share"]), "in its linear layers", **QUIET)
        said = [f"made from {plain(_original(facts))}", f"with rows of {plain(one['dataset'])}"]
        if facts.get("pattern") == "2:4":
            said.insert(0, "two of every four weights are zero")
        said += _taken_out(facts)
        said.append(f"perplexity of {count(facts['measured_rows'], 'answer')} that it did not look at")
        st.caption(" · ".join(said))


def _taken_out(facts: dict) -> list[str]:
    """Layers that went, or how wide the others are now."""
    layers = facts.get("removed_layers")
    if layers:
        span = f"{layers[0] + 1} to {layers[-1] + 1}" if len(layers) > 1 else f"{layers[0] + 1}"
        return [f"{'layers' if len(layers) > 1 else 'layer'} {span} taken out"]
    if "channels" in facts:
        return [f"{facts['channels']:,} channels and {count(facts['heads'], 'head')} left in each layer"]
    return []


QUIET = {"delta_color": "off", "delta_arrow": "off"}


def _original(facts: dict) -> str:
    name = facts["model"]["name"]
    return paser_data.bundled_title() if name == "default" else paser_data.model_title(name)


def _millions(parameters: int) -> str:
    return f"{parameters / 1e6:,.1f} M" if parameters >= 1e6 else f"{parameters:,}"


def _listed(own: list[dict]) -> None:
    runs = {run["id"]: run for run in _prune_runs()}
    table = pd.DataFrame(
        {
            "Model": [paser_data.model_title(f"{paser_data.OWN}{one['run']}") for one in own],
            "From": [line(_original(one["facts"]), 60) for one in own],
            "What went": [METHODS[one["facts"]["method"]] for one in own],
            "Sparsity": [share(one["facts"]["sparsity"]) for one in own],
            "Before": [one["facts"]["perplexity"][0] for one in own],
            "After": [one["facts"]["perplexity"][1] for one in own],
            "Made": [ago(runs[one["run"]]["created"]) if one["run"] in runs else "" for one in own],
        }
    )
    config = {
        "Before": st.column_config.NumberColumn("Perplexity before", format="%.4g"),
        "After": st.column_config.NumberColumn("Perplexity after", format="%.4g"),
    }
    st.dataframe(table, hide_index=True, column_config=config, alt="Models pruned in this workspace")
