"""Puzzles about people, places, days and words."""

from itertools import permutations

from curation.demo.content.puzzles import (
    COLOURS,
    COMPASS,
    GERMAN_DAYS,
    NONSENSE,
    TURNS,
    WORDS,
    day_after,
    facing,
    letter_after,
    letter_sum,
    month_after,
)
from curation.demo.pools import DAYS, MONTHS
from curation.demo.wordings import wording

TRIO = {"others": lambda v: [v.name, v.other, v.third]}
QUARTET = {"others": lambda v: [v.name, v.other, v.third, v.fourth]}
BOXES = {"row": list(permutations(COLOURS, 3)), "a": lambda v: v.row[0], "b": lambda v: v.row[1],
         "c": lambda v: v.row[2], "others": lambda v: v.row}  # fmt: skip
MADE_UP = {"row": list(permutations(NONSENSE, 3)), "a": lambda v: v.row[0], "b": lambda v: v.row[1],
           "c": lambda v: v.row[2], "others": lambda v: v.row}  # fmt: skip
LETTERS = [chr(code) for code in range(97, 123)]

# fmt: off
WORDINGS = [
    wording("{name} is taller than {other}, and {other} is taller than {third}. Who is the tallest of the three?",
            "The tallest of the three is {right}.", right=lambda v: v.name, **TRIO),
    wording("In a race {name} came in before {other}, but after {third}. Who finished second?",
            "It was {right} who finished second.", right=lambda v: v.name, **TRIO),
    wording("{other} is older than {name}. {third} is younger than {name}. Name the youngest person.",
            "The youngest person is {right}.", right=lambda v: v.third, **TRIO),
    wording("{name} is a parent of {other}, and {other} is a parent of {third}. Who is the grandparent here?",
            "The grandparent is {right}, whose child has a child too.", right=lambda v: v.name, **TRIO),
    wording("Four friends sit at a square table, one on each side. {name} has {other} on the left and {third} on the "
            "right. Where is {fourth}, I mean opposite whom?",
            "{fourth} has the only seat left, which is opposite {right}.", right=lambda v: v.name,
            others=lambda v: [v.other, v.third]),
    wording("In the queue {name} is directly behind {other}. {third} is directly in front of {other}. "
            "Who is the first of the three?",
            "The first of the three in the queue is {right}.", right=lambda v: v.third, **TRIO),
    wording("Sort these names from A to Z and tell me which one is second: {name}, {other}, {third}, {fourth}.",
            "In alphabetical order the second name is {right}.",
            right=lambda v: sorted([v.name, v.other, v.third, v.fourth])[1], **QUARTET),
    wording("Of {name}, {other}, {third} and {fourth}, whose name would be last in a dictionary?",
            "Last in a dictionary would be {right}.",
            right=lambda v: sorted([v.name, v.other, v.third, v.fourth])[3], **QUARTET),
    wording("{name} court plus vite que {other}, et {other} court plus vite que {third}. Qui arrive en dernier ?",
            "C'est {right} qui arrive en dernier.", right=lambda v: v.third, **TRIO),
    wording("Only one of them has a key: {name}, {other} or {third}. {name} has none and {other} has none either. "
            "Whose key is it?",
            "The key belongs to {right}.", right=lambda v: v.third, **TRIO),
    wording("{name} earns more than {other}. {third} earns as much as {other}. {fourth} earns more than {name}. "
            "Who earns the most?",
            "The one who earns the most is {right}.", right=lambda v: v.fourth, **QUARTET),
    wording("{name} lives above {other}, and {third} lives below {other}. Who has to climb the fewest stairs?",
            "The fewest stairs have to be climbed by {right}.", right=lambda v: v.third, **TRIO),
    wording("If today is {day}, what day of the week will it be in {n} days?",
            "In {n} days it will be {right}.", day=DAYS, n=(5, 99), right=lambda v: day_after(v.day, v.n), others=DAYS),
    wording("The first of {month} is a {day}. Which weekday is day {n} of the same month?",
            "That date falls on a {right}.", day=DAYS, n=(9, 28), right=lambda v: day_after(v.day, v.n - 1),
            others=DAYS),
    wording("My appointment was on a {day}, {n} days ago. What day is it now?",
            "Counting {n} days on from that {day}, today is {right}.", day=DAYS, n=(4, 90),
            right=lambda v: day_after(v.day, v.n), others=DAYS),
    wording("Wenn heute {tag} ist, welcher Wochentag ist dann in {n} Tagen?",
            "In {n} Tagen ist {right}.", tag=GERMAN_DAYS, n=(4, 80),
            right=lambda v: day_after(v.tag, v.n, GERMAN_DAYS), others=GERMAN_DAYS),
    wording("Which month is it {n} months after {month}?", "{n} months after {month} it is {right}.", month=MONTHS,
            n=(3, 40), right=lambda v: month_after(v.month, v.n), others=MONTHS),
    wording("{name} looks {start}, turns {x} and then turns {y}. Which way does {name} look now?",
            "After both turns {name} looks {right}.", start=COMPASS, x=list(TURNS), y=list(TURNS),
            right=lambda v: facing(v.start, v.x, v.y), others=COMPASS),
    wording("You walk {start}. At the well you turn {x}, at the barn {y}, at the gate {x} again. "
            "In which direction are you walking now?",
            "You are now walking {right}.", start=COMPASS, x=["left", "right"], y=["left", "right"],
            right=lambda v: facing(v.start, v.x, v.y, v.x), others=COMPASS),
    wording("Three boxes stand in a row. The {a} box is left of the {b} one, the {c} box is right of the {b} one. "
            "Which colour is in the middle?",
            "In the middle stands the {right} box.", **BOXES, right=lambda v: v.b),
    wording("A {a} book lies on a {b} book, and that one lies on a {c} book. Which do I pull out to take the lowest?",
            "The lowest one is the {right} book.", **BOXES, right=lambda v: v.c),
    wording("A jar of {a} paint costs more than {b}, and {b} costs more than {c}. Which colour is the cheapest?",
            "The cheapest colour is {right}.", **BOXES, right=lambda v: v.c),
    wording("Every {a} is a {b}, and no {b} is a {c}. {name} is a {a}. Which of the three words does not fit {name}?",
            "The word that does not fit {name} is {right}.", **MADE_UP, right=lambda v: v.c),
    wording("All {a}s are {b}s. All {b}s are {c}s. So every {a} must also be which other thing besides a {b}?",
            "Besides a {b}, every {a} must also be a {right}.", **{**MADE_UP, "others": NONSENSE},
            right=lambda v: v.c),
    wording("Whenever it is wet outside, {name} takes the bus to {town}. Today {name} did not take the bus. "
            "Was it wet or dry outside?",
            "It was {right} outside.", right="dry", others=["wet"]),
    wording("Spell the word \"{word}\" backwards.", "Backwards the word is spelled \"{right}\".", word=WORDS,
            right=lambda v: v.word[::-1], others=lambda v: [v.right[1:] + v.right[:1], v.right[2:] + v.right[:2]]),
    wording("If a is 1, b is 2 and so on up to z, what is the sum of the letters in \"{word}\"?",
            "The letters of \"{word}\" add up to {right}.", word=WORDS, right=lambda v: letter_sum(v.word)),
    wording("Which letter of the alphabet comes {n} places after {letter}?",
            "That is the letter {right}.", letter=LETTERS[:13], n=(3, 12),
            right=lambda v: letter_after(v.letter, v.n), others=LETTERS),
]
# fmt: on
