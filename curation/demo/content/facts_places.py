"""Questions about countries, cities and rivers."""

from curation.demo.content.fact_tables import COUNTRIES, LANDMARKS, RIVERS
from curation.demo.wordings import wording

COUNTRY = {"row": COUNTRIES, "country": lambda v: v.row[0], "continent": lambda v: v.row[2]}
CAPITAL = {**COUNTRY, "right": lambda v: v.row[1], "others": lambda v: [row[1] for row in COUNTRIES]}
OF_CAPITAL = {
    "row": COUNTRIES,
    "capital": lambda v: v.row[1],
    "right": lambda v: v.row[0],
    "others": lambda v: [row[0] for row in COUNTRIES],
}
MONEY = {
    **COUNTRY,
    "right": lambda v: v.row[3],
    "others": lambda v: [row[3] for row in COUNTRIES],
}
CONTINENT = {
    "row": COUNTRIES,
    "country": lambda v: v.row[0],
    "right": lambda v: v.row[2],
    "others": lambda v: [row[2] for row in COUNTRIES] + ["Arctic"],
}
CITY = {
    "row": LANDMARKS,
    "place": lambda v: v.row[0],
    "right": lambda v: v.row[1],
    "others": lambda v: [row[1] for row in LANDMARKS] + [row[1] for row in COUNTRIES],
}
RIVER = {
    "row": RIVERS,
    "river": lambda v: v.row[0],
    "right": lambda v: v.row[1],
    "others": lambda v: [row[1] for row in RIVERS] + ["Red Sea", "Ross Sea", "Coral Sea", "Tasman Sea", "Celtic Sea"],
}

# fmt: off
WORDINGS = [
    wording("What is the capital of {country}?", "The capital of {country} is {right}.", **CAPITAL),
    wording("Which city is the seat of government of {country}, I mean its official capital?",
            "Its official capital is {right}.", **CAPITAL),
    wording("capital city of {country} pls", "{right} is the capital city of {country}.", **CAPITAL),
    wording("I'm filling in a crossword: \"Capital of {country}\". What goes in?",
            "The answer to that clue is {right}.", **CAPITAL),
    wording("My daughter has to name the capital of {country} for her homework. Can you help?",
            "Of course. She should write down {right}, the capital of {country}.", **CAPITAL),
    wording("Name the country whose capital is {capital}.", "{capital} is the capital of {right}.", **OF_CAPITAL),
    wording("If I fly to {capital}, which country do I land in?",
            "You land in {right}, because {capital} is its capital.", **OF_CAPITAL),
    wording("{capital} - of which country is that the capital?", "That is the capital of {right}.", **OF_CAPITAL),
    wording("A letter is addressed to the parliament in {capital}. Which country is it going to?",
            "A letter to the parliament in {capital} is going to {right}.", **OF_CAPITAL),
    wording("What currency do people pay with in {country}?",
            "In {country} people pay with the {right}.", **MONEY),
    wording("I'm travelling to {country} next month. What is the money called there?",
            "The money there is called the {right}.", **MONEY),
    wording("Tell me the name of the currency of {country} in one sentence.",
            "The currency of {country} is the {right}.", **MONEY),
    wording("Before our trip to {country} we want to change money. What should we ask for at the bank?",
            "Ask at the bank for the currency of {country}, the {right}.", **MONEY),
    wording("On which continent is {country}?", "{country} is on the continent of {right}.", **CONTINENT),
    wording("I can't find {country} on the globe. Which part of the world should I look at?",
            "You should look at {right}, which is where {country} lies.", **CONTINENT),
    wording("Where in the world is {country}? The continent is enough.",
            "It is in {right}.", **CONTINENT),
    wording("In which city can I see {place}?", "You can see {place} in {right}.", **CITY),
    wording("We'd like to visit {place}. Where do we have to go?",
            "To visit {place} you have to go to {right}.", **CITY),
    wording("Quiz question for tonight: which city is home to {place}?", "The city is {right}.", **CITY),
    wording("Someone sent me a picture of {place}. In what city was it taken?",
            "A picture of {place} was taken in {right}.", **CITY),
    wording("Into which body of water does the {river} flow?", "The {river} flows into the {right}.", **RIVER),
    wording("Where does the river {river} end?", "It ends in the {right}.", **RIVER),
    wording("If I put a message in a bottle into the {river}, in which sea or ocean would it arrive?",
            "With some luck the bottle would arrive in the {right}.", **RIVER),
    wording("Complete the sentence: The mouth of the {river} lies on the coast of the ...",
            "The mouth of the {river} lies on the coast of the {right}.", **RIVER),
]
# fmt: on
