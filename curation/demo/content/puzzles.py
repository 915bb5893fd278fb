"""Small pieces of logic behind the reasoning tasks."""

from math import ceil

from curation.demo.pools import DAYS, MONTHS

GERMAN_DAYS = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"]
COMPASS = ["north", "east", "south", "west"]
TURNS = {"left": -1, "right": 1, "around": 2}
COLOURS = ["green", "white", "black", "brown", "beige"]
NONSENSE = ["zorp", "blen", "krim", "vask", "dulf", "mipo", "tarv", "gulk", "fosk", "wrin"]
WORDS = [
    "planet", "garden", "window", "silver", "market", "candle", "bridge", "winter", "pocket", "mirror", "butter",
    "castle", "forest", "hammer", "island", "jacket", "kitten", "ladder", "muffin", "napkin", "orange", "pepper",
    "rabbit", "saddle", "teapot", "velvet", "walnut", "yogurt", "basket", "copper", "dragon", "engine", "falcon",
]  # fmt: skip


def day_after(day: str, days: int, names=DAYS) -> str:
    """The weekday ``days`` after ``day``."""
    return names[(names.index(day) + days) % 7]


def month_after(month: str, months: int) -> str:
    """The month ``months`` after ``month``."""
    return MONTHS[(MONTHS.index(month) + months) % 12]


def facing(start: str, *turns: str) -> str:
    """Where one looks after turning left, right or around, having looked to ``start``."""
    return COMPASS[(COMPASS.index(start) + sum(TURNS[turn] for turn in turns)) % 4]


def snail_days(height: int, up: int, down: int) -> int:
    """Days until a snail that climbs ``up`` by day and slips ``down`` by night is at the top."""
    return ceil((height - up) / (up - down)) + 1


def letter_after(letter: str, steps: int) -> str:
    """The letter ``steps`` further in the alphabet."""
    return chr(ord(letter) + steps)


def letter_sum(word: str) -> int:
    """Sum of the places of its letters in the alphabet."""
    return sum(ord(letter) - 96 for letter in word)


def listed(numbers) -> str:
    """Numbers with commas between them."""
    return ", ".join(map(str, numbers))
