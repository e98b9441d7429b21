"""Where :mod:`dashboard.escape` was before; import from there."""

from dashboard.escape import esc, script_json

__all__ = ["esc", "script_json"]
