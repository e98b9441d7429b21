"""Figures by ward: the join, tables, change, and local statistics."""
