"""The presenter view: the briefing on the wall of the meeting room, one slide at a time."""

from dashboard.presenter.component import show

__all__ = ["show"]
