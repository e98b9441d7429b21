"""Incidents kept between two sessions, with where they came from and what became of every row."""

from geo.store.interface import ImportEntry as ImportEntry
from geo.store.interface import LogEntry as LogEntry
from geo.store.interface import Preview as Preview
from geo.store.interface import PurgeReport as PurgeReport
from geo.store.interface import Store as Store
from geo.store.opening import default_location as default_location
from geo.store.opening import open_store as open_store
