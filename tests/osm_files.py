"""Writes small extracts of OpenStreetMap, as XML and as PBF, without a library that could agree
with the reader on a mistake.

The formats are described in https://wiki.openstreetmap.org/wiki/OSM_XML and .../PBF_Format.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from struct import pack
from xml.sax.saxutils import quoteattr

Place = tuple[float, float]


@dataclass(frozen=True)
class Way:
    """A way through nodes, by their names, with its tags."""

    nodes: Sequence[str]
    tags: Mapping[str, str] = field(default_factory=dict)


def write_osm(path: Path, nodes: Mapping[str, Place], ways: Iterable[Way]) -> Path:
    """Write XML; nodes are longitude and latitude."""
    number = {name: i for i, name in enumerate(nodes, 1)}
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
    lines += [
        f'<node id="{number[name]}" lat="{lat:.7f}" lon="{lon:.7f}"/>'
        for name, (lon, lat) in nodes.items()
    ]
    for i, way in enumerate(ways, 1):
        refs = "".join(f'<nd ref="{number[name]}"/>' for name in way.nodes)
        tags = "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in way.tags.items())
        lines.append(f'<way id="{i}">{refs}{tags}</way>')
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


def write_pbf(path: Path, nodes: Mapping[str, Place], ways: Iterable[Way]) -> Path:
    """Write the packed format, which is what one can download."""
    number = {name: i for i, name in enumerate(nodes, 1)}
    ways = list(ways)
    texts = ["", *sorted({text for way in ways for pair in way.tags.items() for text in pair})]
    at = {text: i for i, text in enumerate(texts)}
    group = b"".join(
        _part(1, _number(1, _zigzag(number[name])) + _place(8, lat) + _place(9, lon))
        for name, (lon, lat) in nodes.items()
    )
    of_ways = b"".join(_part(3, _way(i, way, number, at)) for i, way in enumerate(ways, 1))
    table = _part(1, b"".join(_part(1, text.encode()) for text in texts))
    header = _part(4, b"OsmSchema-V0.6")
    path.write_bytes(
        _blob(b"OSMHeader", header) + _blob(b"OSMData", table + _part(2, group) + _part(2, of_ways))
    )
    return path


def _way(i: int, way: Way, number: Mapping[str, int], at: Mapping[str, int]) -> bytes:
    ids = [0, *(number[name] for name in way.nodes)]
    steps = b"".join(_varint(_zigzag(b - a)) for a, b in pairwise(ids))
    keys = b"".join(_varint(at[key]) for key in way.tags)
    values = b"".join(_varint(at[value]) for value in way.tags.values())
    return _number(1, i) + _part(2, keys) + _part(3, values) + _part(8, steps)


def _blob(kind: bytes, content: bytes) -> bytes:
    blob = _number(2, len(content)) + _part(3, zlib.compress(content))
    header = _part(1, kind) + _number(3, len(blob))
    return pack(">I", len(header)) + header + blob


def _place(key: int, degrees: float) -> bytes:
    return _number(key, _zigzag(round(degrees * 1e7)))


def _number(key: int, value: int) -> bytes:
    return _varint(key << 3) + _varint(value)


def _part(key: int, content: bytes) -> bytes:
    return _varint(key << 3 | 2) + _varint(len(content)) + content


def _zigzag(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])
