"""The briefing: one model, which the page Briefing and every pack show."""
