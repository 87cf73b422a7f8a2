"""Google's and X's way of giving tokens, on loopback."""

from __future__ import annotations

from regulars.channels.tests.networks.loopback import Answer, Asked, Net


class Tokens:
    """A token endpoint. `good`: the access token that works; `rotate`: each refresh token works once."""

    def __init__(self, net: Net, *, rotate: bool = False, path: str = "/token") -> None:
        self.number, self.rotate, self.refresh, self.refused = 1, rotate, "r1", False
        net.on("POST", path)(self.give)

    @property
    def good(self) -> str:
        return f"a{self.number}"

    def give(self, asked: Asked):
        if self.refused or asked.said["refresh_token"] != self.refresh:
            return Answer({"error": "invalid_grant", "error_description": "Token has been revoked."}, 400)
        self.number += 1
        answer = {"access_token": self.good, "expires_in": 3600, "token_type": "Bearer"}
        if self.rotate:
            self.refresh = f"r{self.number}"
            answer["refresh_token"] = self.refresh
        return answer

    def check(self, asked: Asked) -> Answer | None:
        """401 for any other token."""
        if asked.headers.get("authorization") == f"Bearer {self.good}":
            return None
        return Answer({"error": {"code": 401, "message": "Invalid Credentials", "status": "UNAUTHENTICATED"}}, 401)
