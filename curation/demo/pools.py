"""People, places and things that fill gaps. People's names are of one length, so that one can stand for another."""

PEOPLE = [
    "Maria", "Peter", "Linda", "James", "Elena", "Oscar", "Nadia", "Felix", "Clara", "Simon", "Laura", "David",
    "Irene", "Lucas", "Sofia", "Bruno", "Helen", "Amina", "Yusuf", "Priya", "Diego", "Hanna", "Kenji", "Tomas",
    "Greta", "Layla", "Pablo", "Fatou", "Chloe", "Henry", "Alice", "Marco", "Naomi", "Jonas", "Leila", "Ahmed",
    "Ruben", "Freya", "Ivana", "Mateo", "Zofia", "Piotr", "Anika", "Rahul", "Celia", "Edgar", "Olive", "Keiko",
]  # fmt: skip

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip

POOLS = {
    "town": [
        "Ashford", "Brookvale", "Carden", "Dunmore", "Eastleigh", "Fernhill", "Glenrock", "Harlow", "Inverdale",
        "Kingsbury", "Larkfield", "Millbrook", "Norwell", "Oakridge", "Penrith", "Quarry Bay", "Redhill", "Stonebridge",
        "Thornton", "Upwell", "Westport", "Yarrow",
    ],
    "day": DAYS,
    "month": MONTHS,
    "fruit": ["apples", "pears", "plums", "oranges", "lemons", "peaches", "mangoes", "apricots", "figs", "limes"],
    "goods": ["notebooks", "mugs", "candles", "scarves", "lamps", "kettles", "cushions", "umbrellas", "backpacks"],
    "animal": ["goat", "heron", "badger", "beaver", "hedgehog", "donkey", "magpie", "tortoise", "squirrel", "fox"],
    "colour": ["red", "blue", "green", "yellow", "purple", "orange", "grey", "brown", "white", "black"],
    "season": ["spring", "summer", "autumn", "winter"],
    "pet": ["cat", "dog", "rabbit", "parrot", "hamster", "ferret"],
    "dish": ["lentil soup", "vegetable curry", "mushroom risotto", "bean chilli", "fish pie", "roast pumpkin"],
    "hobby": ["pottery", "chess", "birdwatching", "knitting", "climbing", "baking", "cycling", "drawing"],
}  # fmt: skip
