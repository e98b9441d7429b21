"""Packs: a briefing as a file to take away, all of them made of one model."""
