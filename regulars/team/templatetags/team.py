"""`{% load team %}`: `{% if request|may:"people.merge" %}`."""

from django import template

from regulars.team import permissions

register = template.Library()


@register.filter
def may(request, permission: str) -> bool:
    """Whether who is signed in has the permission."""
    return permissions.may(request, permission)


@register.filter
def role_names(roles) -> str:
    """'Owner, Marketer' for role keys."""
    return ", ".join(permissions.labels(roles))
