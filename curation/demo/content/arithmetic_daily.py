"""Word problems about shopping, kitchens and money."""

# ruff: noqa: RUF001  Chinese has punctuation of its own.

from curation.demo.wordings import wording

# fmt: off
WORDINGS = [
    wording(
        "{name} buys {a} boxes of {goods} with {b} in each box and gives {c} of them away. How many are left?",
        "{a} boxes with {b} each make {a} * {b} = {t}. After giving away {c}, {name} has {right} left.",
        a=(4, 19), b=(6, 24), c=(3, 20), t=lambda v: v.a * v.b, right=lambda v: v.t - v.c),
    wording(
        "A café sold {a} coffees at {p} euros each and {b} slices of cake at {q} euros each. What did it take in "
        "total?",
        "Coffee brought in {x} euros and cake {y} euros, so the café took {right} euros in total.",
        a=(12, 60), p=(3, 5), b=(8, 40), q=(4, 7), x=lambda v: v.a * v.p, y=lambda v: v.b * v.q,
        right=lambda v: v.x + v.y),
    wording(
        "I've got {a} euros. If I buy {b} {fruit} that cost {p} cents apiece, how many euros do I have left over?",
        "You spend {b} times {p} cents, which is {s} euros. That leaves {right} euros.",
        a=(40, 90), b=[20, 40, 60, 80], p=[15, 25, 35, 45], s=lambda v: v.b * v.p // 100,
        right=lambda v: v.a - v.s),
    wording(
        "My landlord raises the rent of {a} euros by {p} percent. What will I be paying each month?",
        "{p} percent of {a} euros is {d} euros, so the new rent is {right} euros a month.",
        a=[500, 600, 650, 700, 750, 800, 850, 900, 950, 1100, 1200], p=[2, 4, 6, 8, 10],
        d=lambda v: v.a * v.p // 100, right=lambda v: v.a + v.d),
    wording(
        "quick one: {a} people split a bill of {t} dollars evenly, what does each pay?",
        "Each of the {a} people pays {right} dollars, since {a} times {right} is {t}.",
        a=(3, 9), right=(12, 48), t=lambda v: v.a * v.right),
    wording(
        "A recipe for {a} people needs {g} grams of flour. How much flour do I need for {b} people?",
        "Per person that is {u} grams, so for {b} people you need {right} grams of flour.",
        a=[2, 3, 4, 5, 6], u=[40, 50, 60, 75, 80, 90, 110, 120], b=(7, 16), g=lambda v: v.a * v.u,
        right=lambda v: v.b * v.u),
    wording(
        "{name} saves {a} euros every week. After how many weeks can {name} afford a bicycle for {t} euros?",
        "{t} divided by {a} is {right}, so {name} can buy the bicycle after {right} weeks.",
        a=[12, 15, 18, 20, 22, 25, 28, 35], right=(11, 36), t=lambda v: v.a * v.right),
    wording(
        "At the market, eggs come in cartons of {b}. The bakery needs {n} eggs. How many cartons must it buy?",
        "{n} eggs divided by {b} per carton means that the bakery has to buy {right} cartons.",
        b=[6, 10, 12], k=(11, 40), d=(1, 5), n=lambda v: v.b * v.k + v.d, right=lambda v: v.k + 1),
    wording(
        "The jacket was {a} euros and is now {p}% off. Please tell me the sale price.",
        "The discount is {d} euros, which brings the price down to {right} euros.",
        a=[60, 80, 120, 140, 160, 180, 220, 240, 260, 320], p=[15, 25, 35, 45], d=lambda v: v.a * v.p // 100,
        right=lambda v: v.a - v.d),
    wording(
        "{name} has {a} coins of 20 cents and {b} coins of 50 cents. How many cents is that altogether?",
        "The small coins are worth {x} cents and the large ones {y} cents. Together that makes {right} cents.",
        a=(6, 30), b=(5, 25), x=lambda v: v.a * 20, y=lambda v: v.b * 50, right=lambda v: v.x + v.y),
    wording(
        "We ordered {a} pizzas cut into 8 slices. {b} of us ate {c} slices each. How many slices remain for tomorrow?",
        "There were {t} slices and {e} were eaten, so {right} slices remain.",
        a=(6, 14), b=(5, 9), c=[2, 3, 4], t=lambda v: v.a * 8, e=lambda v: v.b * v.c,
        right=lambda v: v.t - v.e),
    wording(
        "Work out the average of these test scores for me: {a}, {b}, {c} and {d}.",
        "The scores add up to {t}. Divided by four that gives an average of {right}.",
        a=(41, 90), b=(41, 90), c=(41, 90), e=(41, 86), d=lambda v: v.e + -(v.a + v.b + v.c + v.e) % 4,
        t=lambda v: v.a + v.b + v.c + v.d, right=lambda v: v.t // 4),
    wording(
        "A shop sells {goods} for {p} euros apiece or three for {q} euros. {name} needs {n}. What is the cheapest "
        "total?",
        "Buying {k} sets of three for {q} euros each comes to {right} euros, which is less than paying {p} euros "
        "apiece.",
        p=(8, 15), k=(3, 9), q=lambda v: 3 * v.p - 4, n=lambda v: 3 * v.k, right=lambda v: v.k * v.q),
    wording(
        "I tip {p} percent on a restaurant bill of {a} dollars. How much do I hand over in all?",
        "The tip is {d} dollars. With the bill that makes {right} dollars.",
        p=[10, 15, 20], a=[40, 60, 80, 120, 140, 160, 180, 220], d=lambda v: v.a * v.p // 100,
        right=lambda v: v.a + v.d),
    wording(
        "A jar holds {a} marbles. {name} takes a third of them and {other} takes {b}. Count what is still in the jar.",
        "{name} takes {k} marbles, which leaves {r}. After {other} takes {b}, {right} marbles are still there.",
        k=(14, 60), b=(5, 12), a=lambda v: 3 * v.k, r=lambda v: 2 * v.k, right=lambda v: v.r - v.b),
    wording(
        "Our coffee machine uses {a} grams of beans per cup. Do you know how many cups a {b} kilo bag makes?",
        "A bag of {b} kilos holds {g} grams. At {a} grams per cup it makes {right} cups.",
        a=[8, 10], b=(2, 12), g=lambda v: 1000 * v.b, right=lambda v: v.g // v.a),
    wording(
        "{name} earns {h} euros an hour and worked {a} hours last week and {b} hours this week. How much money is "
        "that?",
        "Together that is {t} hours. At {h} euros an hour {name} earned {right} euros.",
        h=(13, 29), a=(18, 38), b=(18, 38), t=lambda v: v.a + v.b, right=lambda v: v.t * v.h),
    wording(
        "If {a} identical {goods} cost {t} euros, what would {b} of them cost?",
        "One costs {p} euros, so {b} of them cost {right} euros.",
        a=(3, 9), p=(4, 18), b=(11, 25), t=lambda v: v.a * v.p, right=lambda v: v.b * v.p),
    wording(
        "A bakery makes {a} rolls in the morning, sells {b}, then bakes another {c}. How many rolls are on the shelf "
        "now?",
        "After the morning sales {r} rolls are left. With the new batch there are {right} rolls on the shelf.",
        a=(120, 300), b=(40, 110), c=(25, 95), r=lambda v: v.a - v.b, right=lambda v: v.r + v.c),
    wording(
        "My phone plan costs {a} dollars per month plus {c} cents for each text message. I sent {n} messages. "
        "What's the bill?",
        "The messages cost {d} dollars. Added to the {a} dollars for the plan, the bill is {right} dollars.",
        a=(14, 39), c=[5, 10, 20], n=[40, 60, 80, 100, 120, 140, 160], d=lambda v: v.c * v.n // 100,
        right=lambda v: v.a + v.d),
    wording(
        "Ein Buch kostet {p} Euro, ein Heft {q} Euro. {name} kauft {a} Bücher und {b} Hefte. Wie viel zahlt {name}?",
        "Die Bücher kosten {x} Euro und die Hefte {y} Euro. {name} zahlt also {right} Euro.",
        p=(8, 19), q=(2, 5), a=(2, 9), b=(3, 12), x=lambda v: v.p * v.a, y=lambda v: v.q * v.b,
        right=lambda v: v.x + v.y),
    wording(
        "{name} tiene {a} cajas con {b} naranjas cada una y vende {c} naranjas. ¿Cuántas naranjas le quedan?",
        "En total hay {t} naranjas. Después de vender {c}, a {name} le quedan {right} naranjas.",
        a=(4, 12), b=(12, 30), c=(10, 40), t=lambda v: v.a * v.b, right=lambda v: v.t - v.c),
    wording(
        "Un fermier récolte {a} kilos de pommes par jour pendant {b} jours et en vend {c} kilos. Combien en "
        "reste-t-il ?",
        "Le fermier récolte {t} kilos au total. Après la vente, il lui reste {right} kilos.",
        a=(25, 80), b=(3, 9), c=(20, 60), t=lambda v: v.a * v.b, right=lambda v: v.t - v.c),
    wording(
        "小明有{a}本书，又买了{b}本，然后送给朋友{c}本。他现在有多少本书？",
        "小明先有{a}本，买了{b}本后有{t}本，送出{c}本后还剩{right}本。",
        a=(21, 80), b=(5, 30), c=(3, 20), t=lambda v: v.a + v.b, right=lambda v: v.t - v.c),
]
# fmt: on
