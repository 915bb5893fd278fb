"""Short texts to be summed up: notices, reports and letters, each with its gist in one sentence and in three points."""

# fmt: off
TEXTS = [
    ("The public library in {town} will close for renovation on {day}. Workers will replace the heating and put in a "
     "lift so that the upper floor can be reached by wheelchair. Until the reopening, which is planned in {n} weeks, "
     "books can be borrowed from a bus parked behind the town hall. Loans that are already out are extended.",
     "The library in {town} closes for renovation from {day} and should reopen in {right} weeks, with a bus lending "
     "books meanwhile.",
     ["Renovation begins on {day}", "A bus lends books meanwhile", "Reopening in {right} weeks"],
     {"n": (3, 19), "right": lambda v: v.n}),
    ("{name} opened a small repair shop in {town} after losing a job at the old shoe factory. At first hardly anyone "
     "came. Then a neighbour posted about the shop, and now {n} customers drop by every week. {name} has hired two "
     "apprentices and is looking for a bigger place.",
     "{name}'s repair shop in {town} started slowly but now has {right} customers a week and two apprentices.",
     ["{name} lost a job and opened a repair shop", "A neighbour's post brought customers",
      "Today {right} people come each week"],
     {"n": (25, 95), "right": lambda v: v.n}),
    ("At last night's meeting the council of {town} voted on the new cycle path along the river. {n} members were in "
     "favour and four against. The opponents fear that parking spaces will go. Building is to start in {month} and "
     "take about a year.",
     "The council of {town} approved the riverside cycle path with {right} votes against four; building starts in "
     "{month}.",
     ["{right} members voted for the cycle path", "Opponents worry about parking", "Work starts in {month}"],
     {"n": (11, 29), "right": lambda v: v.n}),
    ("Researchers followed {n} gardeners over two summers. Those who watered in the early morning used a third less "
     "water than those who watered at noon, and their tomatoes were no smaller. The team suspects that less water is "
     "lost to evaporation. A larger study is planned.",
     "A study of {right} gardeners found that watering in the morning saves a third of the water without smaller "
     "tomatoes.",
     ["{right} gardeners took part", "Morning watering saved a third", "Tomatoes were just as large"],
     {"n": (40, 99), "right": lambda v: v.n}),
    ("Dear guests, the swimming pool on the roof stays closed until {day} because a pump has failed. The spare part is "
     "on its way. As a small apology, every guest may use the sauna free of charge, and breakfast is served until "
     "{right} o'clock. We are sorry for the trouble. Your hotel team in {town}",
     "The hotel's pool is closed until {day}, so guests may use the sauna for free and have breakfast until {right} "
     "o'clock.",
     ["Pool closed until {day}", "The sauna is free meanwhile", "Breakfast until {right} o'clock"],
     {"right": ["ten", "two", "one"], "others": ["six", "ten", "two", "one"]}),
    ("The match between {town} and the visitors began badly for the home side, who were two goals down after half an "
     "hour. After the break {name} scored three times within {n} minutes and turned the game. The coach spoke of the "
     "best half of the season.",
     "{town} came back from two goals down because {right} scored three times after the break.",
     ["The home side fell two goals behind", "{right} scored three times", "The coach praised the second half"],
     {"n": (12, 35), "right": lambda v: v.name, "others": lambda v: [v.other, v.third]}),
    ("A storm on {day} night brought down trees all over the valley of {town}. The fire brigade was called out {n} "
     "times, but nobody was hurt. The railway line stays shut until the tracks have been cleared, probably by the end "
     "of the week. Trains are replaced by buses.",
     "After a storm near {town} the fire brigade was called out {right} times, nobody was hurt, and buses replace the "
     "trains.",
     ["Storm on {day} night felled trees", "{right} calls for the fire brigade", "Buses run instead of trains"],
     {"n": (23, 97), "right": lambda v: v.n}),
    ("Our school garden has grown again. The pupils planted {n} fruit bushes, built a bed for herbs and put up a box "
     "for wild bees. Parents are asked to help with the watering during the holidays. A list hangs next to the office, "
     "and {name} answers questions.",
     "Pupils added {right} fruit bushes, herbs and a bee box to the school garden, and parents are asked to water it "
     "in "
     "the holidays.",
     ["{right} new fruit bushes", "A herb bed and a box for bees", "Parents should help with watering"],
     {"n": (12, 60), "right": lambda v: v.n}),
    ("The bakery on the market square celebrates a birthday: for {n} years it has sold bread baked in the same wood "
     "oven. {name}, who runs it in the third generation, rises at two every morning. On {day} there is free plum cake "
     "for everyone, as long as it lasts.",
     "The bakery on the square has used the same oven for {right} years and gives away plum cake on {day}.",
     ["The same oven for {right} years", "{name} is the third generation", "Free plum cake on {day}"],
     {"n": (60, 99), "right": lambda v: v.n}),
    ("Bus line {n} will change its route from {month}. It no longer stops at the hospital but goes straight to the "
     "station, which makes the trip six minutes shorter. Patients can take the shuttle that leaves every quarter of an "
     "hour. The fares stay the same.",
     "From {month} bus line {right} skips the hospital and reaches the station six minutes sooner, while a shuttle "
     "serves patients.",
     ["Line {right} changes in {month}", "No more stop at the hospital", "A shuttle runs for patients"],
     {"n": (11, 89), "right": lambda v: v.n}),
    ("{name} wrote to complain about a kettle bought in our shop last {month}. It began to leak after {n} days. We "
     "asked "
     "for a photo, saw that the seam was broken, and sent a new one at our own cost. {name} has since thanked us.",
     "{name}'s kettle leaked after {right} days, and the shop replaced it free of charge.",
     ["The kettle leaked after {right} days", "A photo showed a broken seam", "{name} received a new one"],
     {"n": (11, 48), "right": lambda v: v.n}),
    ("A survey among {n} commuters in {town} shows that most would leave the car at home if trains ran later in the "
     "evening. Price came second. Only a few named comfort. The transport office wants to test a train at midnight "
     "from "
     "{month} on.",
     "In a survey of {right} commuters in {town}, later trains mattered most, so a midnight train will be tested from "
     "{month}.",
     ["{right} commuters were asked", "Later trains matter more than price", "A midnight train comes in {month}"],
     {"n": (210, 980), "right": lambda v: v.n}),
    ("The lighthouse keeper of {town} kept a diary for {n} years. Most entries are about wind and rain, but some tell "
     "of "
     "ships in distress and of long winters without mail. A local historian, {name}, found the books in an attic and "
     "will publish a selection.",
     "{name} will publish parts of a diary that a lighthouse keeper in {town} kept for {right} years.",
     ["The diary covers {right} years", "It tells of weather, ships and winters", "{name} will publish a selection"],
     {"n": (18, 49), "right": lambda v: v.n}),
    ("Two colleagues, {name} and {other}, swapped jobs for a week. {name} answered the telephone, {other} drove the "
     "van. "
     "Both said afterwards that they had thought the other job was easier. The manager wants to repeat the exchange "
     "every {month}.",
     "After swapping jobs for a week, {name} and {right} each found the other's work harder than expected.",
     ["{name} and {right} swapped jobs", "Both found it harder than expected", "It will be repeated every {month}"],
     {"right": lambda v: v.other, "others": lambda v: [v.third, v.fourth]}),
    ("The old cinema in {town} is to be turned into flats. The owner says that only {n} people came on an ordinary "
     "evening. A group around {name} has collected signatures and would like to run it as a club. The council decides "
     "in {month}.",
     "The cinema in {town}, which drew only {right} people an evening, may become flats unless {name}'s group can run "
     "it "
     "as a club.",
     ["Only {right} visitors on most evenings", "{name}'s group wants a club", "The decision falls in {month}"],
     {"n": (13, 48), "right": lambda v: v.n}),
    ("To all tenants: on {day} the water will be turned off from nine until {right} because the pipes in the cellar "
     "are "
     "being replaced. Please fill a bucket beforehand and keep the taps closed, so that nothing overflows when the "
     "water "
     "returns. {name} from the house office can be reached by phone.",
     "The water is off on {day} from nine until {right} while pipes are replaced, so tenants should fill a bucket and "
     "close the taps.",
     ["No water on {day} from nine to {right}", "Fill a bucket beforehand", "Keep the taps closed"],
     {"right": ["noon", "four", "five"], "others": ["noon", "four", "five", "dusk"]}),
    ("The expedition set out with {n} people and twelve mules. In the second week a landslide blocked the pass, and "
     "the "
     "group had to wait for {d} days. When the way was free, three mules had run off. Even so {name} reached the lake "
     "before the first snow.",
     "Despite a landslide that cost {right} days and the loss of three mules, {name}'s expedition reached the lake "
     "before the snow.",
     ["A landslide cost {right} days", "Three mules ran off", "{name} arrived before the snow"],
     {"n": (14, 40), "d": (3, 9), "right": lambda v: v.d}),
    ("A new app wants to save food. Restaurants in {town} enter what is left over in the evening, and users collect it "
     "for a small price. In the first month {n} meals were saved. {name}, who had the idea, hopes that bakeries will "
     "join soon.",
     "{name}'s app sells restaurant leftovers in {town} and saved {right} meals in its first month.",
     ["Users collect leftovers for little money", "{right} meals saved in a month", "Bakeries may join"],
     {"n": (220, 990), "right": lambda v: v.n}),
    ("The choir of {town} is looking for new voices, above all tenors. Rehearsals are on {right} evenings in the old "
     "school. Nobody has to read music. The next concert is in {month}, when the choir sings together with a group "
     "from "
     "abroad.",
     "The choir of {town} seeks singers, especially tenors, for rehearsals on {right} evenings and a concert in "
     "{month}.",
     ["New voices wanted, tenors most of all", "Rehearsals on {right} evenings", "Concert in {month}"],
     {"right": ["Monday", "Friday", "Sunday"], "others": ["Monday", "Friday", "Sunday"]}),
    ("Last year the bakery chain threw away {n} percent of its bread. This year it bakes less in the afternoon and "
     "sells "
     "yesterday's loaves at half price. Waste has fallen by half, and profits are up slightly. Other chains have asked "
     "{name}, the manager, for advice.",
     "By baking less and selling old loaves cheaply, the chain halved the {right} percent of bread it used to waste.",
     ["{right} percent was thrown away last year", "Old loaves now cost half", "Waste fell by half"],
     {"n": (11, 29), "right": lambda v: v.n}),
    ("A {animal} kept the police of {town} busy on {day}. It had crossed the main road {n} times before {name}, an "
     "officer who grew up on a farm, lured it into a garage with carrots. Its owner turned up an hour later and "
     "apologised.",
     "A {animal} crossed the main road of {town} {right} times until {name} lured it into a garage.",
     ["A {animal} was loose in {town}", "It crossed the road {right} times", "{name} caught it with carrots"],
     {"n": (3, 9), "right": lambda v: v.n}),
    ("The river near {town} is cleaner than it has been for decades. Samples taken in {month} held {n} kinds of fish, "
     "among them trout. Experts put it down to the new sewage works. Swimming is still not advised after heavy rain.",
     "Samples with {right} kinds of fish show that the river near {town} has become much cleaner.",
     ["{right} kinds of fish were counted", "The new sewage works helped", "No swimming after heavy rain"],
     {"n": (11, 34), "right": lambda v: v.n}),
    ("{name} has walked to work every day for {n} years, seven kilometres each way. Rain is no excuse, only ice. "
     "Colleagues used to offer lifts, then some of them began to walk along. By now there is a group of nine, and they "
     "have breakfast together on {day}s.",
     "{name} has walked to work for {right} years, and a group of nine colleagues now walks along.",
     ["{right} years of walking to work", "Nine people walk together now", "Breakfast on {day}s"],
     {"n": (11, 35), "right": lambda v: v.n}),
    ("The museum in {town} has bought a painting that was thought lost. It hung in a dentist's waiting room for {n} "
     "years. A visitor, {name}, recognised the style and told the museum. From {month} it can be seen on the first "
     "floor.",
     "A painting that hung at a dentist's for {right} years was recognised by {name} and bought by the museum in "
     "{town}.",
     ["The painting was thought lost", "It hung at a dentist's for {right} years", "On show from {month}"],
     {"n": (17, 58), "right": lambda v: v.n}),
    ("Because of the dry {season}, the farmers around {town} expect {n} percent less wheat than usual. Maize has done "
     "better, since it was sown later. Bread prices are not likely to rise, as the stores from last year are full. "
     "{name} from the farmers' union asks for patience.",
     "The dry {season} cuts the wheat harvest around {town} by {right} percent, but bread should not cost more.",
     ["{right} percent less wheat", "Maize has done better", "Bread prices should stay as they are"],
     {"n": (12, 48), "right": lambda v: v.n}),
    ("The company will let its {n} office workers choose where they work from {month} on. Two days a week everyone "
     "should "
     "come in, so that teams still meet. {name}, who led the trial, says that people were ill less often. The empty "
     "floor will be rented out.",
     "From {month} the company's {right} office workers may choose where they work, apart from two days a week.",
     ["{right} workers may choose their place", "Two days a week in the office", "An empty floor is rented out"],
     {"n": (120, 890), "right": lambda v: v.n}),
    ("The night train to {town} is back after {n} years. It leaves on {day}s at ten in the evening and arrives in time "
     "for breakfast. The first trips were sold out within hours. {name}, who bought the first ticket, waited in front "
     "of the office all night.",
     "After {right} years the night train to {town} runs again, and its first trips sold out within hours.",
     ["The train is back after {right} years", "It leaves on {day} evenings", "First trips sold out"],
     {"n": (12, 30), "right": lambda v: v.n}),
]
# fmt: on
