"""What can be asked about what texts say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from regulars.channels.networks.models import Author, Item
from regulars.core import bulk
from regulars.inbox.understanding.explaining import Reason, reasons
from regulars.inbox.understanding.model import FEELS, house
from regulars.inbox.understanding.models import Label, Reading, TextModel
from regulars.inbox.understanding.own import LEAST, LEAST_EACH
from regulars.inbox.understanding.serving import current, reader
from regulars.inbox.understanding.shares import SAID, Confusion

RANDOM_EVERY = 3  # every third text of the queue is drawn by chance
NEWEST = 20_000  # readings among which is drawn


def readings(item_ids: Iterable[int]) -> dict[int, Reading]:
    """{item: what it says}; an item that was not read yet is missing."""
    return Reading.objects.in_bulk(list(item_ids))


def why(item_id: int) -> list[Reason]:
    """The words that speak most for or against what the model said of it; none when it cannot read it."""
    reading = Reading.objects.filter(item_id=item_id, negative__isnull=False).first()
    item = Item.objects.filter(id=item_id, deleted_us=None).first()
    if reading is None or item is None:
        return []
    chances = (reading.negative, reading.neutral, reading.positive)
    return reasons(
        "\n".join(p for p in (item.title, item.text) if p), FEELS[chances.index(max(chances))], reader().model
    )


def confusion() -> Confusion:
    """How the model that reads now errs: measured on the shop's texts drawn by chance, else as it does elsewhere.

    For `shares`. Before the shop judged texts it is a guess from other people's texts, and intervals are wide.
    """
    elsewhere = Confusion(house().errors, "elsewhere")  # two texts of each feeling: crowds differ that much
    counts = by_chance()
    judged = tuple(tuple(float(counts.get((truth, said), 0)) for said in SAID) for truth in FEELS)
    return elsewhere.joined(Confusion(judged, "judged" if counts else "elsewhere"))


def by_chance() -> dict[tuple[str, str], int]:
    """{(what colleagues said, what the model that reads now says): texts} of those drawn by chance.

    Of the shop's own model: what it said held out when it was fitted, and of what was judged since.
    """
    own = current()
    rows = bulk.query(
        "SELECT feels, predicted, COUNT(*) FROM inbox_label WHERE how = 'random' AND feels <> '' AND model_id = %s"
        " GROUP BY feels, predicted",
        [own.id if own else 0],
    )
    found = Counter({(feels, predicted): n for feels, predicted, n in rows})
    if own and own.measures["on"] == "random":
        for truth, row in zip(FEELS, own.measures["confusion"], strict=True):
            found.update({(truth, said): n for said, n in zip(SAID, row, strict=True) if n})
    return dict(found)


@dataclass(frozen=True)
class Next:
    """A text to be judged, and how it was chosen."""

    item: Item
    reading: Reading
    how: str  # random or unsure
    author: str


def next_to_judge(*, but: Sequence[int] = ()) -> Next | None:
    """The text whose judgement tells most: mostly one the model is torn about, every third drawn by chance."""
    judged = Label.objects.count()
    how = "random" if judged % RANDOM_EVERY == 0 else "unsure"
    found = _drawn(how, but) or _drawn("random", but)
    if found is None:
        return None
    item = Item.objects.get(id=found.item_id)
    author = Author.objects.filter(id=item.author_id).first()
    return Next(item, found, how, str(author) if author else "")


def _drawn(how: str, but: Sequence[int]) -> Reading | None:
    order = (
        "r.lot, r.item_id"
        if how == "random"
        else "CASE WHEN r.negative > r.neutral AND r.negative > r.positive"
        " THEN r.negative WHEN r.neutral > r.positive THEN r.neutral ELSE r.positive END, r.item_id"
    )
    some, params = bulk.ids(but)
    rows = bulk.query(
        "SELECT r.item_id FROM (SELECT * FROM inbox_reading ORDER BY item_id DESC LIMIT %s) r"
        " JOIN channels_item i ON i.id = r.item_id AND i.deleted_us IS NULL AND i.text <> ''"
        " WHERE r.source <> 'person' AND r.negative IS NOT NULL AND NOT EXISTS"
        f" (SELECT 1 FROM inbox_label l WHERE l.item_id = r.item_id) AND r.item_id NOT IN {some}"
        f" ORDER BY {order} LIMIT 1",
        [NEWEST, *params],
    )
    return Reading.objects.filter(item_id=rows[0][0]).first() if rows else None


@dataclass(frozen=True)
class Quality:
    """How good reading is now. `judged`: texts colleagues judged; `by_chance`: of these, drawn by chance; `agreed`:
    of
    these, where the model had said the same, and where it was sure at all."""

    judged: int
    by_chance: int
    sure: int
    agreed: int
    own: TextModel | None
    last: TextModel | None
    enough: bool
    waiting: int
    read: int
    unreadable: int


def quality() -> Quality:
    """All the page about the model needs."""
    each = dict(bulk.query("SELECT feels, COUNT(*) FROM inbox_label WHERE feels <> '' GROUP BY feels"))
    pairs = by_chance()
    sure = {pair: n for pair, n in pairs.items() if pair[1] != "unsure"}
    counts = dict(bulk.query("SELECT source, COUNT(*) FROM inbox_reading GROUP BY source"))
    return Quality(
        judged=sum(each.values()),
        by_chance=sum(pairs.values()),
        sure=sum(sure.values()),
        agreed=sum(n for (truth, said), n in sure.items() if truth == said),
        own=current(),
        last=TextModel.objects.order_by("-id").defer("weights").first(),
        enough=sum(each.values()) >= LEAST and min(each.get(feels, 0) for feels in FEELS) >= LEAST_EACH,
        waiting=bulk.query("SELECT COUNT(*) FROM inbox_readdue")[0][0],
        read=sum(counts.values()),
        unreadable=counts.get("none", 0),
    )
