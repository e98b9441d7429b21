"""The few pages that somebody sees who is not let in: plain HTML that needs nothing else."""

from html import escape
from urllib.parse import quote

LOGIN, LOGOUT = "/auth/login", "/auth/logout"
NEXT = "next"

HEADERS = {"content-type": "text/html; charset=utf-8", "cache-control": "no-store"}

_PAGE = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} - Hotspots in Hammersmith &amp; Fulham</title>
<style>
body {{ font: 1.05rem/1.5 Arial, Helvetica, sans-serif; margin: 0; }}
main {{ max-width: 34rem; margin: 12vh auto 0; padding: 0 1.25rem; }}
p.product {{ margin: 0; opacity: .85; }}
h1 {{ font-size: 1.7rem; margin: .2rem 0 1rem; }}
a {{ display: inline-block; background: #1d70b8; color: #fff; text-decoration: none;
  padding: .6rem 1.2rem; border-radius: .3rem; font-weight: bold; }}
a:hover {{ background: #0f4a7f; }}
a:focus-visible {{ outline: 3px solid #1d70b8; outline-offset: 3px; }}
</style>
</head>
<body><main>
<p class="product">Hotspots in Hammersmith &amp; Fulham</p>
<h1>{title}</h1>
{text}
{link}
</main></body>
</html>
"""


def page(title: str, *sentences: str, link: tuple[str, str] | None = None) -> bytes:
    """Make a page of sentences and perhaps one link, given as its words and where it leads."""
    text = "\n".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    shown = "" if link is None else f'<p><a href="{escape(link[1])}">{escape(link[0])}</a></p>'
    return _PAGE.format(title=escape(title), text=text, link=shown).encode()


def sign_in_link(wanted: str = "/") -> str:
    """Give the address that begins a sign-in and leads back to where somebody wanted to go."""
    return f"{LOGIN}?{NEXT}={quote(wanted, safe='')}"


def is_own_address(wanted: str) -> bool:
    r"""Say whether an address is a page of this dashboard, so that nobody is sent elsewhere.

    >>> [is_own_address(a) for a in ("/wards?a=b", "//x.org", "/\\x.org", "https://x.org", "")]
    [True, False, False, False, False]
    """
    if not wanted.startswith("/") or wanted.startswith(("//", "/auth/", "/oauth2callback")):
        return False
    return len(wanted) <= 2_000 and wanted.isascii() and wanted.isprintable() and "\\" not in wanted
