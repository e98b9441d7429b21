"""What the page Wards shows: figures by ward, a profile of one, years, and old and new wards."""
