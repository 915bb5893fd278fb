"""Facts of general knowledge that the questions draw on."""

# Country, capital, continent, currency.
COUNTRIES = [
    ("Kenya", "Nairobi", "Africa", "shilling"), ("Egypt", "Cairo", "Africa", "pound"),
    ("Ghana", "Accra", "Africa", "cedi"), ("Morocco", "Rabat", "Africa", "dirham"),
    ("Ethiopia", "Addis Ababa", "Africa", "birr"), ("Tunisia", "Tunis", "Africa", "dinar"),
    ("Algeria", "Algiers", "Africa", "dinar"), ("Angola", "Luanda", "Africa", "kwanza"),
    ("Zambia", "Lusaka", "Africa", "kwacha"), ("Uganda", "Kampala", "Africa", "shilling"),
    ("Rwanda", "Kigali", "Africa", "franc"), ("Namibia", "Windhoek", "Africa", "dollar"),
    ("Botswana", "Gaborone", "Africa", "pula"), ("Nigeria", "Abuja", "Africa", "naira"),
    ("Sudan", "Khartoum", "Africa", "pound"), ("Libya", "Tripoli", "Africa", "dinar"),
    ("Mozambique", "Maputo", "Africa", "metical"), ("Madagascar", "Antananarivo", "Africa", "ariary"),
    ("Japan", "Tokyo", "Asia", "yen"), ("India", "New Delhi", "Asia", "rupee"),
    ("Nepal", "Kathmandu", "Asia", "rupee"), ("Thailand", "Bangkok", "Asia", "baht"),
    ("Vietnam", "Hanoi", "Asia", "dong"), ("Mongolia", "Ulaanbaatar", "Asia", "tugrik"),
    ("Pakistan", "Islamabad", "Asia", "rupee"), ("Bangladesh", "Dhaka", "Asia", "taka"),
    ("Iraq", "Baghdad", "Asia", "dinar"), ("Iran", "Tehran", "Asia", "rial"),
    ("Jordan", "Amman", "Asia", "dinar"), ("Lebanon", "Beirut", "Asia", "pound"),
    ("South Korea", "Seoul", "Asia", "won"), ("China", "Beijing", "Asia", "yuan"),
    ("Cambodia", "Phnom Penh", "Asia", "riel"), ("Laos", "Vientiane", "Asia", "kip"),
    ("Oman", "Muscat", "Asia", "rial"), ("Qatar", "Doha", "Asia", "riyal"),
    ("Norway", "Oslo", "Europe", "krone"), ("Sweden", "Stockholm", "Europe", "krona"),
    ("Denmark", "Copenhagen", "Europe", "krone"), ("Poland", "Warsaw", "Europe", "zloty"),
    ("Hungary", "Budapest", "Europe", "forint"), ("Romania", "Bucharest", "Europe", "leu"),
    ("Portugal", "Lisbon", "Europe", "euro"), ("Greece", "Athens", "Europe", "euro"),
    ("Finland", "Helsinki", "Europe", "euro"), ("Austria", "Vienna", "Europe", "euro"),
    ("Ireland", "Dublin", "Europe", "euro"), ("Iceland", "Reykjavik", "Europe", "krona"),
    ("Spain", "Madrid", "Europe", "euro"), ("Italy", "Rome", "Europe", "euro"),
    ("France", "Paris", "Europe", "euro"), ("Germany", "Berlin", "Europe", "euro"),
    ("Serbia", "Belgrade", "Europe", "dinar"), ("Albania", "Tirana", "Europe", "lek"),
    ("Ukraine", "Kyiv", "Europe", "hryvnia"), ("Latvia", "Riga", "Europe", "euro"),
    ("Peru", "Lima", "South America", "sol"), ("Chile", "Santiago", "South America", "peso"),
    ("Brazil", "Brasilia", "South America", "real"), ("Argentina", "Buenos Aires", "South America", "peso"),
    ("Uruguay", "Montevideo", "South America", "peso"), ("Paraguay", "Asuncion", "South America", "guarani"),
    ("Colombia", "Bogota", "South America", "peso"), ("Venezuela", "Caracas", "South America", "bolivar"),
    ("Cuba", "Havana", "North America", "peso"), ("Canada", "Ottawa", "North America", "dollar"),
    ("Guatemala", "Guatemala City", "North America", "quetzal"), ("Honduras", "Tegucigalpa", "North America",
            "lempira"),
    ("Nicaragua", "Managua", "North America", "cordoba"), ("Jamaica", "Kingston", "North America", "dollar"),
    ("Costa Rica", "San Jose", "North America", "colon"), ("New Zealand", "Wellington", "Oceania", "dollar"),
    ("Australia", "Canberra", "Oceania", "dollar"), ("Fiji", "Suva", "Oceania", "dollar"),
]  # fmt: skip

# Element, symbol; the place in the list is not the atomic number, which stands third.
ELEMENTS = [
    ("hydrogen", "H", 1), ("helium", "He", 2), ("lithium", "Li", 3), ("beryllium", "Be", 4), ("boron", "B", 5),
    ("carbon", "C", 6), ("nitrogen", "N", 7), ("oxygen", "O", 8), ("fluorine", "F", 9), ("neon", "Ne", 10),
    ("sodium", "Na", 11), ("magnesium", "Mg", 12), ("aluminium", "Al", 13), ("silicon", "Si", 14),
    ("phosphorus", "P", 15), ("sulfur", "S", 16), ("chlorine", "Cl", 17), ("argon", "Ar", 18), ("potassium", "K", 19),
    ("calcium", "Ca", 20), ("scandium", "Sc", 21), ("titanium", "Ti", 22), ("vanadium", "V", 23),
    ("chromium", "Cr", 24), ("manganese", "Mn", 25), ("iron", "Fe", 26), ("cobalt", "Co", 27), ("nickel", "Ni", 28),
    ("copper", "Cu", 29), ("zinc", "Zn", 30), ("gallium", "Ga", 31), ("germanium", "Ge", 32), ("arsenic", "As", 33),
    ("selenium", "Se", 34), ("bromine", "Br", 35), ("krypton", "Kr", 36), ("rubidium", "Rb", 37),
    ("strontium", "Sr", 38), ("zirconium", "Zr", 40), ("silver", "Ag", 47), ("cadmium", "Cd", 48), ("tin", "Sn", 50),
    ("iodine", "I", 53), ("xenon", "Xe", 54), ("caesium", "Cs", 55), ("barium", "Ba", 56), ("tungsten", "W", 74),
    ("platinum", "Pt", 78), ("gold", "Au", 79), ("mercury", "Hg", 80), ("lead", "Pb", 82), ("radon", "Rn", 86),
    ("radium", "Ra", 88), ("uranium", "U", 92),
]  # fmt: skip

# Title, author.
BOOKS = [
    ("Pride and Prejudice", "Jane Austen"), ("Emma", "Jane Austen"), ("Jane Eyre", "Charlotte Bronte"),
    ("Wuthering Heights", "Emily Bronte"), ("Oliver Twist", "Charles Dickens"), ("Bleak House", "Charles Dickens"),
    ("Frankenstein", "Mary Shelley"), ("Dracula", "Bram Stoker"), ("Ulysses", "James Joyce"),
    ("Middlemarch", "George Eliot"), ("Moby-Dick", "Herman Melville"), ("Walden", "Henry David Thoreau"),
    ("War and Peace", "Leo Tolstoy"), ("Anna Karenina", "Leo Tolstoy"), ("Crime and Punishment", "Fyodor Dostoevsky"),
    ("The Cherry Orchard", "Anton Chekhov"), ("Don Quixote", "Miguel de Cervantes"), ("Faust", "J. W. von Goethe"),
    ("The Trial", "Franz Kafka"), ("The Metamorphosis", "Franz Kafka"), ("Buddenbrooks", "Thomas Mann"),
    ("Les Miserables", "Victor Hugo"), ("Madame Bovary", "Gustave Flaubert"), ("Germinal", "Emile Zola"),
    ("The Stranger", "Albert Camus"), ("Candide", "Voltaire"), ("Hamlet", "William Shakespeare"),
    ("Macbeth", "William Shakespeare"), ("Paradise Lost", "John Milton"), ("The Divine Comedy", "Dante Alighieri"),
    ("The Odyssey", "Homer"), ("The Aeneid", "Virgil"), ("Animal Farm", "George Orwell"),
    ("Brave New World", "Aldous Huxley"), ("Beloved", "Toni Morrison"), ("Things Fall Apart", "Chinua Achebe"),
    ("Mrs Dalloway", "Virginia Woolf"), ("To the Lighthouse", "Virginia Woolf"), ("The Time Machine", "H. G. Wells"),
    ("Treasure Island", "Robert Louis Stevenson"), ("The Jungle Book", "Rudyard Kipling"),
    ("Robinson Crusoe", "Daniel Defoe"), ("Gulliver's Travels", "Jonathan Swift"), ("Heidi", "Johanna Spyri"),
    ("Pinocchio", "Carlo Collodi"), ("Peer Gynt", "Henrik Ibsen"), ("Heart of Darkness", "Joseph Conrad"),
    ("The Old Man and the Sea", "Ernest Hemingway"), ("Of Mice and Men", "John Steinbeck"),
]  # fmt: skip

# What happened, in which year.
EVENTS = [
    ("the Berlin Wall came down", 1989), ("people first walked on the Moon", 1969),
    ("the First World War began", 1914), ("the First World War ended", 1918),
    ("the Second World War began in Europe", 1939), ("the Second World War ended", 1945),
    ("the United States declared independence", 1776), ("the French Revolution began", 1789),
    ("Columbus first crossed the Atlantic", 1492), ("the Normans won the Battle of Hastings", 1066),
    ("the Magna Carta was sealed", 1215), ("Constantinople fell to the Ottomans", 1453),
    ("the Titanic sank", 1912), ("the Great Fire of London broke out", 1666),
    ("the first modern Olympic Games were held", 1896), ("the Suez Canal opened", 1869),
    ("the Panama Canal opened", 1914), ("India became independent", 1947), ("the Eiffel Tower was finished", 1889),
    ("the Battle of Waterloo was fought", 1815), ("the Spanish Armada set out for England", 1588),
    ("Sputnik was launched", 1957), ("Yuri Gagarin flew into space", 1961), ("the Soviet Union was dissolved", 1991),
    ("Nelson Mandela was released from prison", 1990), ("the Wright brothers first flew a powered aeroplane", 1903),
    ("Tutankhamun's tomb was found", 1922), ("Mount Everest was first climbed", 1953),
    ("the South Pole was first reached", 1911), ("the Chernobyl reactor exploded", 1986),
    ("Napoleon was crowned emperor", 1804), ("the American Civil War began", 1861), ("Mexico hosted its first Olympics",
    1968), ("the euro came into use as cash", 2002), ("the United Nations was founded", 1945),
    ("the Hindenburg airship burned", 1937), ("Halley's comet last passed the Sun", 1986), ("Rome hosted the Olympics",
    1960), ("the Channel Tunnel opened", 1994), ("the Treaty of Versailles was signed", 1919),
]  # fmt: skip

# Place, city.
LANDMARKS = [
    ("the Eiffel Tower", "Paris"), ("the Colosseum", "Rome"), ("the Brandenburg Gate", "Berlin"),
    ("the Acropolis", "Athens"), ("the Prado Museum", "Madrid"), ("the Sagrada Familia", "Barcelona"),
    ("the Little Mermaid", "Copenhagen"), ("the Charles Bridge", "Prague"), ("Buckingham Palace", "London"),
    ("Red Square", "Moscow"), ("the Hagia Sophia", "Istanbul"), ("the Forbidden City", "Beijing"),
    ("the Statue of Liberty", "New York"), ("the Golden Gate Bridge", "San Francisco"), ("the White House",
    "Washington"), ("the Opera House with the white shells", "Sydney"), ("the statue of Christ the Redeemer",
    "Rio de Janeiro"), ("the Burj Khalifa", "Dubai"), ("the Uffizi Gallery", "Florence"), ("the Rijksmuseum",
    "Amsterdam"), ("the Atomium", "Brussels"), ("the Belem Tower", "Lisbon"), ("the Vasa Museum", "Stockholm"),
    ("the Schoenbrunn Palace", "Vienna"), ("the Hermitage", "St Petersburg"), ("the Louvre", "Paris"),
    ("Table Mountain", "Cape Town"), ("the CN Tower", "Toronto"), ("the Marina Bay Sands hotel", "Singapore"),
    ("the Blue Mosque", "Istanbul"), ("the Guggenheim Museum with titanium walls", "Bilbao"), ("La Scala", "Milan"),
    ("the Rialto Bridge", "Venice"), ("Edinburgh Castle", "Edinburgh"), ("the Fisherman's Bastion", "Budapest"),
]  # fmt: skip

# Animal, its young, its class.
ANIMALS = [
    ("cat", "kitten", "mammal"), ("dog", "puppy", "mammal"), ("cow", "calf", "mammal"), ("sheep", "lamb", "mammal"),
    ("goat", "kid", "mammal"), ("pig", "piglet", "mammal"), ("horse", "foal", "mammal"), ("hen", "chick", "bird"),
    ("duck", "duckling", "bird"), ("goose", "gosling", "bird"), ("swan", "cygnet", "bird"), ("lion", "cub", "mammal"),
    ("kangaroo", "joey", "mammal"), ("deer", "fawn", "mammal"), ("frog", "tadpole", "amphibian"),
    ("butterfly", "caterpillar", "insect"), ("eagle", "eaglet", "bird"), ("owl", "owlet", "bird"),
    ("hare", "leveret", "mammal"), ("whale", "calf", "mammal"), ("bear", "cub", "mammal"), ("seal", "pup", "mammal"),
    ("eel", "elver", "fish"), ("fly", "maggot", "insect"),
]  # fmt: skip

# River, the water it flows into.
RIVERS = [
    ("Nile", "Mediterranean Sea"), ("Danube", "Black Sea"), ("Rhine", "North Sea"), ("Volga", "Caspian Sea"),
    ("Amazon", "Atlantic Ocean"), ("Congo", "Atlantic Ocean"), ("Mississippi", "Gulf of Mexico"),
    ("Ganges", "Bay of Bengal"), ("Indus", "Arabian Sea"), ("Elbe", "North Sea"), ("Rhone", "Mediterranean Sea"),
    ("Po", "Adriatic Sea"), ("Thames", "North Sea"), ("Vistula", "Baltic Sea"), ("Oder", "Baltic Sea"),
    ("Zambezi", "Indian Ocean"), ("Yukon", "Bering Sea"), ("Ebro", "Mediterranean Sea"),
    ("Dnieper", "Black Sea"), ("Tagus", "Atlantic Ocean"), ("Ural", "Caspian Sea"), ("Lena", "Laptev Sea"),
]  # fmt: skip
