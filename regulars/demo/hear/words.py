"""What Northgate's customers write, by what it is about; and the codebook that finds it again."""

from __future__ import annotations

TOPICS = (
    ("Advice in the store", "How staff helped, or did not", "advice\nhelped\nknow*\nstaff\nfriendly\nexplained"),
    ("Sizes and stock", "The right size was not there, or was", "size*\nstock\nsold out\nfit\nfits"),
    ("Waiting", "Queues and deliveries", "queue*\nwait*\nlate\ndays\ndelivery"),
    ("Returns", "Bringing things back", "return*\nrefund*\nexchange*\nbring back"),
    ("Prices", "What things cost", "price*\nexpensive\nmoney\nvalue"),
    ("Quality", "How things last", "quality\nbroke*\nlast*\nseam*\nworn"),
    ("Points and evenings", "The Dugout and its evenings", "points\nvoucher*\nevening*\nticket*\nDugout"),
)
GOOD = (
    "The staff in Leeds took half an hour to find boots that fit my wide feet.",
    "Somebody who knows running explained which shoe I need, and which I do not.",
    "Friendly every time, and they remember my daughter's team.",
    "The trial evening on the wet pitch was great fun.",
    "Half price tickets for City FC! My son talked of nothing else for a week.",
    "Good value, and everything I bought there has lasted.",
    "Exchange of a helmet took two minutes, no questions.",
    "You always have my size in stock.",
    "The points add up quickly and the voucher worked at the till at once.",
    "Honest advice: they told me my old racket only needed new strings.",
    "Delivery came a day early.",
)
MIDDLING = (
    "All fine, but prices went up a little.",
    "Nice shop. The queue on Saturdays is long.",
    "Good choice, my size was sold out in one colour.",
    "Helpful staff, the website is a bit slow.",
    "Okay. I would like more women's sizes in soccer boots.",
    "It did what it should.",
)
BAD = (
    "Nobody had time to help me find my size, I left after twenty minutes of waiting.",
    "The seam of my jacket broke after three weeks.",
    "My refund took sixteen days and two phone calls.",
    "Delivery was a week late and the parcel was open.",
    "I was sent the wrong size twice.",
    "The queue for returns on Saturday was endless.",
    "Far too expensive for what it is, the quality is not what it was.",
    "The till did not take my voucher and nobody knew why.",
    "Ordered online, sold out, and told so four days later.",
)
CALLED = (
    "Called her: the size is put aside in Leeds, she comes by on Saturday.",
    "Called him, said sorry, and sent a new one today by express.",
    "Spoke to him. The refund was stuck at the bank; it has arrived.",
    "Wrote and called. She is glad that somebody asked.",
    "Called twice and left a message.",
)
