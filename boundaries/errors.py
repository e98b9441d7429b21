"""The errors that people meet: each says what is wrong, where, and what to do.

All are ``ValueError``s, so code that knows nothing of this package can still catch them.
"""


class HotspotsError(ValueError):
    """Base of every error that this project raises for something a person can mend."""


class DataIntegrityError(HotspotsError):
    """A file that ships with the project is missing, altered or not what its registry says."""


class InputFileError(HotspotsError):
    """A file that was given cannot be used: names the file, where in it, and the remedy."""


class ParameterError(HotspotsError):
    """A setting is out of its bounds or unknown: names it, what was given, and what is allowed."""


class CrsError(HotspotsError):
    """Coordinates are in another reference system than the one needed; names both."""


class StoreError(HotspotsError):
    """A store cannot be opened, is in use for too long, damaged, or full: says which and why."""


class AlreadyImportedError(ParameterError):
    """All files of an import are in the store already, byte by byte."""


class TimeLimitError(HotspotsError):
    """A computation took longer than it may here: says how long that is, and what to do."""


class AuditError(HotspotsError):
    """The audit log cannot be written or read, or was cut: says which file, why, what to do."""


class AccessError(HotspotsError):
    """Nobody is signed in, or their role does not allow it: says which, and whom to ask."""
