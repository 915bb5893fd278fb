"""Short messages to be classified, and texts that hold a fact to be found."""

# fmt: off
REVIEWS = [
    {"text": text, "right": label, "others": ["positive", "negative"]}
    for label, texts in {
        "positive": [
            "I bought these {goods} for my sister and she hasn't stopped talking about them. {n} stars if I could.",
            "We stayed in {town} for {n} nights and did not want to leave. The staff remembered our names.",
            "The {dish} was the best I have had in years. We'll be back on {day}.",
            "Arrived {n} hours early, well packed, works like a charm.",
            "Our guide {name} made a rainy morning in {town} fly by. Worth every penny.",
            "After {n} months of daily use the zip still runs smoothly. Well done.",
            "Honestly I expected little, but the {dish} won me over and the portions are generous.",
            "{name} from the hotline solved my problem in {n} minutes and was kind about it.",
            "The {season} course in {hobby} gave me new energy. I have told all my friends.",
        ],
        "negative": [
            "Two of the {n} {goods} were broken and nobody answers my letters.",
            "We waited {n} minutes for the {dish}, and it came cold. Never again.",
            "The room in {town} smelled of smoke and the window did not close.",
            "The colour came off after {n} washes. I feel cheated.",
            "{name} promised to call back on {day}. I'm still waiting for that call.",
            "The instructions are useless, and after {n} hours I gave up.",
            "Dull tour, rude driver, and we saw {town} only through a dirty pane.",
            "The {hobby} class was cancelled {n} times and they kept my money.",
            "It stopped working on day {n}. What a waste.",
        ],
    }.items()
    for text in texts
]
MESSAGES = [
    {"text": text, "right": label, "others": ["formal", "casual"]}
    for label, texts in {
        "formal": [
            "Dear {name}, we regret to inform you that your application of {n} {month} was not successful.",
            "To whom it may concern: I hereby cancel my membership in the {hobby} club as of {n} {month}.",
            "We would be grateful if you could confirm your attendance in {town} by {day}.",
            "Please find enclosed the {n} documents that you requested. Yours faithfully, {name}",
            "The board wishes to thank {name} for {n} years of service in {town}.",
        ],
        "casual": [
            "hey {name}, wanna grab some {dish} on {day}? {n} of us are going",
            "lol I totally forgot the {fruit}, sorry!! back in {n} mins",
            "yo, {town} was awesome, u should've come! {n} pics attached",
            "omg {name} got a {pet}!!! it's {n} weeks old and sooo cute",
            "cant make it to {hobby} tonight, my car broke down again, ttyl {name}",
        ],
    }.items()
    for text in texts
]
NEWS = [
    {"text": text, "right": label, "others": ["sports", "travel", "health", "school", "nature"]}
    for label, texts in {
        "sports": ["{name} scored {n} points as {town} won the final on {day}.",
                   "The runners from {town} broke the relay record by {n} seconds."],
        "travel": ["Cheap flights to {town} start in {month}; hotels there report {n} percent more bookings.",
                   "Ferries and night trains make {n} more islands easy to reach for tourists this {season}."],
        "health": ["Doctors in {town} advise patients over sixty to get their flu vaccine by {month}.",
                   "A study with {n} patients links short walks after meals to lower blood pressure."],
        "school": ["Pupils in {town} will start lessons {n} minutes later from {month}.",
                   "Teachers ask for smaller classes after {n} new children joined in {month}."],
        "nature": ["Volunteers counted {n} storks in the wetlands near {town} this {season}.",
                   "The forest around {town} gets {n} hectares of new oak and beech trees."],
    }.items()
    for text in texts
]
TICKETS = [
    {"text": text, "right": label, "others": ["urgent", "normal"]}
    for label, texts in {
        "urgent": ["Water is pouring through the ceiling of room {n} right now, please send someone!",
                   "All {n} tills in the {town} branch are down and customers are queuing outside.",
                   "{name} is locked in the cold store and the handle has come off. Help!",
                   "The server has been losing orders for {n} minutes, stop everything and look."],
        "normal": ["Could you change the name on my badge to {name} whenever you have time?",
                   "The lamp in corridor {n} flickers a bit in the evening, no rush.",
                   "We would like {n} more chairs for the meeting in {month}.",
                   "I have a suggestion for the menu: how about {dish} in {season}?"],
    }.items()
    for text in texts
]
for _material in (*REVIEWS, *MESSAGES, *NEWS, *TICKETS):
    _material["n"] = (12, 28)

HELD_FACTS = [
    {"text": "Invoice for {name}, {town}. {k} {goods}, delivered on {day}. Amount due: {n} euros, payable within 30 "
             "days.",
     "what": "the amount due in euros", "n": (110, 980), "k": (2, 9), "right": lambda v: v.n},
    {"text": "Minutes, {day}. Present: {name}, {other}. {name} opened at nine. {other} took the notes. Next meeting: "
             "room {k}.",
     "what": "the name of the person who took the notes", "k": (3, 60), "right": lambda v: v.other,
     "others": lambda v: [v.third, v.fourth]},
    {"text": "Hi {name}, the flat in {town} is still free. It has {k} rooms and costs {n} euros a month plus heating. "
             "You could see it on {day}.",
     "what": "the monthly rent in euros", "n": (410, 990), "k": (2, 5), "right": lambda v: v.n},
    {"text": "Flight report: left {town} with {n} passengers and {k} crew, landed half an hour late because of fog.",
     "what": "the number of passengers", "n": (112, 289), "k": (4, 9), "right": lambda v: v.n},
    {"text": "Lost: a {colour} umbrella with a wooden handle, left on bus {n} to {town} on {day}. Please call {name}.",
     "what": "the number of the bus", "n": (11, 97), "right": lambda v: v.n},
    {"text": "Recipe notes by {name}: bake the bread at {n} degrees for {k} minutes, then let it cool on a rack.",
     "what": "the oven temperature in degrees", "n": (160, 250), "k": (25, 59), "right": lambda v: v.n},
    {"text": "Parcel {k} was accepted in {town} and handed to a neighbour, {name}, since nobody opened at flat {n}.",
     "what": "the name of the neighbour", "k": (1200, 9800), "n": (3, 40), "right": lambda v: v.name,
     "others": lambda v: [v.third, v.fourth]},
    {"text": "The hall was built in {right} by a weaver, burned down and was rebuilt {k} years later. Today {name} "
             "runs a "
             "{hobby} school in it.",
     "what": "the year in which the hall was first built", "right": (1701, 1899), "k": (3, 19)},
    {"text": "Dear {name}, your appointment with Dr {other} is on {day} at half past {k}. Please bring the form with "
             "the "
             "number {n}.",
     "what": "the number of the form", "n": (210, 990), "k": ["two", "nine", "ten"], "right": lambda v: v.n},
    {"text": "{name} came first with {n} points, {other} second with {k}. The third place went to a guest from {town}.",
     "what": "the winner's points", "n": (71, 99), "k": (40, 70), "right": lambda v: v.n},
    {"text": "Our shop in {town} is open daily until {k}. For bulk orders of {goods} write to {name} and mention code "
             "{n}.",
     "what": "the code for bulk orders", "n": (1200, 9700), "k": ["six", "seven", "eight"], "right": lambda v: v.n},
    {"text": "Weather log: {k} millimetres of rain on {day}, wind from the west, and a low of {n} degrees at dawn.",
     "what": "the lowest temperature in degrees", "n": (11, 19), "k": (20, 60), "right": lambda v: v.n},
    {"text": "{name} asked for leave from Monday on. {other} will cover the desk in {town}, {third} the phone.",
     "what": "the name of the person who covers the phone", "right": lambda v: v.third,
     "others": lambda v: [v.fourth]},
]
# fmt: on
