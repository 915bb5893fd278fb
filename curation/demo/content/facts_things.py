"""Questions about elements, books, years, animals, numbers and units."""

# ruff: noqa: RUF001  Chinese has punctuation of its own.

from curation.demo.content.fact_tables import ANIMALS, BOOKS, ELEMENTS, EVENTS
from curation.demo.wordings import wording

NUMBER = {"row": ELEMENTS, "element": lambda v: v.row[0], "symbol": lambda v: v.row[1], "right": lambda v: v.row[2]}
SYMBOL = {
    "row": ELEMENTS,
    "element": lambda v: v.row[0],
    "number": lambda v: v.row[2],
    "right": lambda v: v.row[1],
    "others": lambda v: [row[1] for row in ELEMENTS],
}
ELEMENT = {
    "row": ELEMENTS,
    "symbol": lambda v: v.row[1],
    "number": lambda v: v.row[2],
    "right": lambda v: v.row[0],
    "others": lambda v: [row[0] for row in ELEMENTS],
}
AUTHOR = {
    "row": BOOKS,
    "title": lambda v: v.row[0],
    "right": lambda v: v.row[1],
    "others": lambda v: [row[1] for row in BOOKS if row[1] != v.row[1]],
}
YEAR = {
    "row": EVENTS,
    "event": lambda v: v.row[0],
    "right": lambda v: v.row[1],
    "others": lambda v: [row[1] for row in EVENTS],
}
YOUNG = {
    "row": ANIMALS,
    "animal": lambda v: v.row[0],
    "right": lambda v: v.row[1],
    "others": lambda v: [row[1] for row in ANIMALS],
}


def roman(number: int) -> str:
    """Roman numeral of ``number`` from 1 to 399."""
    marks = [(100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]
    text = ""
    for value, mark in marks:
        while number >= value:
            text, number = text + mark, number - value
    return text


# fmt: off
WORDINGS = [
    wording("What is the atomic number of {element}?", "The atomic number of {element} is {right}.", **NUMBER),
    wording("How many protons are there in the nucleus of an atom of {element}?",
            "An atom of {element} has a nucleus in which the protons number {right}.", **NUMBER),
    wording("At which position of the periodic table do I find {element}?",
            "You find {element} at position {right}.", **NUMBER),
    wording("Welche Ordnungszahl hat das chemische Element mit dem Symbol {symbol}?",
            "Das Element mit dem Symbol {symbol} hat die Ordnungszahl {right}.", **NUMBER),
    wording("Quel est le numéro atomique de l'élément dont le symbole est {symbol} ?",
            "Le numéro atomique de cet élément est {right}.", **NUMBER),
    wording("元素符号为 {symbol} 的元素的原子序数是多少？",
            "元素符号为 {symbol} 的元素的原子序数是 {right}。", **NUMBER),
    wording("Give me the chemical symbol for {element}.", "The chemical symbol for {element} is {right}.", **SYMBOL),
    wording("how is {element} abbreviated in chemistry?", "In chemistry {element} is abbreviated {right}.", **SYMBOL),
    wording("Which symbol belongs to the element with atomic number {number}?",
            "The symbol of element number {number} is {right}.", **SYMBOL),
    wording("¿Cuál es el símbolo químico del elemento con número atómico {number}?",
            "El símbolo químico de ese elemento es {right}.", **SYMBOL),
    wording("Which element hides behind the symbol {symbol}?", "The symbol {symbol} stands for {right}.", **ELEMENT),
    wording("Element number {number} in the periodic table - what is it?", "Element number {number} is {right}.",
            **ELEMENT),
    wording("Who wrote \"{title}\"?", "\"{title}\" was written by {right}.", **AUTHOR),
    wording("Our book club is reading {title}. Who is the author?", "The author of {title} is {right}.", **AUTHOR),
    wording("Under whose name do I look for {title} in the library?", "Look for it under {right}.", **AUTHOR),
    wording("Is it true that {title} has a famous author? Whose work is it?",
            "Yes, {title} is a work of {right}.", **AUTHOR),
    wording("Please complete this library card. Title: {title}. Author: ?", "Author: {right}", **AUTHOR),
    wording("In what year did this happen: {event}?", "It was in {right} that {event}.", **YEAR),
    wording("When was it that {event}?", "That was in the year {right}.", **YEAR),
    wording("For my timeline I need one date. {event}: which year was that?",
            "You can put it at {right} on your timeline, as that is when {event}.", **YEAR),
    wording("I should know this, but what's the year in which {event}?", "The year in which {event} is {right}.",
            **YEAR),
    wording("What do you call the young of this animal: {animal}?",
            "The young of this animal is called a {right}.", **YOUNG),
    wording("Write {n} as a Roman numeral.", "As a Roman numeral {n} is {right}.",
            n=(11, 399), right=lambda v: roman(v.n),
            others=lambda v: [roman(k) for k in range(max(1, v.n - 60), v.n + 60)]),
    wording("The clock tower says {numeral}. Which number is that in ordinary digits?",
            "In ordinary digits {numeral} is {right}.", right=(11, 399), numeral=lambda v: roman(v.right)),
    wording("How many centimetres are {n} metres?", "{n} metres are {right} centimetres.",
            n=(2, 99), right=lambda v: v.n * 100),
    wording("I know a dozen is twelve. So how many are {n} dozen?", "{n} dozen are {right}.",
            n=(3, 80), right=lambda v: v.n * 12),
    wording("Convert {n} weeks to days for me.", "{n} weeks are {right} days.", n=(2, 90), right=lambda v: v.n * 7),
    wording("What's {c} degrees Celsius in Fahrenheit?", "{c} degrees Celsius are {right} degrees Fahrenheit.",
            k=(-3, 19), c=lambda v: v.k * 5, right=lambda v: v.k * 9 + 32),
    wording("Wie viele Sekunden haben {n} Minuten?", "{n} Minuten haben {right} Sekunden.",
            n=(2, 99), right=lambda v: v.n * 60),
    wording("How is the number {n} written in binary?", "The number {n} is written {right} in binary.",
            n=(9, 250), right=lambda v: f"{v.n:b}",
            others=lambda v: [f"{k:b}" for k in range(max(1, v.n - 20), v.n + 20)]),
]
# fmt: on
