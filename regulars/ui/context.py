"""What every page knows: the business it serves and the time it is made at."""

from django.http import HttpRequest

from regulars.core import clock
from regulars.core.models import Business


def page(request: HttpRequest) -> dict:
    """`business` and `now_us`, for formats and relative times."""
    return {"business": Business.load(), "now_us": clock.now_us()}
