"""What the NILE page says of models, steps and scores."""

from curation.models.generation import is_endpoint
from curation.models.generation.listed import parted, read
from curation.problems import Problem
from curation.workflow import listing
from curation.workflow.nile.band import REVISED, SCORES
from pages.shared.session import workspace
from pages.shared.wording import count, duration, line, listed, number, plain

SHORT = {
    "knowledge": "Knowledge",
    "revision": "Revision",
    "revision_control": "Control",
    "consistency": "Consistency",
    "consistency_revised": "Consistency of revisions",
    "rtuning": "Known or unknown",
    "clear": "Confidence",
}
SCORE_TITLES = dict(
    zip(SCORES, ("Internal consistency", "Consistency, sum", "Similarity to knowledge", "Support"), strict=True)
)
SEES = {
    "nile_consistency": "How many times likelier each token of the answer is with the model's knowledge before the "
    "question than with the question alone: the published index. The question stands in both terms, so it hardly sees "
    "an answer that belongs to another question; support does.",
    "nile_consistency_sum": "The published index before it is divided by the number of tokens, as a difference of "
    "log-probabilities: long answers weigh more. The question stands in both terms here too.",
    "nile_similarity": "How near answer and knowledge lie in embedding space. It sees the subject, not whether what is "
    "said is right.",
    "nile_support": "How much question and knowledge together make the answer likelier, per token, against neither. It "
    "sees an answer to another question; it cannot tell a wrong answer from a right one that is worded alike.",
}
CAUTION = (
    "SmolLM2-135M is a very small model: its knowledge is often thin or wrong, and its revisions make answers worse as "
    "often as better. Use it to learn the way, and name a stronger model under “Models and settings” for real work."
)


def model_names() -> list[str]:
    """What a generator's setting can name: local language models, then listed endpoints."""
    models = [model["name"] for model in listing.list_models(workspace()) if model.get("kind") != "embedder"]
    return [*models, *read(workspace().folder)]


def model_title(name: str) -> str:
    """A model as people call it: ``SmolLM2-135M-Instruct (bundled)``, ``strong at 127.0.0.1:9000/v1``.

    Without the scheme, since Markdown makes a link of an address.
    """
    if is_endpoint(name):
        try:
            address, model = parted(name)
        except Problem:
            return "an endpoint"
        return f"{model} at {address.partition('://')[2]}"
    titles = {model["name"]: model["title"] for model in listing.list_models() if model.get("kind") != "embedder"}
    if name == "default":
        return f"{titles.get(name, 'the default model')} (bundled)"
    return line(titles.get(name) or name.rstrip("/").rpartition("/")[2] or name, 60)


def is_small(*names: str) -> bool:
    """Whether the bundled model is among them."""
    return "default" in names


def score_title(name: str) -> str:
    """``Support``, ``Support, revised``."""
    base = name.removesuffix(REVISED)
    return SCORE_TITLES[base] + (", revised" if name != base else "")


def reasons_words(missing: dict[str, int], most: int = 3) -> str:
    """``4 without: the knowledge contained the answer (3), the row has no answer (1)``, escaped."""
    total = sum(missing.values())
    if not total:
        return ""
    ordered = sorted(missing.items(), key=lambda pair: -pair[1])
    told = [f"{plain(reason, 160)} ({rows:,})" for reason, rows in ordered]
    return f"{total:,} without: {listed(told, most)}"


def estimate_words(about: dict) -> str:
    """``200 rows, 50 of them answered already · about 4 min (from an earlier run) · at most 4,800 tokens written``,
    escaped."""
    words = [count(about["rows"], "row") + (f", {about['kept']:,} of them answered already" if about["kept"] else "")]
    if about["seconds"] is None:
        words.append(f"time unknown: {plain(about['note'] or 'no figure yet', 300)}")
    else:
        basis = "tried on a few rows" if about["basis"] == "probe" else "from an earlier run"
        note = f", {plain(about['note'], 200)}" if about["note"] else ""
        words.append(f"about {duration(max(about['seconds'], 1))} ({basis}{note})")
    words += [_first_words(first) for first in about.get("first") or ()]
    if about.get("written_tokens"):
        likely = f"about {about['likely_tokens']:,} tokens written, " if about["likely_tokens"] else ""
        words.append(f"{likely}at most {about['written_tokens']:,}{'' if likely else ' tokens written'}")
    if about.get("cost") is not None:
        words.append(f"at most {about['cost']:,.2f} in the endpoint's currency")
    return " · ".join(words)


def _first_words(first: dict) -> str:
    time = "an unknown time" if first["seconds"] is None else f"about {duration(max(first['seconds'], 1))}"
    return f"before it {plain(first['title'])}: {time}"


def usage_words(usage: dict) -> str:
    """``52 calls, 30 answered before, 4,100 tokens written, cost 0.12``; nothing where nothing was counted."""
    calls, before = int(usage.get("calls", 0)), int(usage.get("kept_calls", 0))
    words = [count(calls, "call")] if calls else []
    words += [f"{before:,} answered before"] if before else []
    if usage.get("written_tokens"):
        words.append(f"{int(usage['written_tokens']):,} tokens written")
    if usage.get("cost"):
        words.append(f"cost {number(usage['cost'])}")
    return ", ".join(words)
