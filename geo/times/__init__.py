"""When incidents happen: hours, weekdays, shifts and months."""
