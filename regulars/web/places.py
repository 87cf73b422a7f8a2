"""The rail of the staff pages, named by what one does."""

from django.utils.translation import gettext_lazy as _

from regulars.content.factbase.queries import waiting_for
from regulars.inbox.queries import notices_new
from regulars.social.publishing.reading import urgent_count
from regulars.ui.places import Place, order, register


def may(*permissions: str):
    """Whether the person who asks holds one of the permissions."""
    return lambda request: request.user.is_authenticated and any(map(request.user.may, permissions))


def waiting(request) -> int | None:
    """What waits for them in the inbox: news of cases they have not seen."""
    return notices_new(request.user.id) or None


def posts_waiting(request) -> int | None:
    """Posts that wait for a yes, or for a "still stands"."""
    return urgent_count() or None


def facts_waiting(request) -> int | None:
    """Statements that wait for somebody's approval, for who may give it."""
    return waiting_for(request.user.by) or None if request.user.may("facts.approve") else None


def put_on_rail() -> None:
    """Today, then the rooms that exist."""
    know, talk, thank, hear = _("Know"), _("Talk"), _("Thank"), _("Hear")
    learn, connect = _("Learn"), _("Connect")
    order("", know, talk, thank, hear, learn, connect)
    register(
        Place("today", _("Today"), "today", "web:today", near=True, may=may("people.view")),
        Place("people", _("People"), "people", "web:people", know, near=True, may=may("people.view")),
        Place("segments", _("Segments"), "segments", "web:segments", know, near=True, may=may("segments.view")),
        Place("duplicates", _("Duplicates"), "duplicates", "web:duplicates", know, may=may("people.view")),
        Place("journeys", _("Journeys"), "journeys", "web:journeys", talk, near=True, may=may("journeys.view")),
        Place("broadcasts", _("Broadcasts"), "broadcasts", "web:broadcasts", talk, may=may("messages.view")),
        Place("inbox", _("Inbox"), "inbox", "web:inbox", talk, near=True, may=may("inbox.view"), count=waiting),
        Place("publish", _("Publish"), "calendar", "web:publish", talk, may=may("social.view"), count=posts_waiting),
        Place("facts", _("Facts"), "facts", "web:facts", talk, may=may("content.view"), count=facts_waiting),
        Place("library", _("Library"), "file", "web:library", talk, near=True, may=may("content.view")),
        Place("messages", _("Messages"), "messages", "web:messages", talk, may=may("messages.view")),
        Place("delivery", _("Delivery"), "send", "web:delivery", talk, may=may("messages.view")),
        Place("loyalty", _("Programme"), "loyalty", "web:loyalty", thank, may=may("loyalty.view")),
        Place("rewards", _("Rewards"), "gift", "web:rewards", thank, may=may("loyalty.view")),
        Place("referrals", _("Friends"), "people", "web:referrals", thank, may=may("loyalty.view")),
        Place("surveys", _("Surveys"), "survey", "web:surveys", hear, may=may("feedback.view")),
        Place("listening", _("Listening"), "listening", "web:listening", hear, may=may("social.view")),
        Place("retention", _("Retention"), "retention", "web:retention", learn, near=True, may=may("insights.view")),
        Place("value", _("Value"), "value", "web:value", learn, near=True, may=may("insights.view")),
        Place("social", _("Social"), "value", "web:social", learn, may=may("social.view")),
        Place("advice", _("Recommend"), "advice", "web:advice", learn, may=may("insights.view")),
        Place("accounts", _("Accounts"), "message", "web:accounts", connect, may=may("networks.manage")),
        Place("tills", _("Tills"), "key", "till:devices", connect, may=may("till.manage")),
        Place("sources", _("Sources"), "sources", "web:sources", connect, may=may("sources.view")),
        Place("policy", _("Policy"), "policy", "web:policy", connect, may=may("staff")),
        Place(
            "settings", _("Settings"), "settings", "web:settings", connect, may=may("settings.edit", "health.view")
        ),
    )
