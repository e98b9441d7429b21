"""Everything computed: incidents in, results out."""
