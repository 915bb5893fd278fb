"""Settings that the tasks share, and the worker that they name."""

from typing import Any

from curation.critiq.worker import Judge
from curation.models.generation import backend, is_endpoint
from curation.plugin import Context, setting

WAYS = ("auto", "letters", "json")
MODEL_HELP = "default (SmolLM2-135M-Instruct), a local folder, a hub name, or http(s)://HOST/v1#MODEL."


def model_setting(default: str, what: str) -> Any:
    return setting(default, f"{what}: {MODEL_HELP}", kind="model")


def way_setting() -> Any:
    return setting(
        "auto",
        "How the worker answers: letters compares the probabilities of A and B and writes nothing; json has it write "
        "a reason and an answer; auto is letters for a model on this machine and json for an endpoint.",
        choices=WAYS,
    )


def characters_setting() -> Any:
    return setting(4000, "Longer texts lose their middle before they are judged.", minimum=200, maximum=200_000)


def judge_of(settings, context: Context) -> Judge:
    """The worker of a task's settings; it remembers what it said in this workspace."""
    letters = not is_endpoint(settings.worker) if settings.way == "auto" else settings.way == "letters"
    return Judge(backend(settings.worker, context.workspace), letters, most_characters=settings.characters)
