"""What adding an import would do, also where there is no store yet."""

from geo.look_alikes import look_alikes
from geo.readers import Import
from geo.store import Preview, Store
from geo.store.adding import previewed, refuse_demonstration
from geo.store.versions import Rows, compare


def preview_of(store: Store | None, imported: Import) -> Preview:
    """Ask the store, or say what the first import of a new one would do; nothing is written.

    Raises
    ------
    ParameterError
        It is the synthetic demonstration data.
    StoreError
        The store cannot be read.
    """
    if store is not None:
        return store.preview(imported)
    refuse_demonstration(imported)
    rows = Rows.of(imported.incidents.frame, imported.origin)
    comparison = compare(rows.keys, rows.hashes, [])
    return previewed(imported, rows, comparison, {}, look_alikes(imported.incidents))
