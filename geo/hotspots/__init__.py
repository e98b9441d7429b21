"""Hotspots: areas found by any method, ranked, named and described in one table."""
