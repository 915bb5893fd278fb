"""A judge whose true criteria are known, behind an endpoint on loopback, and pairs that it prefers by them."""

import hashlib
import json
import re

import numpy as np

from curation.critiq.criteria import Criterion
from curation.critiq.pairs import Pair
from curation.models.generation.contract import Generated, Generator, unheard
from tests.models.generation.serving import KEY, Server, answered

TRUE = {"Names a number": "digits", "Ends in a question": "question", "Speaks of the sea": "sea"}
HALF = "Keeps it short"
DECOYS = ("Sounds of spring", "Feels like velvet", "Tastes of iron")
SHARP = "shorter of the two, where lengths differ by more than ten"
NEVER = "Rhymes in Latin"


def text(rng, **marks) -> str:
    """Words with or without the marks that the true criteria look for."""
    words = [f"w{rng.integers(10**6)}".replace("0", "o").translate(str.maketrans("123456789", "abcdefghi"))]
    words += ["word"] * int(rng.integers(3, 12))
    words += ["seven 7"] if marks.get("digits") else []
    words += ["the sea"] if marks.get("sea") else []
    return " ".join(words) + ("?" if marks.get("question") else ".")


def has(mark: str, found: str) -> bool:
    return {"digits": bool(re.search(r"\d", found)), "question": found.endswith("?"), "sea": "sea" in found}[mark]


def pairs(count: int, seed: int) -> list[Pair]:
    """Pairs of which one side has a mark that the other lacks, or several; that side is preferred."""
    rng, found = np.random.default_rng(seed), []
    while len(found) < count:
        sides = [text(rng, **{mark: rng.random() < 0.5 for mark in TRUE.values()}) for _ in range(2)]
        more = {int(has(mark, sides[0])) - int(has(mark, sides[1])) for mark in TRUE.values()} - {0}
        if len(more) == 1:
            number = len(found)
            found.append(Pair(f"task {number}", sides[0], f"task {number}", sides[1], "a" if more == {1} else "b"))
    return found


def chance(*parts) -> float:
    return int(hashlib.md5(repr(parts).encode()).hexdigest()[:8], 16) / 2**32


class RuleJudge:
    """Answers as a worker and as a manager would. ``noise`` of its verdicts are turned round, in both orders alike."""

    def __init__(self, noise: float = 0.05, fault: str = ""):
        self.noise, self.fault, self.asked = noise, fault, []

    def __call__(self, body: dict) -> dict:
        prompt = body["messages"][-1]["content"]
        self.asked.append(prompt)
        if self.fault == "unreadable":
            return answered("I would rather not say.")
        return answered(self.said(prompt))

    def said(self, prompt: str) -> str:
        if "Write the criterion anew" in prompt:
            return self.refined(prompt)
        if "JSON array" in prompt:
            return self.invented(prompt)
        if "which qualities made the difference" in prompt or "led astray" in prompt:
            return "It looks at the wrong thing."
        return json.dumps({"reason": "by the rule", "answer": self.answer(prompt)})

    def refined(self, prompt: str) -> str:
        return json.dumps({"description": f"Look for {SHARP}.", "how": "", "not_when": ""})

    def invented(self, prompt: str) -> str:
        names = [name for name in TRUE if name not in prompt]
        made = [{"name": name, "description": f"Whether it {name.lower()}."} for name in names]
        return f"Here they are: {json.dumps(made)}"

    def answer(self, prompt: str) -> str:
        if self.fault == "always A":
            return "A"
        if self.fault == "abstains":
            return "none"
        first, second = re.search(r"Text A:\n(.*)\n\nText B:\n(.*)\n\nCompare", prompt, re.S).groups()
        criterion = re.search(r"Criterion: ([^.]*)\. (.*)\n\nWhich", prompt, re.S)
        better = self.better(criterion.group(1), criterion.group(2), first, second)
        return {1: "A", -1: "B", 0: "none"}[better]

    def better(self, name: str, description: str, first: str, second: str) -> int:
        low, high = sorted((first, second))
        turned = chance(name, low, high) < self.noise
        if name in TRUE:
            found = int(has(TRUE[name], first)) - int(has(TRUE[name], second))
        elif name.startswith("All of these"):
            found = sum(int(has(mark, first)) - int(has(mark, second)) for mark in TRUE.values())
            found = int(np.sign(found))
        elif name == HALF and SHARP in description:
            found = int(has("sea", first)) - int(has("sea", second)) or int(has("digits", first)) - int(
                has("digits", second)
            )
        elif name == HALF:
            right = int(has("sea", first)) - int(has("sea", second)) or int(has("digits", first)) - int(
                has("digits", second)
            )
            found = right if chance("half", low, high) < 0.66 else -right
        elif name == NEVER:
            return 0
        else:
            found = 1 if (chance(name, low, high) < 0.5) == (first == low) else -1
        return -found if turned else found


class RuleGenerator(Generator):
    """The judge without a network between."""

    def __init__(self, judge: RuleJudge):
        self._judge = judge

    def generate(self, prompts, sampling, done=unheard):
        found = []
        for index, prompt in enumerate(prompts):
            said = self._judge({"messages": [{"content": prompt.messages[-1][1]}]})
            found.append(Generated(said["choices"][0]["message"]["content"], finish="stop"))
            done(index, found[-1])
        return found


def served(judge: RuleJudge) -> Server:
    """The judge behind an endpoint; ``hang`` it by the fault ``time-outs``."""
    return Server({"": ["hang" if judge.fault == "time-outs" else judge]}, KEY)


def starting() -> list[Criterion]:
    """Decoys, a criterion that is half right, one that never applies, and one that is true."""
    names = [*DECOYS, HALF, NEVER, "Names a number"]
    return [Criterion(name, f"Whether it {name.lower()}.") for name in names]
