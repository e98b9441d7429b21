"""Whether the audit log holds, said at the top of the page."""

import streamlit as st

from dashboard import furniture
from dashboard.audit.checking import Verdict
from dashboard.words import plural

_NOT_SHOWN_BY_IT = (
    "That the end of the log was cut off shows only against a head that is kept elsewhere: keep "
    "the line below, and give it to `hotspots audit verify --head` some time later."
)


def show_verdict(verdict: Verdict) -> None:
    """Say what checking the whole log has found, and give its head to keep."""
    if verdict.holds:
        found = plural(verdict.entries, "entry", "entries")
        st.success(f"The log holds: {found}, none of them changed, missing or moved.")
    else:
        problems = "".join(f"\n- {furniture.plain(str(one))}" for one in verdict.problems)
        st.error(
            "The log was changed. Keep a copy of it as it is, and compare it with a backup."
            + problems
        )
    for remark in verdict.notes:
        st.warning(furniture.plain(remark))
    if verdict.head is not None:
        with st.expander("The head of the log, to keep elsewhere"):
            st.write(_NOT_SHOWN_BY_IT)
            st.code(str(verdict.head), language=None)
