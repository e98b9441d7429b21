"""The parts of the page Wards for partners."""
