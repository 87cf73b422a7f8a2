"""What is said. Each line stands for many: `{...}` is filled in by `saying.py`."""

from __future__ import annotations

STORES = ("Leeds", "York", "Sheffield", "Harrogate")
HANDLE = "@northgatesports"

# what strangers say about the shop without speaking to it
ABOUT = (
    "Queue at Northgate Sports {store} out of the door again, must be school kit week",
    "just spent far too much money at northgate sports and regret nothing",
    "Anybody know if Northgate Sports still restrings rackets? Asking before I drive to {store}",
    "Northgate Sports {store} has the whole {line} range out now, looks good",
    "my dad has been going to northgate sports for twenty years and they still know his shoe size",
    "Bought the {line} {thing} at Northgate. First ride tomorrow, will report",
    "the {line} {thing} from Northgate Sports survived another wet Sunday",
    "Not sure the {line} {thing} is worth the money tbh. Northgate wants forty quid for it",
    "Northgate Sports sponsors our under twelves this season, proper local shop",
    "Northgate's new click and collect is quicker than walking to the shelf",
    "Half the {store} running club seems to wear {line} from Northgate",
    "why does northgate sports play that song on repeat, I beg you",
)
# to the shop, in public
QUESTIONS = (
    "{handle} when do you get the {line} {thing} in size {size} again?",
    "{handle} are you open on Sunday in {store}?",
    "{handle} can I return something in {store} that I bought online?",
    "{handle} do the {line} {thing} run small? Between a {size} and the next one up",
    "{handle} is the trial evening in {store} open to everybody or only members?",
    "{handle} how much is a restring, and how long does it take?",
    "Hi {handle}, do you price match? Seen the {line} {thing} for less elsewhere",
    "{handle} where do I find my points? The app says none but I bought boots last week",
)
COMPLAINTS = (
    "{handle} third time I order the {line} {thing} and third time it is out of stock after I paid. Not good enough.",
    "{handle} waiting for my refund since two weeks now. Nobody answers the phone in {store}.",
    "{handle} parcel arrived open and the {thing} was missing. What now?",
    "Stood twenty minutes at the till in {store} with one person serving. Come on {handle}",
    "{handle} your website logged me out four times while paying. I gave up and went to Pitchside.",
    "{handle} the zip of my {line} {thing} broke on day two. Day two!",
)
PRAISE = (
    "{handle} whoever served us in {store} today deserves a rise. Daughter found boots that fit, and she smiles!",
    "Big thank you {handle} for mending my racket while I waited. That is service.",
    "{handle} swapped my {thing} without a receipt and without a fuss. Regular for life.",
    "Honest advice from {handle} today: they told me not to buy the expensive pair. Rare!",
    "{handle} delivery a day early and a handwritten note. Love it 💙",
)
# problems the shop could solve, said by people who do not know it
HELP = (
    "My knee hurts after every run on the road. Is it the shoes? What do people wear?",
    "Help: son needs boots for artificial grass by Saturday, size {size}, where do I get them in {store}?",
    "What tent for two people and a wet weekend in the Dales? Budget 150",
    "Chain keeps jumping off my bike, can anybody recommend somewhere in {store}?",
    "Looking for a swimsuit that survives chlorine for more than two months, any tips?",
    "Goggles always leak on my narrow face, recommendations please",
    "How do you get the smell out of keeper gloves? Asking for my whole car",
)
RIVAL = (
    "Pitchside has 20% off all boots this weekend",
    "Pitchside delivery took nine days, never again",
    "Tried the new Pitchside store, nice but nobody knew anything about running",
    "Pitchside answered my question within ten minutes, impressed",
)
# the crisis
CRISIS = (
    "{handle} the sole of my son's Calder Studded Boots came off in the second half. They are three weeks old!",
    "{handle} sole separated on Calder Studded Boots, second pair in our team. What is going on?",
    "Calder Studded Boots: sole gone after two matches. {handle} is this a bad batch?",
    "{handle} my daughter slipped because the sole of her Calder boots peeled off mid sprint. That is dangerous.",
    "Third kid in our team whose Calder Studded Boots fell apart. {handle} please say something",
    "Sole came off my Calder boots in the warm-up. Anyone else? Bought at Northgate Sports {store}",
    "Do NOT buy the Calder Studded Boots, the sole comes off. {handle} told me to wait for an answer, I am waiting",
    "So that is four pairs of Calder Studded Boots with the sole coming off in our league. Northgate?",
    "{handle} I want my money back for the Calder boots. Sole separated, receipt in hand.",
)
AFTER = (
    "Fair play {handle}, new boots in two days and no discussion",
    "Northgate Sports took back the Calder boots without a receipt. Sole thing is sorted for us",
    "Got the refund for the Calder boots from {handle} within a day. Wish they had warned us sooner though",
)
# how people begin and end, so that no two posts are the same
OPENINGS = ("", "", "", "", "So ", "Right, ", "Ok: ", "Honestly, ", "Morning all. ", "Update: ", "Small thing but ")
TAILS = (
    "", "", "", "", " Anyone?", " 😅", " tbh", " #shoplocal", " as my mum would say", " (again)", " this morning",
    " 🙈", " since Monday", " at lunch", " before the match", " with two kids in tow", " on a Tuesday", " #{store}",
    " and the rain did not help", " in size {size}", " if you ask me", " lol", " just saying", " since the weekend",
)  # fmt: skip
REVIEWS = {
    5: (
        "Best sports shop in {store}. They measure your feet and listen.",
        "Always helpful, and the evenings for members are fun.",
        "Bought a {line} {thing}, got good advice, paid a fair price.",
        "Friendly, quick, and they mend things instead of selling new ones.",
    ),
    4: (
        "Good choice and nice people. Parking is a pain.",
        "Great advice, a little dear.",
        "My size was sold out but they found it in {store}.",
    ),
    3: ("Fine. Busy on Saturdays.", "Good shop, slow website.", "It was all right, nothing special."),
    2: ("Waited too long at the till.", "Wrong size sent twice, sorted in the end.", "The {thing} did not last."),
    1: (
        "Refund took three weeks and five calls.",
        "Calder boots fell apart after two matches, staff shrugged.",
        "Rude at the till in {store}, will not come back.",
    ),
}
MAILS = (
    ("Order {order}: where is it?", "Hello,\n\nI ordered a {line} {thing} eight days ago (order {order}) and heard nothing since. Can you tell me when it arrives?\n\nBest wishes\n{first}"),  # noqa: E501
    ("Wrong size", "Hi,\n\nyou sent me a {size} instead of the size I ordered. How do I swap it? I live near {store}.\n\n{first}"),  # noqa: E501
    ("Team kit for 14 children", "Good morning,\n\nwe need shirts, shorts and socks for fourteen children by the end of the month. Could you send an offer with names printed?\n\nThank you\n{first}"),  # noqa: E501
    ("Invoice please", "Hello, could I have an invoice for order {order} made out to my company? Thank you. {first}"),
    ("Thank you", "I only wanted to say thank you: your colleague in {store} found the right shoes for my mother, who is 78, and she walks every day now.\n\n{first}"),  # noqa: E501
    ("Points are missing", "Hello, I bought for 86 pounds in {store} and see no points. My number is on the receipt, order {order}.\n{first}"),  # noqa: E501
    ("Calder boots", "Dear Northgate, the sole of the Calder Studded Boots I bought in {store} came off. Photo attached. I would like a new pair or my money back.\n\n{first}"),  # noqa: E501
)  # fmt: skip
CHATS = (
    "Hi! Do you have the {line} {thing} in {store}?",
    "Hello, how long does delivery to Scotland take?",
    "Can I pay with points online?",
    "Is the {thing} waterproof?",
    "I want to bring something back. Do I need the box?",
    "Do you also rent tents?",
)
BLOGS = (
    ("Ten local shops that still mend things", "From cobblers to bike workshops: among them Northgate Sports, which restrings rackets while you wait."),  # noqa: E501
    ("Boots for wet pitches compared", "We wore five pairs for a month. The Wharfe Studded Boots of Northgate Sports came second, the Calder lost a sole."),  # noqa: E501
    ("Sunday league round-up", "Northgate Sports hands out the fair play prize again; three late goals at City."),
)  # fmt: skip
FIRST = ("Anna", "Ben", "Chloe", "Dev", "Ella", "Finn", "Grace", "Hamza", "Isla", "Jack", "Kira", "Leo", "Maya",
         "Noah", "Olga", "Pete", "Quinn", "Rosa", "Sam", "Tara", "Umar", "Vera", "Will", "Yusuf", "Zoe")  # fmt: skip
LAST = ("Ashby", "Bates", "Clough", "Dyson", "Ellis", "Firth", "Greaves", "Hirst", "Ibbot", "Jagger", "Kaye", "Lumb",
        "Mistry", "Naylor", "Oates", "Priestley", "Rhodes", "Sykes", "Thorpe", "Whiteley")  # fmt: skip
