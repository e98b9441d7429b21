"""What the demonstration data is made to look like: published shares, and what was made up.

Only what is marked as published has a source. Everything else was invented so that the maps and
clocks have something plausible to show, and must not be quoted.
"""

from datetime import date

SEED = 1_727

# Published, as incidents of every hundred: the strategy's shares of victims by age and ethnicity.
# The other bands of age, and how the remaining 16 % of ethnicity divide, are invented.
AGE_BANDS = {"25-34": 31, "35-44": 20, "18-24": 17, "45-54": 13, "0-17": 9, "55-64": 6, "65+": 4}
ETHNICITIES = {"white": 38, "black": 30, "Asian": 16, "other": 7, "not known": 5, "mixed": 4}

# Published: 357 of 2,449 victims, 15 %. Here a repeat is an incident whose ``victim_ref`` stands
# in an earlier incident of the file; 15 % of 1,727, rounded, is 259.
REPEAT_SHARE = 0.15

# Invented from here on.
CATEGORIES = {
    "Public order": 46,
    "Violence against the person": 30,
    "Malicious communications and harassment": 14,
    "Criminal damage": 10,
}

# Of the incidents with two strands: which pairs, of every hundred.
STRAND_PAIRS: dict[tuple[str, ...], int] = {
    ("race", "religion or belief"): 80,
    ("race", "sexual orientation"): 14,
    ("sexual orientation", "transgender identity"): 6,
}

DAY_ONLY_SHARE = 0.05
MINUTES_ROUNDED_TO = 5

# Weight of each month from January; warmer months a little more.
MONTH_WEIGHTS = (0.92, 0.90, 0.97, 1.0, 1.06, 1.08, 1.12, 1.06, 1.02, 1.0, 0.95, 0.92)

# The month after the referendum of 23 June 2016, when recorded hate crime rose in England and
# Wales (Home Office, Hate Crime, England and Wales, 2016/17); by how much here is invented.
RISE_MONTHS = {date(2016, 7, 1): 1.55}

# Weight of each hour from midnight.
_WORKING_DAY = (5, 3, 2, 1, 0.7, 0.7, 1, 2, 5, 5, 5, 6, 7, 7, 7, 9, 11, 14, 15, 14, 13, 11, 10, 8)
_FRIDAY = (*_WORKING_DAY[:17], 14, 15, 15, 14, 14, 15, 16)
_SATURDAY = (17, 14, 10, 5, 1.5, 0.8, 1, 1, 3, 4, 5, 6, 8, 8, 8, 9, 11, 14, 15, 15, 14, 14, 15, 16)
_SUNDAY = (17, 14, 10, 5, 1.5, 0.8, 1, 1, 2, 3, 4, 6, 7, 7, 7, 8, 10, 12, 12, 11, 10, 8, 7, 5)
HOUR_WEIGHTS = (*([_WORKING_DAY] * 4), _FRIDAY, _SATURDAY, _SUNDAY)
"""By weekday from Monday and hour from midnight; their sums weigh the weekdays."""

# Positions are points of a lattice, so that none can be an address.
LATTICE_M = 25
BORDER_MARGIN_M = 15
SPREAD_SHARE = 0.35
"""Share of a ward's weight that lies evenly on all of it; the rest lies around its places."""
PLACE_REACH_M = 90.0
"""Standard deviation of the weight around a place."""
PLACE_WEIGHTS = {
    "underground": 3.0,
    "underground/overground": 2.0,
    "underground/overground/national rail": 3.0,
    "overground/national rail": 2.0,
    "bus station": 3.0,
    "shopping centre": 3.0,
    "shopping street/centre": 3.0,
    "open space": 2.0,
    "market": 2.0,
    "square/theatre": 2.0,
    "venue": 2.0,
    "exhibition centre": 1.5,
    "stadium": 1.5,
    "hospital": 1.5,
}

REPEAT_LAG_MEAN_DAYS = 30.0
REPEAT_LAG_MAX_DAYS = 150
REPEAT_REACH_M = 60.0
"""Standard deviation of how far a repeat lies from the incident before it."""
