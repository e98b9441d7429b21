"""Small invented files in the layouts that people have, and the real months where they are."""

import io
import zipfile
from pathlib import Path

SYNTHETIC_MONTHS = Path(__file__).parent / "data" / "police_uk"
SHARED_MONTHS = Path(__file__).resolve().parents[2] / "shared" / "data" / "incidents" / "police_uk"

STREET_HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,"
    "LSOA code,LSOA name,Crime type,Last outcome category,Context"
)


def folders_of_months() -> list[Path]:
    """Give the invented months, and the real ones where they lie beside the project."""
    return [folder for folder in (SYNTHETIC_MONTHS, SHARED_MONTHS) if folder.is_dir()]


def zip_of(members: dict[str, bytes]) -> bytes:
    """Make a ZIP archive in memory."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def zip_of_folder(folder: Path) -> bytes:
    """Make the archive that a download of the folder's months would be."""
    return zip_of(
        {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*.csv"))
        }
    )
