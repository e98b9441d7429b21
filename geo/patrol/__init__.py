"""Patrol focus areas: where teams stand in a shift, why, in what order, and how it went."""
