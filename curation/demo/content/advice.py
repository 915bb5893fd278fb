"""Everyday advice whose answer rests on one number."""

from math import ceil

from curation.demo.wordings import wording

# fmt: off
WORDINGS = [
    wording("I'm expecting {n} guests for dinner. How much dry rice should I plan?",
            "A good measure is 75 grams of dry rice per person. For {n} guests that comes to {right} grams. Rinse it "
            "first, and keep a little more at hand if there are no other sides.", n=(4, 40), right=lambda v: v.n * 75),
    wording("How much pasta do I cook for a party of {n}?",
            "Reckon with 100 grams of dry pasta per head, so {right} grams in all. Salt the water well and stir during "
            "the first minute so that nothing sticks.", n=(5, 60), right=lambda v: v.n * 100),
    wording("We brew coffee for a meeting, {n} litres in all. What amount of ground coffee is right?",
            "Sixty grams per litre is a common measure, which means {right} grams for {n} litres. Grind it shortly "
            "before brewing.", n=(2, 30), right=lambda v: v.n * 60),
    wording("One litre of our wall paint covers 8 square metres. How many litres for {s} square metres, two coats?",
            "Two coats on {s} square metres make {t} square metres to paint, so buy {right} litres. Let the first coat "
            "dry overnight.", k=(3, 24), s=lambda v: v.k * 4, t=lambda v: v.s * 2, right=lambda v: v.k),
    wording("Packing for {n} days away: how many shirts if I want one a day and three spare?",
            "Take {right} shirts. Roll them instead of folding, put shoes at the bottom of the bag, and wear the "
            "heaviest things on the journey.", n=(7, 60), right=lambda v: v.n + 3),
    wording("I'd like to put aside {t} euros within {m} months. What do I have to save each month?",
            "Save {right} euros a month. It helps to set up a transfer for the day after payday, so that you do not "
            "have to think about it.", m=[6, 8, 10, 12, 15, 18, 24], right=(20, 160), t=lambda v: v.m * v.right),
    wording("My book has {p} pages and I must finish it in {d} days. Give me a plan.",
            "Read {right} pages a day and you will be done in {d} days. Choose a fixed time, for instance before "
            "breakfast, and keep the telephone in another room.", d=(5, 24), right=(12, 48),
            p=lambda v: v.d * v.right),
    wording("I start running with {a} minutes and add {b} minutes every week. How long do I run after {w} weeks?",
            "After {w} weeks you are at {right} minutes. If something hurts, stay at the same level for a week before "
            "you add more.", a=(5, 20), b=(2, 6), w=(5, 14), right=lambda v: v.a + v.b * v.w),
    wording("There are {n} pot plants in our office and each needs 200 millilitres a week. How much water is that?",
            "That is {right} millilitres a week for {n} plants. Feel the soil with a finger before watering, because "
            "in {season} the need can differ.", n=(4, 45), right=lambda v: v.n * 200),
    wording("Children's birthday, {n} kids, three slices of pizza each, eight slices to a pizza. How many do I order?",
            "You need {t} slices, so order {right} pizzas. Have half of them without meat and cut up some {fruit} for "
            "afterwards.", n=(27, 80), t=lambda v: 3 * v.n, right=lambda v: ceil(3 * v.n / 8)),
    wording("For a bread dough with {f} grams of flour at seventy percent water, how much water goes in?",
            "Seventy percent of {f} grams is {right} grams of water. Hold back a little at first and add it when the "
            "dough has come together.", k=(3, 20), f=lambda v: v.k * 100, right=lambda v: v.k * 70),
    wording("I want to walk {k} kilometres every day. About how many steps is that at 1300 steps a kilometre?",
            "At that stride {k} kilometres are {right} steps. Getting off the bus one stop early in {town} is an easy "
            "way to begin.", k=(2, 25), right=lambda v: v.k * 1300),
    wording("Alarm at {h} in the morning, and I need eight hours of sleep. When do I have to be asleep?",
            "You have to be asleep by {right} in the evening. Dim the lights an hour before that and leave the "
            "screen alone.", h=[5, 6, 7], right=lambda v: {5: "nine", 6: "ten ", 7: "eleven"}[v.h].strip(),
            others=["six", "two", "ten", "nine", "five", "four", "eleven", "twelve"]),
    wording("Our car uses {c} litres per 100 kilometres. What will we burn on the {d} kilometres to {town}?",
            "You will burn {right} litres. Check the tyre pressure before you leave, since soft tyres cost fuel.",
            c=(4, 9), k=(2, 12), d=lambda v: v.k * 100, right=lambda v: v.k * v.c),
    wording("If I follow the rule of saving a fifth of my income of {i} euros, how much do I save?",
            "A fifth of {i} euros is {right} euros. Should that be too much at first, start with half and raise it "
            "every few months.", k=(60, 190), i=lambda v: v.k * 20, right=lambda v: v.k * 4),
    wording("Beans should stand {c} centimetres apart. How many fit along a row of {m} metres, leaving out the ends?",
            "The row has room for {right} beans between its ends. Sow them after the last frost and give them a "
            "trellis.", c=[10, 20, 25], m=(4, 20), right=lambda v: v.m * 100 // v.c - 1),
    wording("How long must a roast of {k} kilos stay in the oven at 40 minutes a kilo?",
            "At 40 minutes a kilo it needs {right} minutes. Let it rest under foil for a quarter of an hour before you "
            "carve it.", k=(3, 12), right=lambda v: v.k * 40),
    wording("I have {m} minutes for a talk and spend two minutes on each slide. How many slides should I prepare?",
            "Prepare {right} slides. Practise aloud once with a clock, and put the picture you like best at the end.",
            k=(5, 45), m=lambda v: v.k * 2, right=lambda v: v.k),
    wording("Tea for {n} people, two cups each, two grams of leaves a cup. How many grams of leaves?",
            "That makes {right} grams of leaves. Warm the pot beforehand and take the leaves out after three "
            "minutes.", n=(4, 60), right=lambda v: v.n * 4),
    wording("{name} wants to learn {w} Spanish words in {d} days. How many new ones a day is that?",
            "It is {right} new words a day. {name} should repeat those of the day before first and use each word in a "
            "sentence.", d=(7, 30), right=(5, 24), w=lambda v: v.d * v.right),
    wording("The washing machine takes {k} kilos. I've got {t} kilos of laundry. How many loads?",
            "Plan {right} loads. Sort by colour, turn dark things inside out and do not fill the drum to the brim.",
            k=(5, 8), right=(2, 9), t=lambda v: v.k * v.right),
    wording("Meine Pflanzen brauchen je {a} Milliliter Dünger, ich habe {n} davon. Wie viel mische ich an?",
            "Mische {right} Milliliter an. Gieße vorher etwas klares Wasser, damit der Dünger die Wurzeln nicht "
            "reizt.", a=[5, 10, 15, 20], n=(6, 40), right=lambda v: v.a * v.n),
]
# fmt: on
