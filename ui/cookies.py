"""The cookies of this site: who is signed in, which language, which theme."""

from collections.abc import Mapping

from starlette.responses import Response

SESSION = "nexus_session"
LANGUAGE = "nexus_bahasa"
THEME = "nexus_tema"

TOKEN_LENGTH = 128
"""Longest session token that is looked up, in characters; ours are shorter."""

YEAR = 365 * 24 * 3600


def session_token(cookies: Mapping[str, str]) -> str:
    """The session token that a browser sent, or an empty string."""
    token = cookies.get(SESSION, "")
    return token if len(token) <= TOKEN_LENGTH and token.isascii() else ""


def keep_session(response: Response, token: str, hours: int) -> None:
    """Give the browser its session token for `hours`; scripts cannot read it, other sites cannot send it."""
    response.set_cookie(SESSION, token, max_age=hours * 3600, path="/", httponly=True, samesite="strict")


def drop_session(response: Response) -> None:
    """Take the session token back."""
    response.delete_cookie(SESSION, path="/", httponly=True, samesite="strict")


def keep_language(response: Response, language: str) -> None:
    """Remember the chosen language for a year."""
    response.set_cookie(LANGUAGE, language, max_age=YEAR, path="/", samesite="strict")
