"""What a pack was made of: fingerprint, settings, versions; so that it can be made again."""

import json
import platform
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from dashboard.brief.model import Brief, ExactBrief, ReleasedBrief
from geo.analysis import plain
from geo.disclosure.levels import IN_WORDS

_PACKAGES = ("hotspots", "numpy", "pandas", "scipy", "shapely", "geopandas", "scikit-learn")
_FINGERPRINT = "Data fingerprint (SHA-256, first 16 letters)"
_SHOWN = 16  # letters of the fingerprint that people compare


def record_of(brief: Brief) -> dict[str, Any]:
    """Say what was asked, what it was made of, and the versions; JSON can hold it.

    Of exact figures these are the run records of all results, of others the record of the release.
    """
    return {
        "level": brief.level,
        "level_in_words": IN_WORDS[brief.level],
        "title": brief.title,
        "period": brief.period,
        "data_to": brief.data_to,
        "source": brief.source,
        "attribution": brief.attribution,
        "is_demonstration": brief.is_demonstration,
        "versions": versions(),
        **_made_of(brief),
    }


def _made_of(brief: Brief) -> dict[str, Any]:
    if isinstance(brief, ReleasedBrief):
        return {"release": dict(brief.record)}
    if not isinstance(brief, ExactBrief):
        return {}
    results = brief.results.items()
    return {
        "settings": plain(brief.settings),
        "results": {name: json.loads(result.record.to_json()) for name, result in results},
    }


def record_text(brief: Brief) -> str:
    """Write the record as JSON text."""
    return json.dumps(record_of(brief), indent=1, sort_keys=True, ensure_ascii=False, default=str)


def about_pack(brief: Brief, marking: str, notes: int) -> dict[str, Any]:
    """Say of a pack what the audit log needs: how it was made, and none of its figures."""
    return {
        "level": brief.level,
        "method": "pack",
        "period": brief.period,
        "marking": marking,
        "notes": notes,
        "record_sha256": sha256(record_text(brief).encode()).hexdigest(),
    }


@cache
def versions() -> dict[str, str]:
    """Give the versions of what computed the figures."""
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}


def record_rows(brief: Brief) -> tuple[tuple[str, str], ...]:
    """Give the record in short, as rows that fit on a page."""
    used = versions()
    libraries = ", ".join(f"{name} {used[name]}" for name in used if name != "hotspots")
    about: tuple[tuple[str, str], ...] = ()
    if isinstance(brief, ExactBrief):
        about = _exact_rows(brief)
    elif isinstance(brief, ReleasedBrief):
        about = _released_rows(brief)
    return (
        ("Level", IN_WORDS[brief.level]),
        *about,
        ("Version", f"hotspots {used['hotspots']}; {libraries}"),
    )


def _exact_rows(brief: ExactBrief) -> tuple[tuple[str, str], ...]:
    settings = brief.settings
    first = next(iter(brief.results.values()), None)
    fingerprint = first.record.data_fingerprint[:_SHOWN] if first else "none"
    located = first.record.located_in_words() if first else "none"
    return (
        (_FINGERPRINT, fingerprint),
        ("Incidents", located),
        ("Which incidents", settings.selection.in_words()),
        ("Period", brief.period),
        ("Compared with", brief.period_before or brief.why_not or "nothing"),
        ("Ward polygons", settings.vintage),
        ("Method", _words_of(settings.method)),
        ("Hotspots", _words_of(settings.hotspots)),
        ("Analyses", ", ".join(_analyses(brief)) or "none"),
    )


def _released_rows(brief: ReleasedBrief) -> tuple[tuple[str, str], ...]:
    record = brief.record
    params = record["params"]
    withheld = (
        f"{record['counts_withheld']:,} of {record['counts_released']:,} counts; those that "
        f"protect others could be at most {100 * record['gap']:.0f} % fewer"
    )
    return (
        (_FINGERPRINT, record["data_fingerprint"][:_SHOWN]),
        ("Which incidents", record["group"]),
        ("Period", record["period"]),
        ("Compared with", record["before"] or brief.why_not or "nothing"),
        ("Ward polygons", params["vintage"]),
        ("Smallest count shown", f"{params['smallest_shown']}, and 0"),
        ("Withheld in the whole release", withheld),
        ("Release", f"version {record['release_version']}"),
    )


def _words_of(settings: object) -> str:
    """Write settings as they were asked for; what is automatic says so."""
    values: dict[str, Any] = plain(settings)
    shown = ", ".join(
        f"{name.replace('_', ' ')} {'automatic' if value is None else value}"
        for name, value in values.items()
        if name != "type"
    )
    return f"{type(settings).__name__.removesuffix('Params')}: {shown}"


def _analyses(brief: ExactBrief) -> list[str]:
    return list(dict.fromkeys(r.record.analysis or r.record.method for r in brief.results.values()))
