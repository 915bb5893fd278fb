"""What the CritiQ page says of models, measures and changes."""

from pages.shared.nile_words import model_names, model_title
from pages.shared.wording import count, duration, listed, plain, share, titled

NONE = "none"
CAUTION = (
    "SmolLM2-135M is a very small model: on real pairs its verdicts are hardly better than chance. Use it to learn the "
    "way, and name a stronger worker for real work."
)
TRYING = "trying it on a few pairs"
NEAR_CHANCE = "not clearly better than chance"
WHAT = {
    "kept": "kept",
    "refined": "refined",
    "unrefined": "could not be refined",
    "dropped": "dropped",
    "invented": "invented",
    "brought in": "brought in",
}
GRADES = {
    "good": "taken",
    "middling": "taken, not good enough yet",
    "poor": "dropped: wrong too often",
    "unsure": "dropped: too few pairs decided",
}
TITLES = {
    "criteria": "Criteria at a time",
    "low": "Dropped up to",
    "high": "Good from",
    "least": "Least pairs decided",
    "way": "Answers by",
    "characters": "Most characters",
    "count": "Pairs to annotate",
    "similar": "Ratio of lengths",
}
COUNTED = {
    "flow": ("Criteria, by majority", "The mined criteria vote; mined anew without the pairs that are judged."),
    "all in one": ("All in one prompt", "The same criteria in one question to the worker."),
    "longer": ("Longer wins", "The longer answer is taken for the better one: what any judge has to beat."),
}


def model_line(worker: str, manager: str) -> str:
    """``worker SmolLM2 (bundled) · no manager``."""
    managed = "no manager" if manager in ("", NONE) else f"manager {model_title(manager)}"
    return plain(f"worker {model_title(worker)} · {managed}", 160)


def capital(words: str) -> str:
    """The words as a sentence begins."""
    return words[:1].upper() + words[1:]


def offered(*named: str | None) -> list[str]:
    """Models to choose from, with those that a link names."""
    return list(dict.fromkeys([*model_names(), *(one for one in named if one and one != NONE)]))


def measure_words(found: dict) -> str:
    """``83 % (61 to 94 %), 70 % decided``; ``nothing decided`` where there is no accuracy."""
    if found.get("accuracy") is None:
        return "nothing decided" if found.get("pairs") else ""
    low, high = (f"{100 * found[end]:.0f}" for end in ("low", "high"))
    return f"{share(found['accuracy'])} ({low} to {high} %), {share(found['coverage'])} decided"


def time_words(about: dict) -> str:
    """``about 4 minutes (tried on a few pairs)``, or why that is not known."""
    if about["seconds"] is None:
        return f"time unknown: {plain(about['note'], 300)}"
    return f"about {duration(max(about['seconds'], 1))} (tried on a few pairs)"


def changes_words(changes: list[dict]) -> str:
    """``3 kept, 2 refined and 1 dropped``."""
    said = [one["what"] for one in changes]
    return listed([f"{said.count(what)} {word}" for what, word in WHAT.items() if what in said], 9)


def change_words(change: dict) -> str:
    """What a version changed: ``froze Names a number``, ``mined in 3 rounds``."""
    what = change.get("what", "changed")
    if what == "mined":
        return f"mined in {count(change.get('rounds', 0), 'round')}, {model_line(change['worker'], change['manager'])}"
    if what == "imported":
        return f"imported from {plain(change.get('file', 'a file'), 80)}"
    parts = f" ({listed([titled(part).lower() for part in change['parts']])})" if change.get("parts") else ""
    return f"{plain(what)} {plain(change.get('criterion', ''), 80)}{parts}".strip()
