"""The briefing for partners and the public, made of a release."""
