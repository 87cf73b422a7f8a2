"""Fragments that pages of this room offer to the page of a person."""

from django.utils.translation import gettext_lazy as _

from regulars.core.plugs import Panel, register

register(Panel(page="person", title=_("Recommended next"), url_name="web:person_advice", order=15))
register(Panel(page="person", title=_("Messages"), url_name="web:person_messages", order=20))
register(Panel(page="person", title=_("Loyalty"), url_name="web:person_loyalty", order=10))
register(Panel(page="person", title=_("Conversations"), url_name="web:person_cases", order=24))
register(Panel(page="person", title=_("Surveys"), url_name="web:person_surveys", order=26))
