"""What Northgate writes: templates, blocks, the voice of the brand. Names are those the ready-made journeys use."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from regulars.content.actions import add_picture, create_block, create_template, publish, save_voice
from regulars.content.models import Block, Template
from regulars.content.queries import picture_url
from regulars.demo.talk.pictures import PICTURES, png

SHOP = f"{settings.PUBLIC_URL}/shop"
HELLO = 'Hello {{ person.first_name | default: "there" }},'
HI = 'Hi {{ person.first_name | default: "there" }},'
SHORT = (
    ("SMS: back in stock", "your size is back at Northgate:", ""),
    ("SMS: soccer pages", "everything for your next match is here:", "/soccer"),
)
FOOT = "You get this because you said yes to news from **Northgate Sports**, 12 Northgate, Leeds."
Blocks = list[dict[str, Any]]


def write(*, at: int) -> None:
    """Voice, blocks, pictures and templates, published; those that exist stay as they are."""
    if not Block.objects.exists():
        _say_how(at)
    blocks = {name: _block(name, source, at) for name, source in BLOCKS.items()}
    pictures = {name: _picture(name, about, at) for name, (about, _) in PICTURES.items()}
    for name, subject, preheader, picture, words in MAILS:
        _mail(name, subject, preheader, [*_shown(pictures, picture), *words, *_last(blocks)], at)
    _short(at)


def template(name: str) -> int:
    """The number of a template by its name."""
    return Template.objects.get(name=name).id


def _say_how(at: int) -> None:
    save_voice(
        use=[{"word": "soccer", "instead_of": ["association football"]}, {"word": "store", "instead_of": ["outlet"]}],
        avoid=[{"word": "cheap", "why": "Our things are good value, not cheap."},
               {"word": "last chance", "why": "It hardly ever is, and people learn that."},
               {"word": "valued customer", "why": "Use their name."}],
        disclosures=[{"text": "while stocks last", "when": ["sale"]}],
        tone="Like somebody who plays on Sundays and works in the store: warm, brief, never loud.",
        reading_level=60, by="system", at=at,
    )  # fmt: skip


def _block(name: str, source: Blocks, at: int) -> int:
    found = Block.objects.filter(name=name).first()
    return (found or create_block(name=name, source=source, by="system", at=at)).id


def _picture(name: str, about: str, at: int) -> dict[str, Any]:
    made = add_picture(data=png(name), name=name, alt=about, by="system", at=at)
    return {"kind": "image", "src": picture_url(made), "alt": about, "href": SHOP, "width": 568}


def _shown(pictures: dict[str, dict[str, Any]], name: str) -> Blocks:
    return [pictures[name]] if name else []


def _last(blocks: dict[str, int]) -> Blocks:
    return [{"kind": "block", "block": blocks["Opening hours"]}, {"kind": "footer", "text": FOOT}]


def _mail(name: str, subject: str, preheader: str, source: Blocks, at: int) -> None:
    variant = {"subject": subject, "preheader": preheader, "format": "blocks", "source": source}
    _keep(name, "email", variant, at)


def _short(at: int) -> None:
    for name, words, path in SHORT:
        text = f"{HI} {words} {SHOP}{path} Reply STOP to end."
        _keep(name, "sms", {"subject": "", "preheader": "", "format": "text", "source": text}, at)


def _keep(name: str, channel: str, variant: dict[str, Any], at: int) -> None:
    if not Template.objects.filter(name=name).exists():
        made = create_template(name=name, channel=channel, draft={"en": variant}, by="system", at=at)
        publish(template_id=made.id, by="system", at=at)


def _heading(text: str, level: int = 1) -> dict[str, Any]:
    return {"kind": "heading", "text": text, "level": level}


def _text(words: str) -> dict[str, Any]:
    return {"kind": "text", "text": words}


def _button(label: str, path: str = "/") -> dict[str, Any]:
    return {"kind": "button", "label": label, "href": SHOP + path}


def _columns(*columns: tuple[str, str]) -> dict[str, Any]:
    return {"kind": "columns", "columns": [[_heading(title, 3), _text(words)] for title, words in columns]}


HOURS = "Leeds, York, Harrogate and Sheffield: Monday to Saturday, 9:30 to 18:00. Closed on Sundays."
BLOCKS: dict[str, Blocks] = {
    "Opening hours": [{"kind": "divider"}, {"kind": "text", "text": f"**Our stores.** {HOURS}", "size": "small"}],
    "Signature": [_text("See you in the store,\n\n**Priya and the team of Northgate**")],
}
MAILS: tuple[tuple[str, str, str, str, Blocks], ...] = (
    ("Welcome: hello", "Welcome to Northgate, {{ person.first_name | default: 'good to have you' }}",
     "What you will hear from us, and how to choose", "welcome.png",
     [_heading("Good to have you here"),
      _text(f"{HELLO}\n\nthank you for joining us. Once or twice a month we write about new things for your sport, "
            "evenings in the stores, and what other people like you enjoy.\n\nToo much, or the wrong sport? "
            "[Choose what you get]({{ links.preferences }}) at any time."),
      _button("Look around", "/new")]),
    ("Welcome: what people like", "Where most people begin", "Three things our regulars come back for", "",
     [_heading("Where most people begin"), _text(f"{HELLO}\n\nnot sure where to start? These are three good places."),
      _columns(("Boots, fitted", "Ten minutes on the treadmill in any store. It costs nothing."),
               ("The Sunday run", "Every week at nine from the Leeds store. All speeds.")),
      _button("See the favourites", "/favourites")]),
    ("VIP: welcome to the team", "You are one of our best, {{ person.first_name | default: 'friend' }}",
     "From now on you hear of new things a day early", "vip.png",
     [_heading("You made the first eleven"),
      _text(f"{HELLO}\n\nfew people know their soccer as you do. In the last twelve months you spent more than £500 "
            "on it with us, and we would like to say thank you: from now on you see new boots and shirts a day "
            "before everybody else.\n\nA card is on its way too. By hand, by post."),
      _text("{% if voucher_partner.code %}**And a seat at City FC at half price:** show the code "
            "**{{ voucher_partner.code }}** at any of our tills. City FC pays the other half.{% endif %}"),
      _button("Your first look", "/early")]),
    ("Soccer: your pages", "Everything for your next match", "Boots, balls, and who plays on Sunday", "vip.png",
     [_heading("Welcome to the soccer pages"),
      _text(f"{HELLO}\n\nthank you for buying your soccer things with us. We made pages for people who play: what "
            "the Saturday league wears, how boots should fit, and where to find a team.\n\n"
            "{% if points.balance %}You have {{ points.balance }} points in The Dugout, our way of saying thank you; "
            "soccer gives double points on Saturdays.{% endif %}"),
      _button("To the soccer pages", "/soccer"),
      _columns(("Half price at City FC", "For 150 points: a seat on the halfway line."),
               ("Soccer VIP", "Who spends £500 on soccer in a year is invited to our evenings."))]),
    ("Win back: we miss you", "We have not seen you for a while", "Could we do something better?", "path.png",
     [_heading("We miss you"),
      _text(HELLO + "\n\n{% if person.last_order %}your last visit was on {{ person.last_order }}. {% endif %}"
            "Perhaps your shoes are still good. Perhaps something was not right. If so, we would like to know: "
            "just answer this mail, a person reads it."),
      _button("Come and see", "/new")]),
    ("Win back: a last word", "Something to come back for", "A free fitting, whenever you like", "",
     [_heading("A free fitting, whenever you like"),
      _text(f"{HELLO}\n\nwe will not keep writing. But if your boots have seen better days: bring them in, we look "
            "at them together, and find the pair that fits.")]),
    ("Birthday", "Happy birthday, {{ person.first_name | default: 'from all of us' }}!", "All the best from us",
     "birthday.png",
     [_heading("Happy birthday!"),
      _text(f"{HELLO}\n\nall the best from all of us. Come by this week: there is cake behind the till in Leeds, "
            "and a ball for whoever brings this mail."), _button("Where we are", "/stores")]),
    ("Newsletter: the winter boots are in", "The winter boots are in", "And two days worth coming to", "vip.png",
     [_heading("The winter boots are in"),
      _text(f"{HELLO}\n\nsoft ground, cold evenings: the new soccer boots arrived this week. We tried every pair on "
            "the wet pitch behind the Leeds store."),
      _button("See the boots", "/soccer/boots"),
      _columns(("Trial evening", "Thursday at six, Leeds. Wear them, then decide."),
               ("Swap day", "Children grow, boots do not. Saturday, all stores."))]),
)  # fmt: skip
