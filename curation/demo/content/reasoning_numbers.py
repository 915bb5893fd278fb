"""Puzzles about sequences and counting."""

# ruff: noqa: RUF001  Chinese has punctuation of its own.

from curation.demo.content.puzzles import listed, snail_days
from curation.demo.wordings import wording

# fmt: off
WORDINGS = [
    wording("What comes next in the sequence {shown}?", "The next number is {right}.",
            a=(2, 40), d=(3, 17), shown=lambda v: listed(v.a + v.d * k for k in range(4)),
            right=lambda v: v.a + 4 * v.d),
    wording("Continue the pattern by one number: {shown}, ...", "The pattern goes on with {right}.",
            a=(2, 30), d=[2, 3], shown=lambda v: listed(v.a * v.d**k for k in range(4)),
            right=lambda v: v.a * v.d**4),
    wording("Find the rule and give me the missing number: {a}, {b}, ?, {c}", "The missing number is {right}.",
            a=(5, 60), d=(4, 19), b=lambda v: v.a + v.d, c=lambda v: v.a + 3 * v.d, right=lambda v: v.a + 2 * v.d),
    wording("A sequence goes up by {u}, then down by {d}, then up by {u} again and so on. It starts at {a}. "
            "What is its fifth number?",
            "The fifth number of this sequence is {right}.", a=(10, 60), u=(8, 20), d=(2, 7),
            right=lambda v: v.a + 2 * v.u - 2 * v.d),
    wording("¿Qué número sigue en la serie {shown}?", "El número que sigue es {right}.",
            a=(60, 99), d=(3, 12), shown=lambda v: listed(v.a - v.d * k for k in range(4)),
            right=lambda v: v.a - 4 * v.d),
    wording("找出规律：{shown}，下一个数是多少？", "下一个数是{right}。", a=(2, 9),
            shown=lambda v: "，".join(str(v.a + k * k) for k in range(1, 5)), right=lambda v: v.a + 25),
    wording("In a line of people {name} is number {a} from the front and number {b} from the back. "
            "How many people are standing in the line?",
            "The line has {right} people, as {name} must not be counted twice.", a=(5, 40), b=(5, 40),
            right=lambda v: v.a + v.b - 1),
    wording("{n} teams each play every other team once. How many matches are there?",
            "With {n} teams there are {right} matches.", n=(5, 40), right=lambda v: v.n * (v.n - 1) // 2),
    wording("At a party everyone shakes hands once with everybody else. There are {n} guests. Count the handshakes.",
            "The {n} guests shake hands {right} times.", n=(6, 45), right=lambda v: v.n * (v.n - 1) // 2),
    wording("A lock has three digits. The first is {a}, the second is {b} more than the first, the third is the sum of "
            "the other two. What opens it?",
            "The code {right} opens the lock.", a=(1, 3), b=(1, 3),
            right=lambda v: f"{v.a}{v.a + v.b}{2 * v.a + v.b}"),
    wording("A snail climbs {u} metres up a wall by day and slides back {d} metres at night. The wall is {h} metres "
            "high. On which day does it reach the top?",
            "The snail is at the top on day {right}.", u=(4, 7), d=(1, 3), h=(20, 60),
            right=lambda v: snail_days(v.h, v.u, v.d)),
    wording("Half of the passengers got off, then {k} more did, and {r} were left on board. How many were there at "
            "first?",
            "At first there were {right} passengers.", k=(3, 19), r=(4, 30), right=lambda v: 2 * (v.k + v.r)),
    wording("I think of a number, add {a}, multiply by {b} and get {t}. Which number did I think of?",
            "You thought of the number {right}.", right=(12, 60), a=(3, 30), b=(3, 9),
            t=lambda v: (v.right + v.a) * v.b),
    wording("My drawer holds socks in {n} different colours, many of each. It is dark. How many socks must I take to "
            "be "
            "sure of a matching pair?",
            "To be sure of a matching pair you must take {right} socks.", n=(11, 48), right=lambda v: v.n + 1),
    wording("In {k} years {name}, who is {a} now, will be twice as old as {other} is today. How old is {other}?",
            "Today {other} is {right} years old.", right=(12, 40), k=(2, 9), a=lambda v: 2 * v.right - v.k),
    wording("{a} machines make {t} parts in an hour. How many parts do {c} such machines make in {h} hours?",
            "The {c} machines make {right} parts.", a=(3, 9), u=(4, 15), c=(10, 20), h=(2, 6),
            t=lambda v: v.a * v.u, right=lambda v: v.c * v.u * v.h),
    wording("How many cuts does it take to saw a beam into {n} pieces, one cut after another?",
            "Sawing the beam into {n} pieces takes {right} cuts.", n=(12, 90), right=lambda v: v.n - 1),
    wording("A straight path of {l} metres gets a lamp every {m} metres, with one at each end. "
            "How many lamps are needed?",
            "The path needs {right} lamps, since both ends have one.", m=[4, 5, 6, 8, 10], k=(12, 60),
            l=lambda v: v.m * v.k, right=lambda v: v.k + 1),
    wording("A lift starts on floor {a}, goes up {b}, down {c} and up {d}. Where is it then?",
            "Then the lift is on floor {right}.", a=(3, 12), b=(10, 20), c=(2, 9), d=(3, 12),
            right=lambda v: v.a + v.b - v.c + v.d),
    wording("Which of these cannot be divided by {k}: {x}, {y}, {right} or {z}?",
            "The number that cannot be divided by {k} is {right}.", k=[4, 5, 6, 7, 8, 9], f=(2, 4),
            x=lambda v: v.k * v.f + v.k * 2 if v.k * (v.f + 2) > 9 else v.k * 3, y=lambda v: v.x + v.k,
            z=lambda v: v.x + 2 * v.k, right=lambda v: v.x + v.k // 2 + v.k, others=lambda v: [v.x, v.y, v.z]),
    wording("A bottle and a cork cost {t} cents together. The bottle costs {d} cents more than the cork. "
            "What does the cork cost?",
            "The cork costs {right} cents.", right=(11, 40), d=(50, 120), t=lambda v: 2 * v.right + v.d),
    wording("{name} writes down all whole numbers from 1 to {n}. How many of them are odd?",
            "From 1 to {n} there are {right} odd numbers.", n=(30, 190), right=lambda v: (v.n + 1) // 2),
    wording("A page number and the one facing it add up to {t}. What is the smaller of the two?",
            "The smaller page number is {right}.", right=(20, 240), t=lambda v: 2 * v.right + 1),
    wording("There are {a} red and {b} blue balls in a bag. How many must I draw blindly to have at least one blue "
            "ball "
            "for certain?",
            "For certain you have a blue ball after {right} draws.", a=(12, 60), b=(3, 20), right=lambda v: v.a + 1),
]
# fmt: on
