"""Whose files and uploads are whose, as Streamlit keeps them.

Streamlit gives a file to everybody who knows its address, so the gate asks here first. What is read
are Streamlit's own lists, which have no public names; where they are not as expected, nobody owns
anything.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime

Subject = tuple[str, str]

_FILES_KEPT = 500
_ANSWER_BYTES_AT_MOST = 4_096
_ALLOWED = {"rerun_script", "stop_script", "file_urls_request", "app_heartbeat"}


class Files:
    """Files that were made when somebody asked, which stand in none of Streamlit's lists."""

    def __init__(self) -> None:
        self._made: dict[Subject, OrderedDict[str, None]] = {}

    def note_answer(self, subject: Subject, message: bytes) -> None:
        """Take note of the file that an answer from the server offers to somebody."""
        if len(message) > _ANSWER_BYTES_AT_MOST or b"/media/" not in message:
            return
        answer = ForwardMsg()
        answer.ParseFromString(message)
        if answer.WhichOneof("type") != "backend_operation_response":
            return
        url = answer.backend_operation_response.deferred_file.url
        made = self._made.setdefault(subject, OrderedDict())
        made[file_id(url)] = None
        while len(made) > _FILES_KEPT:
            made.popitem(last=False)

    def owns(self, subject: Subject, path: str) -> bool:
        """Say whether a file was made for somebody, or is on one of their pages."""
        wanted = file_id(path)
        return wanted in self._made.get(subject, ()) or any(
            wanted in _files_of(session) for session in _sessions_of(subject)
        )


def file_id(path: str) -> str:
    """Give the name of a file without its folder and ending.

    >>> file_id("/media/0f3a.csv")
    '0f3a'
    """
    return PurePosixPath(path).stem


def owns_session(subject: Subject, session: str) -> bool:
    """Say whether somebody has a session of this name."""
    return session in _sessions_of(subject)


def may_ask(subject: Subject, message: bytes) -> bool:
    """Say whether somebody may send a message to the server: to run pages and to make own files.

    What Streamlit offers beside that, as emptying the caches of all, nobody needs.
    """
    asked = BackMsg()
    try:
        asked.ParseFromString(message)
    except Exception:  # protobuf's own error has no stable name
        return False
    kind = asked.WhichOneof("type")
    if kind == "backend_operation_request":
        operation = asked.backend_operation_request
        if operation.WhichOneof("payload") != "deferred_file":
            return False
        return _maker(operation.deferred_file.file_id) in _sessions_of(subject)
    return kind in _ALLOWED


def run_again() -> bytes:
    """Make the message that has a page run in full, whatever was asked of it."""
    asked = BackMsg()
    asked.rerun_script.query_string = ""
    message: bytes = asked.SerializeToString()
    return message


def _sessions_of(subject: Subject) -> set[str]:
    return {name for name, claims in _sessions() if _subject_in(claims) == subject}


def _subject_in(claims: Mapping[str, Any]) -> tuple[object, object]:
    return claims.get("iss"), claims.get("sub")


def _sessions() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for info in Runtime.instance()._session_mgr.list_sessions():
        yield info.session.id, info.session._user_info


def _files_of(session: str) -> set[str]:
    files = Runtime.instance().media_file_mgr._files_by_session_and_coord
    return set(dict(files.get(session, {})).values())


def _maker(file: str) -> str | None:
    entry = Runtime.instance().media_file_mgr._deferred_callables.get(file)
    return None if entry is None else entry["session_id"]
