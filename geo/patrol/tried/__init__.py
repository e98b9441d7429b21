"""How plans made in the same way did."""
