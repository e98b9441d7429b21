"""ZIP files, also those inside Office documents, whose bytes do not depend on the clock."""

import io
import re
import zipfile
from collections.abc import Mapping

_TIME = (1980, 1, 1, 0, 0, 0)
_WRITTEN = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms)")
_PROPERTIES = "docProps/core.xml"


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Put files into a ZIP; the same files always give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def without_times(document: bytes) -> bytes:
    """Take the times of writing out of an Office document."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    fixed = rb"\g<1>1980-01-01T00:00:00Z\g<3>"
    files[_PROPERTIES] = _WRITTEN.sub(fixed, files[_PROPERTIES])
    return zipped(files)
