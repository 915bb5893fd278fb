"""What workers and the manager are asked, in our own words. The pair comes first, what differs between calls last."""

from collections.abc import Sequence

from curation.critiq.criteria import Criterion
from curation.critiq.pairs import Pair
from curation.models.generation.contract import Prompt, chat, completion

LETTERS = ("A", "B")
CUT = "\n[…]\n"

SEEN = "Two texts are to be compared. Read both before you judge."
BY_ONE = "Compare the two texts by this criterion alone, whatever you think of them otherwise."
BY_LETTER = (
    "Which text is better by the following criterion alone, whatever you think of them otherwise? Reply with one "
    "letter: A or B."
)
AS_JSON = (
    "Which text is better by this criterion? If the criterion does not apply here, or both are equally good by it, "
    'the answer is "none". Reply with one JSON object and nothing else: '
    '{"reason": "<one sentence>", "answer": "A" or "B" or "none"}'
)
WHY = (
    "People who know the matter preferred text {better} over text {worse}. Say in at most three sentences which "
    "qualities made the difference, in terms that would apply to other texts too."
)
INVENT = (
    "Experts compared pairs of texts and preferred one of each. Notes on why:\n\n{notes}\n\n"
    "Write {count} criteria of quality that explain these preferences and can be judged for other texts of the kind. "
    "Each is about one thing only. {taken}Reply with one JSON array and nothing else; each item is "
    '{{"name": "<two to five words>", "description": "<what is looked for>", "how": "<how to judge it>", '
    '"not_when": "<when it does not apply>"}}'
)
TAKEN = "These are there already, or have failed; write none that says the same: {names}. "
REFLECT = (
    "By the criterion above a judge found text {said} better{because}. People who know the matter preferred text "
    "{right}. Say in at most three sentences what in the wording of the criterion led astray here, and how it should "
    "change; say so too if the criterion should not apply to such a pair."
)
REFINE = (
    "A criterion of quality for comparing texts, right in {right} of the {decided} pairs that it decided:\n\n"
    "{criterion}\n\nCritiques of its mistakes:\n{critiques}\n\n"
    "Write the criterion anew so that it avoids these mistakes and stays about the same quality. Reply with one JSON "
    'object and nothing else: {{"description": "...", "how": "...", "not_when": "..."}}'
)


def shortened(text: str, most: int) -> str:
    """The text in about ``most`` characters, its middle left out where it is longer."""
    if len(text) <= most:
        return text
    return text[: most * 2 // 3].rstrip() + CUT + text[-(most // 3) :].lstrip()


def shown(pair: Pair, most: int) -> str:
    """The pair as texts A and B, the prompt once where both answer the same."""
    first, second = (shortened(text, most) for text in (pair.response_a, pair.response_b))
    if pair.prompt_a == pair.prompt_b:
        asked = f"\n\nBoth answer this:\n{shortened(pair.prompt_a, most)}" if pair.prompt_a.strip() else ""
        return f"{SEEN}{asked}\n\nText A:\n{first}\n\nText B:\n{second}"
    sides = zip("AB", (pair.prompt_a, pair.prompt_b), (first, second), strict=True)
    return SEEN + "".join(
        f"\n\nText {letter} answers this:\n{shortened(prompt, most)}\n\nText {letter}:\n{text}"
        for letter, prompt, text in sides
    )


def told(criterion: Criterion) -> str:
    """A criterion as a judge reads it."""
    how = f"\nHow to judge: {criterion.how}" if criterion.how else ""
    unless = f"\nIt does not apply when: {criterion.not_when}" if criterion.not_when else ""
    return f"Criterion: {criterion.name}. {criterion.description}{how}{unless}"


def together(criteria: Sequence[Criterion]) -> Criterion:
    """All criteria in one: what the majority vote of single ones is compared with."""
    listed = "\n".join(f"- {one.name}: {one.description}" for one in criteria)
    return Criterion(
        "All of these together", f"Weigh them against each other and decide on the whole.\n{listed}"[:2000]
    )


def judging(pair: Pair, criterion: Criterion, letters: bool, in_chat: bool, most: int) -> Prompt:
    """Which text is better by the criterion: a letter next, or JSON.

    With letters nothing but the criterion differs between the questions on a pair, so that the rest is read once.
    """
    if letters:
        text = f"{shown(pair, most)}\n\n{BY_LETTER}\n{told(criterion)}"
        return chat(("user", text)) if in_chat else completion(f"{text}\n\nLetter: ")
    text = f"{shown(pair, most)}\n\n{BY_ONE}\n{told(criterion)}\n\n{AS_JSON}"
    return chat(("user", text)) if in_chat else completion(f"{text}\n\n")


def why(pair: Pair, most: int) -> Prompt:
    """What made the preferred text better."""
    better, worse = ("A", "B") if pair.preference == "a" else ("B", "A")
    return chat(("user", f"{shown(pair, most)}\n\n{WHY.format(better=better, worse=worse)}"))


def invent(notes: Sequence[str], count: int, names: Sequence[str]) -> Prompt:
    """New criteria from notes on pairs."""
    taken = TAKEN.format(names="; ".join(names)) if names else ""
    listed = "\n".join(f"{number}. {note}" for number, note in enumerate(notes, 1))
    return chat(("user", INVENT.format(notes=listed, count=count, taken=taken)))


def reflect(pair: Pair, criterion: Criterion, said: str, because: str | None, most: int) -> Prompt:
    """Why the criterion went wrong on this pair; ``said`` is the side (a or b) that it chose."""
    right = "B" if said == "a" else "A"
    reason = f', saying "{because}"' if because else ""
    asked = REFLECT.format(said=said.upper(), because=reason, right=right)
    return chat(("user", f"{shown(pair, most)}\n\n{told(criterion)}\n\n{asked}"))


def refine(criterion: Criterion, critiques: Sequence[str], right: int, decided: int) -> Prompt:
    """The criterion in better words."""
    listed = "\n".join(f"- {critique}" for critique in critiques)
    return chat(("user", REFINE.format(right=right, decided=decided, criterion=told(criterion), critiques=listed)))
