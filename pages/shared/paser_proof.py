"""Proof: does this subset train a better model than that one? The comparison, its start and its chart."""

from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import streamlit as st

from curation.paser.tasks.recover import Settings
from curation.plugin import settings_from
from curation.workflow import paser
from curation.workflow.paser.capabilities import COLUMN
from pages.shared import data, paser_charts, paser_data
from pages.shared.errors import plain_errors
from pages.shared.linked import linked_select
from pages.shared.paser_data import NONE, Pair
from pages.shared.paser_start import Start, earlier, start_button, step_state
from pages.shared.session import person, workspace
from pages.shared.settings_form import settings_form
from pages.shared.state import keyed
from pages.shared.wording import ago, count, line, listed, number, plain

HIDDEN = ("original", "pruned", "plan")
HELD = 20
AGAINST = {
    paser.BASELINES[0]: "Random rows, drawn anew for each seed",
    paser.BASELINES[1]: "The longest answers",
    paser.BASELINES[2]: "All rows",
}


def draw(dataset: dict, pair: Pair, action, *, key: str) -> None:
    """What is compared, and what the last comparison found."""
    running = step_state(dataset, "recover", key=keyed(key, "state"))
    made = paser_data.comparisons_of(dataset)
    saved = [data.ref(one) for one in data.subsets(dataset["id"])[::-1]]
    grouped = pair.by != COLUMN or paser_data.clusters_of(dataset) is not None
    if not made and not running:
        st.markdown(
            "Does this subset train a better model than that one? The pruned model is trained on each set for the same "
            "number of steps, and each capability's loss is measured on rows that no set has."
        )
    if not saved:
        st.markdown("No subset yet: choose a recovery set and save it, or build any subset on the Subsets page.")
    elif not grouped:
        st.markdown("The loss is told by capability: compute the clusters first, in the step “Clusters”.")
    elif pair.pruned == NONE:
        st.markdown("No pruned model is named above, so the original itself is trained on each set.")
        pair = replace(pair, pruned=pair.original)
    with plain_errors():
        if made:
            _results(made, dataset, keyed(key, "result"))
    if saved and grouped:
        if made:
            st.subheader("Another comparison", anchor=False)
        sets, against, held, chosen = _asked(saved, keyed(key, "asked"))
        with action:
            start = _start(dataset, pair, sets, against, held, chosen)
            enough = bool(sets) and len(sets) + len(against) > 1
            label = "Compare again" if made else "Compare"
            start_button(dataset, label, start, key=keyed(key, "start"), primary=not made, disabled=not enough)
        if not enough:
            st.caption("Name two subsets, or one and what it is compared with.")


def _asked(saved: list[str], key: str) -> tuple[list[str], list[str], int, dict]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sets = st.multiselect(
            "Subsets", saved, default=saved[:1], key="sets", bind="query-params", format_func=lambda n: line(n, 60)
        )
        against = st.pills(
            "Against, at the size of the first",
            list(AGAINST),
            default=[paser.BASELINES[0]],
            selection_mode="multi",
            format_func=AGAINST.get,
            key="versus",
            bind="query-params",
        )
    fold = st.expander("Settings of the training", key=keyed(key, "fold"), icon=":material/tune:")
    with fold, st.container(horizontal=True, vertical_alignment="bottom"):
        help = "Rows of each capability that are measured on and that no set trains on; at most a quarter of it."
        held = st.number_input("Rows held out", 1, 1000, HELD, key=keyed(key, "held"), help=help)
        chosen = settings_form(Settings, keyed(key, "settings"), values=asdict(Settings()), hidden=HIDDEN)
    return list(sets), list(against), int(held), chosen


def _start(dataset: dict, pair: Pair, sets: list[str], against: list[str], held_out: int, chosen: dict) -> Start:
    ws, ref, who = workspace(), data.ref(dataset), person()
    original, pruned = pair.models
    settings = settings_from(Settings, chosen)
    trainings = (len(sets) + len(against)) * settings.seeds
    told = earlier(paser_data.comparisons_of(dataset), _work_of(dataset), _work(trainings, asdict(settings)))
    names = listed([plain(name, 60) for name in [*sets, *against]])
    return Start(
        "recover",
        f"**{count(trainings, 'training')}** of {count(settings.steps, 'step')}: {names}, each by "
        f"{count(settings.seeds, 'seed')}, from **{plain(paser_data.model_title(pair.pruned))}**.",
        lambda: told or "How long it takes is not known before the first one. Training is slow without a GPU.",
        lambda: paser.start_recovery(
            ws, ref, original, pruned, sets, against, held_out=held_out, by=pair.by, settings=chosen, person=who
        ),
    )


def _work(trainings: int, settings: dict) -> float:
    return trainings * settings["steps"] * settings["batch_rows"] * settings["max_tokens"]


def _work_of(dataset: dict):
    def work(run: dict) -> float:
        found = paser.recovery_of(workspace(), dataset["id"], run["id"])
        return _work(sum(len(losses) for losses in found.arms.values()), run["settings"])

    return work


def _results(made: list[dict], dataset: dict, key: str) -> None:
    runs = {str(run["id"]): run for run in made}
    which = next(iter(runs))
    if len(runs) > 1:
        which = linked_select(
            "Comparison",
            list(runs),
            "compared",
            format_func=lambda one: f"{ago(runs[one]['created'])}, {count(runs[one]['settings']['steps'], 'step')}",
            width=260,
        )
    found = paser.recovery_of(workspace(), dataset["id"], int(which))
    first, *others = found.arms
    for other in others:
        st.markdown(f"- {plain(found.verdict(first, other), 300)}")
    _chart(found, keyed(key, "chart", which))
    _by_capability(found)


def _chart(found: paser.Recovery, key: str) -> None:
    means = found.means
    rows = {name: f"{line(name, 40)} ({_rows(found.rows[name])})" for name in means}
    table = pd.DataFrame(
        {
            "name": list(rows.values()),
            "mean": [one.mean for one in means.values()],
            "low": [one.mean if one.low is None else one.low for one in means.values()],
            "high": [one.mean if one.high is None else one.high for one in means.values()],
            "told": [_told(one) for one in means.values()],
        }
    )
    before = {name: float(np.nanmean(losses)) for name, losses in _before(found).items()}
    levels = pd.DataFrame({"name": list(before), "mean": list(before.values())})
    levels["told"] = [f"{number(value)} nats a token" for value in before.values()]
    paser_charts.recovered(table, levels, key=key, alt="Held-out loss after training on each set")
    settings, seeds = found.facts["settings"], found.facts["seeds"]
    how = "with 95 % intervals over them" if seeds > 1 else "one alone says nothing of how sure it is"
    st.caption(
        f"{count(settings['steps'], 'step')} of {count(settings['batch_rows'], 'row')} each, by LoRA of rank "
        f"{settings['rank']} · {count(seeds, 'seed')}, {how} · measured on "
        f"{count(sum(one['held'] for one in found.groups), 'row')} held out."
    )
    if found.left_out:
        said = listed([f"{rows:,} of {plain(name, 60)}" for name, rows in found.left_out.items()])
        st.caption(f"Longer than {settings['max_tokens']:,} tokens, and so not trained on: {said}.")


def _rows(sizes: list[int]) -> str:
    return count(sizes[0], "row") if len(set(sizes)) == 1 else f"{min(sizes):,} to {max(sizes):,} rows"


def _told(one) -> str:
    span = f" [{one.low:.4f}, {one.high:.4f}]" if one.low is not None else ", one seed"
    return f"{one.mean:.4f}{span} nats a token"


def _by_capability(found: paser.Recovery) -> None:
    st.markdown("**Loss by capability**, nats a token")
    columns = {line(name[:1].upper() + name[1:], 40): losses for name, losses in _before(found).items()}
    columns |= {line(name, 40): np.nanmean(losses, axis=0) for name, losses in _measured(found).items()}
    table = pd.DataFrame({"Capability": [line(one["name"], 60) for one in found.groups]})
    table["Held out"] = [one["held"] for one in found.groups]
    for name, values in columns.items():
        table[name] = np.asarray(values, float)
    config = {name: st.column_config.NumberColumn(format="%.3f") for name in columns}
    st.dataframe(table, hide_index=True, column_config=config, alt="Held-out loss by capability and set")


def _before(found: paser.Recovery) -> dict[str, np.ndarray]:
    """Losses by capability of what nothing was trained on; one model where the original itself was trained."""
    settings = found.facts["settings"]
    if settings["original"] == settings["pruned"]:
        return {"before training": found.pruned}
    return {"original": found.original, "pruned, before training": found.pruned}


def _measured(found: paser.Recovery) -> dict[str, np.ndarray]:
    """Losses by set; capabilities without held rows are empty in all of them."""
    empty = np.isnan(found.pruned)
    return {name: np.where(empty[None, :], 0.0, losses) for name, losses in found.arms.items()}
