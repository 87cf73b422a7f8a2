"""Names of sources: one each, and free again when a source is revoked."""

import pytest

from regulars.events.actions import SourceError, create_source, revoke_source
from regulars.events.models import Source

pytestmark = pytest.mark.django_db


def test_a_name_is_free_again_when_its_source_is_revoked_and_the_old_one_keeps_a_name_of_its_own(at):
    first = create_source(name="Till at the door", by="user:1", at=at)
    with pytest.raises(SourceError, match="There is a source called “Till at the door” already"):
        create_source(name="Till at the door", by="user:1", at=at)
    for _ in range(2):
        revoke_source(source_id=Source.objects.get(name="Till at the door").id, by="user:1", at=at)
        create_source(name="Till at the door", by="user:1", at=at)
    assert Source.objects.get(id=first.id).name == f"Till at the door (revoked, no. {first.id})"
    assert Source.objects.filter(name__startswith="Till at the door", revoked_us=None).count() == 1
