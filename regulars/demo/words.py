"""Word lists the people of Northgate are invented from."""

# ruff: noqa: SIM905  -- a list of words reads better as words

WOMEN = (
    "Olivia Amelia Isla Ava Lily Freya Florence Willow Ivy Elsie Poppy Evie Grace Sienna Phoebe Alice Daisy Matilda "
    "Charlotte Harriet Emily Rosie Maya Aisha Zara Fatima Priya Chloe Sophie Jessica Hannah Laura Rebecca Sarah "
    "Emma Katherine Elizabeth Margaret Susan Helen Joanne Rachel Victoria Nicola Karen Alison Fiona Heather Megan "
    "Bethany Abigail Imogen Eleanor Lucy Molly Caitlin Nadia Yasmin Mei Ingrid Judith Dorothy Patricia Jacqueline"
).split()
MEN = (
    "Noah Oliver George Arthur Muhammad Leo Theodore Henry Oscar Archie Jack Alfie Charlie Freddie Harry Thomas "
    "William James Samuel Daniel Joshua Benjamin Matthew Christopher Michael Andrew Robert Richard Stephen David "
    "Paul Mark Simon Anthony Peter Philip Graham Kenneth Ryan Liam Connor Callum Declan Imran Hassan Yusuf Arjun "
    "Rohan Wei Tomasz Marek Pavel Mateo Edward Alexander Nicholas Jonathan Timothy Gareth Rhys Ewan Alasdair"
).split()
SHORT = {
    "Elizabeth": "Liz", "Katherine": "Kate", "Margaret": "Maggie", "Susan": "Sue", "Rebecca": "Becky",
    "Victoria": "Vicky", "Jessica": "Jess", "Abigail": "Abi", "Eleanor": "Ellie", "Patricia": "Pat",
    "Jacqueline": "Jackie", "Bethany": "Beth", "Charlotte": "Lottie", "Matilda": "Tilly", "Thomas": "Tom",
    "William": "Will", "Samuel": "Sam", "Daniel": "Dan", "Joshua": "Josh", "Benjamin": "Ben", "Matthew": "Matt",
    "Christopher": "Chris", "Michael": "Mike", "Andrew": "Andy", "Robert": "Rob", "Richard": "Rich",
    "Stephen": "Steve", "David": "Dave", "Anthony": "Tony", "Philip": "Phil", "Kenneth": "Ken", "Edward": "Ted",
    "Alexander": "Alex", "Nicholas": "Nick", "Jonathan": "Jon", "Timothy": "Tim", "Theodore": "Theo",
}  # fmt: skip
COMMON_SURNAMES = (
    "Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker White "
    "Roberts Green Hall Wood Jackson Clarke Khan Hughes Edwards Turner Hill Moore Clark Harrison Scott Young Morris "
    "Ward Cooper Bailey Ahmed Kelly Cox Singh Murphy Begum Hussain Kaur Nowak O'Brien O'Neill Campbell Murray"
).split()
SURNAME_STARTS = (
    "Ash Black Brad Brom Birk Carl Chad Clif Crom Dal Den Eas Fair Farn Gar Gains Hal Har Hart Haw Hol Kel Kirk Lang "
    "Lin Long Mar Mel Mid Nor Oak Pen Rad Raw Red Row Shel Sil Stan Stock Sut Thorn Wad Wal Wen West Whit Win Wy"
).split()
SURNAME_ENDS = (
    "ford ley well worth ton field wood by croft more ham bourne shaw thwaite stead ridge dale gate".split()
)
STREETS = (
    "Abbey Albion Alma Beech Bridge Canal Castle Cedar Chapel Church Clifton Cross Dale Elm Fountain Garden Grange "
    "Grove Hawthorn Heath High Holly King's Lime Manor Market Meadow Mill Moor North Oak Orchard Park Priory Queen's "
    "Railway Ridge River School South Spring Station Swan Temple Tower Vale Victoria West Whitehall Willow Windsor"
).split()
STREET_KINDS = "Road Street Lane Avenue Close Drive Terrace Court Crescent Way".split()
STORES = ("Leeds Northgate", "York Stonegate", "Harrogate", "Sheffield Outlet", "Web shop")
# town, postcode area with districts that Royal Mail does not use, share of customers, nearest store
TOWNS = (
    ("Leeds", "LS", 0.34, 0), ("Bradford", "BD", 0.10, 0), ("Wakefield", "WF", 0.06, 0), ("York", "YO", 0.20, 1),
    ("Selby", "YO", 0.04, 1), ("Harrogate", "HG", 0.12, 2), ("Ripon", "HG", 0.04, 2), ("Sheffield", "S", 0.10, 3),
)  # fmt: skip
DOMAINS = ("example.org", "example.com", "example.net")
# Ofcom, "Telephone numbers for use in TV and radio drama programmes": each prefix has a thousand numbers
MOBILE_PREFIX = "07700 900"
LANDLINE_PREFIXES = (
    "0113 496 0", "0114 496 0", "0115 496 0", "0116 496 0", "0117 496 0", "0118 496 0", "0121 496 0", "0131 496 0",
    "0141 496 0", "0151 496 0", "0161 496 0", "020 7946 0", "0191 498 0", "029 2018 0", "01632 960",
)  # fmt: skip
PLACEHOLDER_PHONES = ("01632 960000", "0000000000", "01632 960000", "07700 900000")
