"""API keys: list, make, revoke."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema

from regulars.core import clock
from regulars.team import actions, queries
from regulars.web.api.frame import Key, PathId, Text, by, responses

router = Router(tags=["Keys"])


class KeyOut(Schema):
    """A key; its secret is never shown again. `used_us` is to the hour."""

    id: int
    name: str
    prefix: str
    role: str
    created_us: int
    used_us: int | None
    revoked_us: int | None


class NewKey(Schema):
    """A name that says who uses the key, and its role: owner, marketer, agent, analyst or reader."""

    name: Text
    role: Text = "reader"


class MadeKey(KeyOut):
    """A new key with its secret."""

    secret: str


@router.get("", response=responses(list[KeyOut]), auth=Key("keys.manage"), summary="API keys")
def list_keys(request: HttpRequest):
    """All keys, usable ones first."""
    return list(queries.keys())


@router.post("", response=responses(MadeKey, ok=201), auth=Key("keys.manage"), summary="Make an API key")
def make_key(request: HttpRequest, new: NewKey):
    """The answer holds the secret, this once. Audited."""
    key, secret = actions.make_key(name=new.name, role=new.role, by=by(request), at=clock.now_us())
    shown = {name: getattr(key, name) for name in KeyOut.model_fields}
    return 201, shown | {"secret": secret}


@router.delete("/{key_id}", response=responses(KeyOut), auth=Key("keys.manage"), summary="Revoke an API key")
def revoke_key(request: HttpRequest, key_id: PathId):
    """It ends at once. Revoking it again changes nothing. Audited."""
    return actions.revoke_key(key_id=key_id, by=by(request), at=clock.now_us())
