"""Small pieces of writing that must keep one thing the request asks for."""

# ruff: noqa: RUF001  Chinese has punctuation of its own.

from curation.demo.pools import DAYS
from curation.demo.wordings import wording

SEASONS = ["spring", "summer", "autumn", "winter"]
ME = {"right": lambda v: v.name, "others": lambda v: [v.third, v.fourth]}
N = {"n": (12, 98), "right": lambda v: v.n}

# fmt: off
WORDINGS = [
    wording("Write a two-line birthday rhyme for {name}, who turns {n}.",
            "Dear {name}, today you are {right}, let's sing and make some noise,\n"
            "with cake for all the grown-ups and for all the girls and boys!", **N),
    wording("Draft a text message: I'll be {n} minutes late, and {name} should order for me.",
            "Hi {name}, sorry, I'm running {right} minutes late. Please order the {dish} for me, I'm on my way!", **N),
    wording("I need an out-of-office note. {name} stands in for me until {day}.",
            "Thank you for your message. I am away until {day}. In urgent cases please turn to {right}, who will be "
            "glad to help.", **ME),
    wording("Tell a bedtime story in three sentences about a {animal} called {name}.",
            "High above {town} lived a {animal} called {right} who was afraid of the dark. One night the moon hid "
            "behind a cloud, and a small firefly asked for company. Since then the two have kept watch together, and "
            "the dark has never been dark again.", **ME),
    wording("Three short lines of verse about {season}, no rhyme needed.",
            "Soft light of {right},\na gate left open all day,\none bird on the wire.", season=SEASONS,
            right=lambda v: v.season, others=SEASONS),
    wording("Make up a slogan for a bakery in {town} that was founded in {n}.",
            "Fresh from the oven in {town} since {right}: bread that remembers your name.", n=(1871, 1969),
            right=lambda v: v.n, others=range(1871, 1970)),
    wording("Write a short email to {name} that moves our meeting to {day}.",
            "Dear {name},\n\nsomething has come up, so I would like to move our meeting to {right} at the same time. "
            "Please let me know if that suits you.\n\nKind regards", day=DAYS, right=lambda v: v.day, others=DAYS),
    wording("A thank-you card for {name}, who gave me a set of {goods}. Two sentences, please.",
            "Dear {right}, the {goods} are lovely and already in use. Thank you for thinking of me!", **ME),
    wording("Invent a café where {n} cats live, and describe it in two sentences.",
            "At the Velvet Paw in {town}, {right} cats decide who may sit by the window. The cakes are good, but the "
            "purring is better.", **N),
    wording("Give me a two-line dialogue in which {name} asks {other} for the way.",
            "{right}: Excuse me, is this the way to the station?\n{other}: Straight on and left at the fountain.",
            **ME),
    wording("Product text for a {colour} backpack with {n} pockets, please. Keep it short.",
            "One {colour} backpack, {right} pockets, no more searching: light, waterproof and ready for {hobby} or "
            "the office.", n=(5, 9), right=lambda v: v.n),
    wording("I have to give a toast at the wedding of {name} and {other}. One sentence!",
            "To {name} and {right}: may your coffee always be hot, your arguments short and your dances long!",
            right=lambda v: v.other, others=lambda v: [v.third, v.fourth]),
    wording("Headline for a job ad: {town} is looking for {n} gardeners.",
            "Green fingers wanted: {town} hires {right} gardeners", **N),
    wording("Small ad, friendly tone: I'm selling a {colour} bicycle for {n} euros.",
            "This {colour} bicycle has seen every hill around {town} and wants to see more. Freshly oiled, new brakes, "
            "{right} euros.", n=(110, 490), right=lambda v: v.n),
    wording("A sign for the door, please: the shop is shut until {day}.",
            "We are taking a breath and are closed until {right}. See you soon!", day=DAYS, right=lambda v: v.day,
            others=DAYS),
    wording("Start a mystery story with a sentence that mentions room {n}.",
            "Nobody had booked room {right}, and yet every morning the bed was unmade and the window stood open.",
            n=(110, 990), right=lambda v: v.n),
    wording("Compose a polite reply to a neighbour, {name}, who finds our {pet} too loud.",
            "Dear {right}, thank you for telling us. We will keep the {pet} inside in the evening and hope that you "
            "sleep better from now on. Do ring if it does not help.", **ME),
    wording("Write a weather forecast for {town} as a pirate would say it, with {n} degrees.",
            "Arr, a fair wind over {town}, me hearties, and {right} degrees on deck! Keep yer hats tied and yer "
            "rum cool.", n=(12, 34), right=lambda v: v.n),
    wording("Come up with a riddle whose answer is the number {n}.",
            "Take half of me and you hold {h}; add that half again and you are back. Who am I? The answer: {right}.",
            h=(11, 48), n=lambda v: v.h * 2, right=lambda v: v.n),
    wording("An invitation to a garden party on {day}, in one cheerful sentence.",
            "Bring your hats and your appetite: on {right} we celebrate in the garden with {dish} and far too much "
            "cake!", day=DAYS, right=lambda v: v.day, others=DAYS),
    wording("Describe {season} in {town} for a travel brochure, in two sentences.",
            "Those who come to {town} in {right} find empty squares, long evenings and a table in the sun or by the "
            "fire. Stay a day longer than you planned.", season=SEASONS, right=lambda v: v.season, others=SEASONS),
    wording("Schreibe eine kurze Nachricht an {name}: Ich komme {n} Minuten später.",
            "Hallo {name}, ich komme leider {right} Minuten später. Fangt ruhig schon ohne mich an!", **N),
    wording("Escribe una felicitación para {name}, que cumple {n} años.",
            "¡Feliz cumpleaños, {name}! Que tus {right} años vengan llenos de alegría, salud y buena compañía.", **N),
    wording("Écris une petite annonce pour vendre un vélo à {n} euros.",
            "À vendre : vélo de ville en bon état, freins neufs, {right} euros. Essai possible à {town}.",
            n=(60, 98), right=lambda v: v.n),
    wording("写一句祝{name}{n}岁生日快乐的话。", "{name}，祝你{right}岁生日快乐，天天开心，万事如意！", **N),
    wording("Scrivi un breve messaggio a {name}: la cena è tra {n} minuti.",
            "Ciao {name}, la cena è pronta tra {right} minuti. Ti aspettiamo!", **N),
]
# fmt: on
