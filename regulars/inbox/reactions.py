"""What we do about news: of networks, which is noted for the loop "inbox"; of our own, on which rules act."""

from __future__ import annotations

from regulars.channels.networks.signals import AuthorProved, ItemsChanged, PostsChanged
from regulars.core.signals import on
from regulars.inbox.actions.arriving import tell_event_log, tell_of_end
from regulars.inbox.actions.carrying import note_posts
from regulars.inbox.actions.readings import note_readings
from regulars.inbox.actions.ruling import act
from regulars.inbox.actions.taking import note_items
from regulars.inbox.actions.touching import touch_people
from regulars.inbox.models import Case, Entry
from regulars.inbox.seeing import Place
from regulars.inbox.signals import CaseClosed, LabelAdded, PromisesBroken
from regulars.inbox.suggesting import learning as _learning  # noqa: F401 - learns from what ended well
from regulars.inbox.suggesting import reminding as _reminding  # noqa: F401 - tasks for statements that end
from regulars.inbox.understanding.due import note_texts
from regulars.inbox.understanding.signals import ItemsRead

LATELY = 500


@on(ItemsChanged)
def items_changed(changed: ItemsChanged) -> None:
    """What was said, edited or taken away."""
    note_items(changed.item_ids, at=changed.at)
    note_texts(changed.item_ids)


@on(PostsChanged)
def posts_changed(changed: PostsChanged) -> None:
    """Our answers on their way."""
    note_posts(changed.post_ids, at=changed.at)


@on(AuthorProved)
def author_proved(proved: AuthorProved) -> None:
    """Conversations they began are about that person, or about nobody again; the log hears what they said lately."""
    theirs = Case.objects.filter(author_id=proved.author_id)
    before = list(theirs.values_list("id", flat=True))
    touch_people(before, at=proved.at)
    theirs.update(node_id=proved.node_id, changed_us=proved.at)
    touch_people(before, at=proved.at)
    if proved.node_id is not None:
        said = Entry.objects.filter(author_id=proved.author_id, kind="said").order_by("-id")
        tell_event_log(list(said.values_list("id", flat=True)[:LATELY]), at=proved.at)


@on(LabelAdded)
def label_added(added: LabelAdded) -> None:
    """Rules on labels; each looks once at each label of a conversation."""
    act("label", [Place(added.case_id, None, f"label:{added.label}"[:40], added.at)], at=added.at)


@on(PromisesBroken)
def promises_broken(broken: PromisesBroken) -> None:
    """Rules on broken promises; once for each promise."""
    due = dict(Case.objects.filter(id__in=broken.case_ids).values_list("id", "next_due_us"))
    act("breach", [Place(case, None, f"due:{us}", broken.at) for case, us in due.items()], at=broken.at)


@on(CaseClosed)
def case_closed(closed: CaseClosed) -> None:
    """The log hears of a conversation that was solved; segments look at the person again."""
    tell_of_end(closed.case_id, closed.outcome, at=closed.at)


@on(ItemsRead)
def items_read(read: ItemsRead) -> None:
    """How their last word reads stands on the conversation; rules that wait for it look."""
    note_readings(read.item_ids, at=read.at)
