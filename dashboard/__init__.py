"""Everything shown: pages, maps, exports and the command line."""
