"""Writing through an OpenAI-compatible endpoint: many questions at a time, each with an answer or a reason."""

import json
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import Any

from curation.jobs.gate import pass_through
from curation.models.generation import replies
from curation.models.generation.contract import Choice, Done, Generated, Generator, LogProbs, Prompt, Sampling, unheard
from curation.models.generation.listed import Endpoint
from curation.problems import Problem

LISTENING = 0.2
MOST_FAILURES = 16
LETTERS_A_TOKEN = 3
FORMAT, KNOWS_NO_FORMAT = "response_format", (400, 415, 422, 501)
ONE_TOKEN = Sampling(max_new_tokens=1)


class EndpointGenerator(Generator):
    """A generator at a listed address. ``chat/completions`` for conversations, ``completions`` for raw text.

    Probabilities of a given text need ``completions`` with ``echo``; where the endpoint has none, each pair gets that
    as its reason. Problem when the first answer shows that none can succeed (a wrong key, a redirect, no such model),
    or the first sixteen questions all fail. A schema is asked for as ``response_format``; an endpoint that refuses the
    question with it is asked without, for good once that has helped.
    """

    def __init__(self, endpoint: Endpoint, model: str):
        self._endpoint, self._model = endpoint, model
        self._takes_schema = True

    @property
    def fingerprint(self) -> dict[str, Any]:
        return {"endpoint": self._endpoint.address, "model": self._model}

    def generate(self, prompts: Sequence[Prompt], sampling: Sampling, done: Done = unheard) -> list[Generated]:
        def ask(prompt: Prompt, exchange) -> Generated:
            path, body = self._question(prompt, sampling)
            said = self._asked(exchange, path, body, _about(prompt) + sampling.max_new_tokens)
            return replies.generated(said, sampling.stop, self._endpoint.cost)

        return self._all(list(prompts), ask, Generated, done)

    def log_probs(self, pairs: Sequence[tuple[Prompt, str]], done: Done = unheard) -> list[LogProbs]:
        def ask(pair: tuple[Prompt, str], exchange) -> LogProbs:
            prompt, text = pair
            if prompt.messages:
                return LogProbs(
                    reason="an endpoint tells no probabilities within its chat template; use completion style"
                )
            path, body = self._question(Prompt(text=prompt.text + text), ONE_TOKEN)
            said = exchange.post(path, body | {"echo": True, "logprobs": 1}, _about(Prompt(text=body["prompt"])))
            answer = replies.log_probs(said, len(prompt.text), len(prompt.text) + len(text))
            return replies.spent(said, answer, self._endpoint.cost)

        return self._all(list(pairs), ask, LogProbs, done)

    def choices(self, prompts: Sequence[Prompt], options: Sequence[str], done: Done = unheard) -> list[Choice]:
        def ask(prompt: Prompt, exchange) -> Choice:
            path, body = self._question(prompt, ONE_TOKEN)
            more = {"logprobs": True, "top_logprobs": 20} if prompt.messages else {"logprobs": 20}
            said = exchange.post(path, body | more, _about(prompt) + 1)
            return replies.spent(said, replies.choice(said, tuple(options)), self._endpoint.cost)

        return self._all(list(prompts), ask, Choice, done)

    def _asked(self, exchange, path: str, body: dict, tokens: int) -> Any:
        from curation.models.generation.exchange import Refused

        plain = {name: value for name, value in body.items() if name != FORMAT}
        if FORMAT not in body or not self._takes_schema:
            return exchange.post(path, plain, tokens)
        try:
            return exchange.post(path, body, tokens)
        except Refused as error:
            if error.status not in KNOWS_NO_FORMAT:
                raise
        said = exchange.post(path, plain, tokens)
        self._takes_schema = False
        return said

    def _question(self, prompt: Prompt, sampling: Sampling) -> tuple[str, dict]:
        body = {"model": self._model, "max_tokens": sampling.max_new_tokens, "temperature": sampling.temperature}
        body |= {"top_p": sampling.top_p, "seed": sampling.seed, "stream": False}
        if sampling.stop:
            body["stop"] = list(sampling.stop)
        if sampling.schema and prompt.messages:
            held_to = {"name": "answer", "strict": True, "schema": json.loads(sampling.schema)}
            body[FORMAT] = {"type": "json_schema", "json_schema": held_to}
        if prompt.messages:
            return "chat/completions", body | {
                "messages": [{"role": role, "content": _sendable(text)} for role, text in prompt.messages]
            }
        return "completions", body | {"prompt": _sendable(prompt.text)}

    def _all(self, questions: list, ask: Callable, kind: type, done: Done) -> list:
        """``ask`` of every question, ``concurrency`` at a time; asks and a cancellation get through meanwhile."""
        from curation.models.generation.exchange import Exchange, Refused

        found: list[Any] = [None] * len(questions)
        stop, left, running, heard, failed = threading.Event(), iter(range(len(questions))), {}, False, 0
        exchange = Exchange(self._endpoint, stop)
        pool = ThreadPoolExecutor(self._endpoint.concurrency)
        try:
            while True:
                pass_through()
                for index in left:
                    running[pool.submit(ask, questions[index], exchange)] = index
                    if len(running) == self._endpoint.concurrency:
                        break
                if not running:
                    return found
                for future in wait(running, LISTENING, FIRST_COMPLETED).done:
                    index = running.pop(future)
                    try:
                        found[index], heard = future.result(), True
                    except Refused as error:
                        failed += 1
                        if not heard and (error.hopeless or failed >= MOST_FAILURES):
                            raise Problem(str(error)) from None
                        found[index] = kind(reason=str(error))
                    done(index, found[index])
        finally:
            stop.set()
            exchange.close()
            pool.shutdown(wait=False, cancel_futures=True)


def _about(prompt: Prompt) -> int:
    """Tokens of a prompt by rule of thumb, for rate limits alone."""
    letters = len(prompt.text) + sum(len(text) for _, text in prompt.messages)
    return letters // LETTERS_A_TOKEN + 8


def _sendable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
