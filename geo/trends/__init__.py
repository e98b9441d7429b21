"""Counts over months, quarters and years: all incidents, and groups of them."""
