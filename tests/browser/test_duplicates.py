"""Almost certain duplicates in a browser: the list, one button that merges all, one that takes all back."""

import pytest

from regulars.people.actions import Sighting, record_sightings
from regulars.people.actions.accepting import merge_surest
from regulars.people.actions.profiling import refresh_profiles
from regulars.people.linkage import suggest_duplicates
from regulars.people.models import Acceptance, Node
from tests.browser.checks import faults, too_wide
from tests.browser.conftest import WIDTHS
from tests.stories.test_duplicates_at_once import tell

pytestmark = pytest.mark.story


@pytest.fixture
def doubles(tab, at):
    """Six people, four of whom are there twice, and a couple with one phone."""
    for key, first in (("1", "Dora"), ("2", "Erik")):
        traits = {"firstName": first, "lastName": "Berg"}
        one = Sighting("shop", (("user", key),), (("phone", "07700 900333"),), traits, (), at)
        record_sightings(sightings=[one], source_id=1, at=at)
    tell("web", at)
    tell("till", at, twice=4)
    refresh_profiles(person_ids=list(Node.objects.values_list("id", flat=True)))
    suggest_duplicates(at=at)
    return tab


def test_all_are_merged_by_one_button_and_taken_back_by_another(doubles, at):
    doubles.goto("/duplicates")
    doubles.get_by_role("link", name="Look at them together").click()
    doubles.get_by_role("button", name="Merge all 4 pairs").click()
    doubles.get_by_text("Merging 4 pairs.").wait_for()
    merge_surest(acceptance_id=Acceptance.objects.get().id, at=at)
    doubles.get_by_text("4 of 4").wait_for()
    assert Node.objects.values("person_id").distinct().count() == 8
    doubles.get_by_role("button", name="Take all 4 merges back").click()
    doubles.get_by_text("Taking all of them back").wait_for()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_of_almost_certain_pairs_can_be_read_by_everybody(doubles, width, scheme):
    doubles.set_viewport_size(WIDTHS[width])
    doubles.emulate_media(color_scheme=scheme)
    for address in ("/duplicates", "/duplicates/sure", "/duplicates?state=shared"):
        doubles.goto(address)
        assert (too_wide(doubles), faults(doubles)) == (0, []), address
