"""Audit: who did what and when, and whether the log of it holds; for administrators."""

import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import access, furniture
from dashboard.audit.checking import check
from dashboard.audit.log import AuditLog
from dashboard.audit_page.holds import show_verdict
from dashboard.audit_page.listing import show_entries


def show() -> None:
    """Show the page to who may read the log."""
    st.title("Audit")
    try:
        access.require("read the audit log")
        log = AuditLog.here()
        st.caption(
            f"The log is {furniture.plain(str(log.path))}. It holds no incident and no victim; "
            "docs/user-guide/audit.md says what is in it."
        )
        show_verdict(check(log))
        show_entries(list(log.entries()))
    except HotspotsError as error:
        furniture.error(error)
