"""How each kind of defect is planted in a row. Every function takes an item and gives the fields it changes."""

from random import Random

from curation.demo.content.defect_texts import (
    FIRST_NAMES,
    HOSTILE,
    LAST_NAMES,
    OFF_TOPIC,
    PERSONAL,
    REFUSALS,
)
from curation.demo.wordings import Item

LONG_WORDS = 30
VERY_LONG_WORDS = 60
LONG_OUTPUT = 60
KEYS = ["asdf", "jkl", "qwer", "zxcv", "uiop", "ghgh", "fjfj", "xcvb"]
NOISE = "@#%&*~^|<>+=" + "bcdfghjklmnpqrstvwxz"


def has_long_output(item: Item) -> bool:
    """Whether an answer is long enough to be cut off visibly."""
    return len(item.output) >= LONG_OUTPUT


def is_long(item: Item) -> bool:
    """Whether a row is long enough to stay alike when its ends are edited."""
    return _words(item) >= LONG_WORDS


def truncated(item: Item, random: Random) -> dict[str, str]:
    """The answer stops in the middle of a word."""
    text = item.output
    cut = random.randint(len(text) * 2 // 5, len(text) * 3 // 4)
    while not (text[cut - 1].isalpha() and text[cut].isalpha()):
        cut -= 1
    return {"output": text[:cut]}


def empty(item: Item, random: Random) -> dict[str, str]:
    """No answer, or nothing but blank space."""
    return {"output": random.choice(["", "", " ", "\n", "\n\n"])}


def refusal(item: Item, random: Random) -> dict[str, str]:
    """An answer that refuses a harmless task."""
    return {"output": random.choice(REFUSALS)}


def off_topic(item: Item, random: Random) -> dict[str, str]:
    """A sentence or two about something nobody asked for."""
    return {"output": " ".join(random.sample(OFF_TOPIC, random.randint(1, 2)))}


def gibberish(item: Item, random: Random) -> dict[str, str]:
    """Keys hit at random, letters without words, or the answer's letters shuffled."""
    length = random.randint(6, 18)
    kinds = [
        lambda: " ".join("".join(random.choices(KEYS, k=random.randint(1, 3))) for _ in range(length)),
        lambda: "".join(random.choices(NOISE + "     ", k=length * 6)).strip(),
    ]
    words = item.output.split()
    if len(words) > 5:
        kinds.append(lambda: " ".join("".join(random.sample(word, len(word))) for word in words))
    return {"output": random.choice(kinds)()}


def personal_data(item: Item, random: Random) -> dict[str, str]:
    """An invented person's address, number or card beside the answer or in the question."""
    first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    names = {"first": first, "last": last, "First": first.capitalize(), "Last": last.capitalize()}
    sentence = random.choice(PERSONAL).format(**names, n=random.randint(10, 99))
    where = random.choice(["instruction", "output", "output"])
    return {where: f"{getattr(item, where)} {sentence}"}


def hostile(item: Item, random: Random) -> dict[str, str]:
    """Script, a command to the reader, SQL or a path where text belongs."""
    where, template = random.choice([choice for choice in HOSTILE if choice[0] != "input" or item.input])
    return {where: template.replace("{text}", getattr(item, where))}


def near_duplicate(item: Item, random: Random) -> dict[str, str]:
    """The same row with an edit at its ends, or anywhere between its parts where it is long enough to stay alike."""
    text = item.instruction
    edits = [
        {"instruction": f"Please: {text}"},
        {"instruction": f"Hi, {text}", "output": f"{item.output}\n"},
        {"instruction": text.swapcase()[0] + text[1:], "output": f"{item.output} Hope this helps!"},
    ]
    if _words(item) >= VERY_LONG_WORDS:
        edits += [{"instruction": f"{text} Thanks!"}, {"output": f"Sure! {item.output}"}]
    return random.choice(edits)


def _words(item):
    return len(f"{item.instruction} {item.input} {item.output}".split())
