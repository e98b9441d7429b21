"""What the server is told before it listens, and what it must not have been told otherwise.

``hotspots serve`` gives the server safe settings as arguments. Whoever starts it in another way may
have others in the environment or in a file, so they are looked at here, where none goes round.
"""

import logging
from typing import Any

from starlette.middleware import Middleware
from streamlit import config

from boundaries.errors import AccessError
from dashboard.sign_in.gate import Gate
from dashboard.sign_in.hosts import is_loopback, is_loopback_name
from dashboard.sign_in.settings import SignIn, configured

NOT_LISTENING = (
    "Without sign-in the dashboard listens on 127.0.0.1 only, and {host} is not this computer "
    "alone. Set up sign-in and name its file with --sign-in or HOTSPOTS_SIGN_IN; "
    "docs/deployment.md says how."
)
_MUST_BE: dict[str, tuple[object, str]] = {
    "server.trustedUserHeaders": ({}, "headers that anybody can send would say who somebody is"),
    "server.enableAgentApi": (False, "programs could ask without having signed in"),
    "server.enableXsrfProtection": (True, "other sites could send files as if they were a person"),
    "server.enableCORS": (True, "other sites could read answers meant for a person"),
    "server.baseUrlPath": ("", "the dashboard needs a host of its own"),
}
_SIGN_IN_LOG = "streamlit.web.server.starlette.starlette_auth_routes"


def arguments() -> dict[str, Any]:
    """Give what the application of the server takes: its gate, and the secrets of the sign-in.

    Raises
    ------
    InputFileError
        The settings of the sign-in cannot be used.
    AccessError
        The server is set to let in whom it must not.
    """
    sign_in = configured()
    check(sign_in)
    logging.getLogger(_SIGN_IN_LOG).addFilter(_without_traceback)
    secrets = {} if sign_in is None else {"secrets": sign_in.for_streamlit()}
    return {"middleware": [Middleware(Gate, sign_in=sign_in)], **secrets}


def check(sign_in: SignIn | None) -> None:
    """Refuse settings of the server that would go round the gate."""
    for name, (wanted, why) in _MUST_BE.items():
        found = config.get_option(name)
        if (found or wanted) != wanted or (wanted is True and not found):
            msg = f"The setting {name} is not allowed to be changed here: {why}."
            raise AccessError(msg)
    host = config.get_option("server.address") or "0.0.0.0"
    if sign_in is None and not (is_loopback(host) or is_loopback_name(host)):
        raise AccessError(NOT_LISTENING.format(host=host))


def _without_traceback(record: logging.LogRecord) -> bool:
    """Log of a sign-in that failed only what kind of failure it was: the rest is people's data."""
    if record.exc_info and record.exc_info[0] is not None:
        record.msg = f"{record.getMessage()} ({record.exc_info[0].__name__})"
        record.args, record.exc_info, record.exc_text = (), None, None
    return True
