r"""The only ways for text that people or files wrote to get out: one for each kind of output.

- :func:`esc` for HTML, its attributes, SVG, and HTML inside a JavaScript template literal
- :func:`script_json` for JSON in a script element
- :func:`shown_json` for JSON that the scripts of a page turn into text
- :func:`plain` for Markdown, which is what most of Streamlit's elements read
- :func:`printable` for the XML of office files
- :func:`one_line` for log lines, terminals and headers
- :func:`file_name` for names of files
- :func:`geo.spreadsheet_text.guard` for cells of CSV files and workbooks; it stands there because
  what it writes is read there

What is shown shows also the marks that turn the direction of writing round: left in, one of them
in a name makes "72 incidents" read as "27".
"""

import html
import json
import re
import unicodedata
from typing import Any

_TURNS = str.maketrans(dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\ufffd"))
"""Marks that turn the direction of writing round (Unicode Standard Annex 9, section 2)."""
# The same marks as JSON writes them; every other escape is read past as a whole.
_ESCAPES = re.compile(r"\\(?:u(202[a-e]|206[6-9])|.)")
_MARKUP = str.maketrans({"`": "&#96;", "$": "&#36;", "\\": "&#92;", "\0": "\ufffd"})
_SCRIPT = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)
_LINKS = re.compile(r"(?i)(https?:(?=//)|www(?=\.)|@)")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|<>$~:&=-])")
_INDENTED = re.compile(r"(?m)^[ \t]+")
_NUMBERED = re.compile(r"(?m)^(\d+)\.")
_LONGEST_NAME = 80
# Names of devices, which Windows takes for the devices whatever their ending.
_DEVICES = re.compile(r"(con|prn|aux|nul|(com|lpt)\d)(?=-|$)")


def esc(text: object) -> str:
    """Escape text for HTML, attributes, SVG and template literals.

    Text in a folium map ends up inside HTML inside a JavaScript template literal, where backticks
    and ``${...}`` run: escaping HTML alone is not enough.

    >>> esc("<b>`${alert(1)}`")
    '&lt;b&gt;&#96;&#36;{alert(1)}&#96;'
    """
    return html.escape(str(text), quote=True).translate(_MARKUP).translate(_TURNS)


def script_json(value: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    r"""Write JSON that cannot close the script element it stands in.

    >>> script_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    return json.dumps(value, separators=(",", ":"), allow_nan=False).translate(_SCRIPT)


def shown_json(written: str) -> str:
    r"""Replace marks that turn the direction of writing in JSON whose texts will be shown.

    >>> shown_json(json.dumps("a\u202eb\\u202e"))
    '"a\\ufffdb\\\\u202e"'
    """
    return _ESCAPES.sub(lambda found: "\\ufffd" if found[1] else found[0], written)


def plain(text: str) -> str:
    r"""Keep Markdown from reading anything into text that may hold people's data.

    Addresses of pages and people become links whatever is escaped, so they are broken by a word
    joiner (U+2060), which is not seen.

    >>> plain("2 * 3 [x](y)")
    '2 \\* 3 \\[x\\]\\(y\\)'
    >>> plain("www.x.org") == "www\u2060.x.org"
    True
    """
    unlinked = _LINKS.sub("\\1\u2060", _INDENTED.sub("", text))
    return _NUMBERED.sub(r"\1\\.", _MARKDOWN.sub(r"\\\1", unlinked)).translate(_TURNS)


def printable(text: str) -> str:
    r"""Leave out what XML cannot hold and marks that turn the rest of a line round.

    >>> printable("Shepherd's\xa0Bush\x00\u202e")
    "Shepherd's Bush"
    """
    spaced = "".join(" " if unicodedata.category(c).startswith("Z") else c for c in text)
    return "".join(c for c in spaced if c.isprintable() or c in "\n\t")


def one_line(text: str) -> str:
    r"""Put a text on one line, and show what a terminal would obey.

    >>> one_line("two\n lines, \x1b[2J")
    'two lines, ?[2J'
    """
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))


def file_name(words: str, ending: str) -> str:
    """Name a file in small letters that every file system and every header takes.

    Parameters
    ----------
    words
        May hold anything; other signs than letters and digits part the words of the name.
    ending
        From the program, not from data: ``.csv``.

    >>> file_name("../Zoë's café: May 2017", ".pdf")
    'zoe-s-cafe-may-2017.pdf'
    >>> file_name("CON", ".csv")
    'file-con.csv'
    """
    letters = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:_LONGEST_NAME].strip("-")
    if not stem or _DEVICES.match(stem):
        stem = f"file-{stem}".strip("-")
    return f"{stem}{ending}"
