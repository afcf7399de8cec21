"""The shop's own two APIs, as its buyers and clerks use them: none of our code is in between."""

from typing import Any, Final

import httpx

WAIT_SECONDS_MAX: Final = 60


class Api:
    """A visitor's or clerk's session; what the shop refuses is raised."""

    def __init__(self, url: str, path: str) -> None:
        """Speak to `admin-api` or `shop-api` of the shop at *url*."""
        self._url = f"{url}/{path}"
        self._http = httpx.Client(trust_env=False, timeout=WAIT_SECONDS_MAX)

    def __call__(self, question: str, **variables: Any) -> Any:
        """Ask, or do, and return the data."""
        answer = self._http.post(self._url, json={"query": question, "variables": variables})
        if token := answer.headers.get("vendure-auth-token"):
            self._http.headers["authorization"] = f"Bearer {token}"
        told = answer.json()
        assert "errors" not in told, told["errors"]
        return told["data"]

    def one(self, question: str, **variables: Any) -> Any:
        """Do one thing and return it; what the shop refuses fails."""
        (found,) = self(question, **variables).values()
        assert not (isinstance(found, dict) and "errorCode" in found), found
        return found

    def close(self) -> None:
        """Leave."""
        self._http.close()


def clerk(url: str, password: str) -> Api:
    """Return a session of the shop's owner."""
    admin = Api(url, "admin-api")
    login = 'mutation($p:String!){login(username:"superadmin",password:$p){__typename ... on ErrorResult{errorCode message}}}'
    admin.one(login, p=password)
    return admin
