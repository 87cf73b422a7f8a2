"""The settings of the demo: those of the house, and the page of caught mail."""

from regulars.config.settings import *  # noqa: F403
from regulars.config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "regulars.demo"]
ROOT_URLCONF = "regulars.demo.urls"
