"""Where postcodes are: OS Code-Point Open of Greater London and around it, as packaged."""

from geo.postcodes.lookup import Postcodes, load_postcodes

__all__ = ["Postcodes", "load_postcodes"]
