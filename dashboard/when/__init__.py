"""The page When: hours, weekdays, months and days of incidents, and the map of chosen hours."""
