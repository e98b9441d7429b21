"""No traceback on any page: what a person can mend is said with its remedy, the rest is logged."""

import logging
import secrets
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.errors import FragmentHandledException

from boundaries.errors import HotspotsError
from dashboard import furniture
from dashboard.escape import one_line

_LOG = logging.getLogger("hotspots")


@contextmanager
def guarded() -> Iterator[None]:
    """Show what goes wrong inside, and go on with what follows."""
    try:
        yield
    except FragmentHandledException:
        return  # it has been shown where it happened
    except Exception as error:
        show(error)


def show(error: Exception) -> bool:
    """Say what is wrong; True says that nothing else needs to be shown.

    What nobody using the page can mend is written to the log under a reference.
    """
    if isinstance(error, HotspotsError):
        furniture.error(error)
        return True
    if isinstance(error, OSError):
        furniture.error(_system_in_words(error))
        _LOG.warning("%s: %s", type(error).__name__, one_line(str(error)))
        return True
    if isinstance(error, MemoryError):
        furniture.error("This needs more memory than there is. Choose less data or larger cells.")
        return True
    reference = secrets.token_hex(4).upper()
    _LOG.error("Reference %s%s", reference, _traceback_of(error, reference))
    st.error(
        "Something went wrong here that is not your doing. The rest of the page may still be "
        "used; going back to the defaults in the sidebar may help. Whoever looks after this "
        f"dashboard finds the details in its log under the reference **{reference}**."
    )
    return True


def _traceback_of(error: Exception, reference: str) -> str:
    """Write a traceback whose lines begin with the reference: text in it can pass for no entry."""
    lines = "".join(traceback.format_exception(error)).splitlines()
    return "".join(f"\n{reference} | {_indent(line)}{one_line(line)}" for line in lines)


def _indent(line: str) -> str:
    return " " * (len(line) - len(line.lstrip(" ")))


def _system_in_words(error: OSError) -> str:
    """Say what the operating system says, without its number.

    >>> _system_in_words(PermissionError(13, "Permission denied", "a.csv")).split(". ")[0]
    'a.csv: Permission denied'
    """
    said = error.strerror or str(error) or type(error).__name__
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{said}. Check that the file or folder is there and may be used, and try again."
