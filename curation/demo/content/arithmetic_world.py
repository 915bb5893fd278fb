"""Word problems about journeys, time, shapes, school and work."""

from curation.demo.wordings import wording

# fmt: off
WORDINGS = [
    wording(
        "A train leaves {town} and travels for {h} hours at {s} kilometres per hour. How far does it get?",
        "Distance is speed times time: {s} * {h} = {right}, so the train covers {right} kilometres.",
        h=(2, 9), s=[70, 80, 90, 110, 120, 130, 140, 160], right=lambda v: v.h * v.s),
    wording(
        "{name} cycles {d} km in {h} hours without changing pace. What is {name}'s speed in km/h?",
        "{d} kilometres in {h} hours is a speed of {right} km/h.",
        h=(2, 6), right=(11, 29), d=lambda v: v.h * v.right),
    wording(
        "How many tiles of 20 by 20 centimetres cover a floor that is {a} metres long and {b} metres wide?",
        "A square metre takes 25 tiles. The floor has {s} square metres, so {right} tiles are needed.",
        a=(3, 12), b=(2, 9), s=lambda v: v.a * v.b, right=lambda v: v.s * 25),
    wording(
        "The perimeter of a rectangle is {p} cm and one side is {a} cm. Find the other side.",
        "Half of the perimeter is {h} cm. Taking away {a} cm leaves {right} cm for the other side.",
        a=(11, 48), right=(12, 59), h=lambda v: v.a + v.right, p=lambda v: 2 * v.h),
    wording(
        "A film starts at {h}:{m} and lasts {d} minutes. It has no break. At what time does it end?",
        "{d} minutes after {h}:{m} it is {right}, which is when the film ends.",
        h=(13, 20), m=[10, 15, 20, 25, 30, 35, 40, 45], d=(85, 139),
        right=lambda v: f"{(v.h * 60 + v.m + v.d) // 60}:{(v.h * 60 + v.m + v.d) % 60:02d}",
        others=lambda v: [f"{(v.h * 60 + v.m + v.d + k) // 60}:{(v.h * 60 + v.m + v.d + k) % 60:02d}"
                          for k in (-40, -30, -20, 10, 20)]),
    wording(
        "In a school with {t} pupils, {p} percent walk to school. How many pupils come some other way?",
        "{x} pupils walk, and the other {right} come some other way.",
        t=[300, 400, 500, 600, 700, 800], p=(21, 79), x=lambda v: v.t * v.p // 100, right=lambda v: v.t - v.x),
    wording(
        "{name} is {a} years old. {other} is {b} years older. How old will the two of them be together in {c} years?",
        "{other} is {o} now. In {c} years the two ages add up to {right} years.",
        a=(9, 35), b=(2, 9), c=(3, 12), o=lambda v: v.a + v.b, right=lambda v: 2 * v.a + v.b + 2 * v.c),
    wording(
        "A tank holds {t} litres. One tap fills {a} litres per minute, a leak loses {b} litres per minute. "
        "How many minutes until the empty tank is full?",
        "The level rises by {n} litres per minute, so {t} litres take {right} minutes.",
        b=(2, 6), n=(7, 19), a=lambda v: v.b + v.n, right=(12, 45), t=lambda v: v.n * v.right),
    wording(
        "please calculate: ({a} + {b}) * {c} - {d}",
        "({a} + {b}) * {c} - {d} = {t} - {d} = {right}",
        a=(11, 49), b=(11, 49), c=(3, 9), d=(12, 80), t=lambda v: (v.a + v.b) * v.c, right=lambda v: v.t - v.d),
    wording(
        "What number do I have to add to {a} so that the sum is {b} times {c}?",
        "{b} times {c} is {t}. The difference to {a} is {right}, so that is the number to add.",
        b=(12, 24), c=(9, 19), t=lambda v: v.b * v.c, k=(25, 90), a=lambda v: v.t - v.k, right=lambda v: v.k),
    wording(
        "Two friends walk towards each other from {d} km apart. {name} does {a} km/h and {other} {b} km/h. "
        "After how many hours do they meet?",
        "They approach each other at {s} km/h, so {d} km take them {right} hours.",
        a=(3, 6), b=(3, 6), s=lambda v: v.a + v.b, right=(2, 9), d=lambda v: v.s * v.right),
    wording(
        "A printer manages {a} pages per minute. How many pages does it print in {h} hours?",
        "{h} hours are {m} minutes. At {a} pages per minute that makes {right} pages.",
        a=(12, 45), h=(2, 8), m=lambda v: v.h * 60, right=lambda v: v.m * v.a),
    wording(
        "The library in {town} has {a} shelves with {b} books on each. {c} books are out on loan. "
        "Give me the number of books that are in.",
        "The shelves hold {t} books. With {c} of them on loan, {right} are in.",
        a=(12, 40), b=(25, 60), c=(30, 180), t=lambda v: v.a * v.b, right=lambda v: v.t - v.c),
    wording(
        "There are {a} chickens and {b} goats on a farm. How many legs do they have in all?",
        "The chickens have {x} legs and the goats {y}. In all there are {right} legs.",
        a=(12, 60), b=(6, 35), x=lambda v: 2 * v.a, y=lambda v: 4 * v.b, right=lambda v: v.x + v.y),
    wording(
        "A class of {n} pupils is put into groups of {g}, and nobody is left over. How many groups are there?",
        "{n} divided by {g} is {right}, so there are {right} groups.",
        g=(3, 6), right=(4, 12), n=lambda v: v.g * v.right),
    wording(
        "{name} read {a} pages on {day} and twice as many the day after. The book has {t} pages. "
        "How many pages are left to read?",
        "So far {name} has read {s} pages. That leaves {right} pages.",
        a=(22, 70), s=lambda v: 3 * v.a, right=(30, 140), t=lambda v: v.s + v.right),
    wording(
        "Convert {h} hours and {m} minutes into minutes.",
        "{h} hours are {x} minutes. With the other {m} minutes that is {right} minutes.",
        h=(2, 15), m=(4, 56), x=lambda v: v.h * 60, right=lambda v: v.x + v.m),
    wording(
        "A square garden has a fence {p} metres long all the way round. What is its area in square metres?",
        "Each side measures {s} metres, so the area is {right} square metres.",
        s=(11, 48), p=lambda v: 4 * v.s, right=lambda v: v.s * v.s),
    wording(
        "The bus to {town} runs every {a} minutes from {h}:00. I get to the stop at {h}:{m}. "
        "How many minutes must I wait?",
        "The next bus leaves {n} minutes past the hour, so you wait {right} minutes.",
        a=[12, 15, 20], h=(7, 19), k=[2, 3], right=(2, 9), n=lambda v: v.a * v.k,
        m=lambda v: v.n - v.right),
    wording(
        "Temperature at dawn was minus {a} degrees. By noon it had climbed {b} degrees and by night it fell {c}. "
        "What did the thermometer show at night?",
        "At noon it was {n} degrees. After the drop it showed {right} degrees at night.",
        a=(3, 9), b=(15, 30), n=lambda v: v.b - v.a, c=lambda v: v.n // 2 - 1, right=lambda v: v.n - v.c),
    wording(
        "A factory makes {a} {goods} a day, {p} percent of which fail the check. How many pass in {d} days?",
        "Each day {f} fail and {g} pass, so {right} pass in {d} days.",
        a=[200, 300, 400, 500, 600], p=(2, 9), d=(3, 12), f=lambda v: v.a * v.p // 100, g=lambda v: v.a - v.f,
        right=lambda v: v.g * v.d),
    wording(
        "Three whole numbers in a row, such as 4, 5 and 6, add up to {t}. Which is the largest?",
        "The middle one is a third of {t}, which is {m}. The largest is therefore {right}.",
        m=(21, 240), t=lambda v: 3 * v.m, right=lambda v: v.m + 1),
    wording(
        "Ein Zug fährt {h} Stunden lang mit {s} Kilometern pro Stunde. Welche Strecke legt er zurück?",
        "Strecke ist Geschwindigkeit mal Zeit, also legt der Zug {right} Kilometer zurück.",
        h=(2, 9), s=[70, 80, 90, 110, 120, 130, 140], right=lambda v: v.h * v.s),
    wording(
        "Una piscina tiene {a} metros de largo y {b} de ancho. ¿Cuál es su superficie en metros cuadrados?",
        "La superficie es {a} por {b}, es decir, {right} metros cuadrados.",
        a=(12, 50), b=(4, 20), right=lambda v: v.a * v.b),
]
# fmt: on
