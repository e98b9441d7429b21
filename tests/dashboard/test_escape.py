import html
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dashboard.escape import esc, file_name, one_line, plain, printable, script_json
from tests import payloads

TEXT = (
    st.text()
    | st.text(alphabet="<>&'\"`${}\\/!-script\u2028\u2029\u202e\0", max_size=40)
    | st.sampled_from(payloads.ALL)
)
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def seen(text: str) -> str:
    """Give a text with what turns the direction of writing shown as such."""
    return TURNS.sub("\ufffd", text)


@given(TEXT)
def test_escaped_text_reads_the_same_and_holds_no_sign_of_markup_or_template(text):
    escaped = esc(text)
    assert html.unescape(escaped) == seen(text).replace("\0", "\ufffd")
    assert not set(escaped) & set("<>\"'`$\\\0")


class Reader(HTMLParser):
    """Read a page the way a browser does."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("text", payloads.ALL)
@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_payload_is_one_text_and_one_attribute(text, quote):
    reader = Reader()
    reader.feed(f"<p title={quote}{esc(text)}{quote}>{esc(text)}</p>")
    reader.close()
    read = seen(text).replace("\0", "\ufffd")
    assert reader.elements == [("p", {"title": read})]
    assert reader.text == read


@given(TEXT)
def test_json_in_a_script_reads_the_same_and_cannot_leave_the_script(text):
    value = {"text": [text, 1, None], f"key {text}": 2.5}
    written = script_json(value)
    assert json.loads(written) == value
    assert not set(written) & set("<>&\u2028\u2029")


def test_not_text_is_written_as_text():
    assert esc(None) == "None"
    assert esc(1.5) == "1.5"


# ---- Markdown ------------------------------------------------------------------------------------

MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})
SIGNS = st.text(alphabet="<>&;'\"`*_~[]()!#+-=|:.\\$12 \nax@", max_size=60)


@given(SIGNS | st.sampled_from([*payloads.MARKUP, *payloads.TEMPLATES, *payloads.MARKDOWN]))
def test_markdown_reads_only_words_into_a_text(text):
    tokens = [one for token in MARKDOWN.parse(plain(text)) for one in (token.children or [token])]
    kinds = {token.type for token in tokens}
    assert kinds <= {"text", "softbreak", "hardbreak", "paragraph_open", "paragraph_close"}
    words = "".join(token.content or "\n" for token in tokens if not token.type.startswith("par"))
    assert "".join(words.replace("\u2060", "").split()) == "".join(text.split())


@pytest.mark.parametrize("text", payloads.MARKDOWN)
def test_no_address_is_left_for_a_browser_to_make_a_link_of(text):
    assert not re.search(r"https?:\\?//|www\.|\w@\w", plain(text))


# ---- lines, office files, names ------------------------------------------------------------------


@given(TEXT)
def test_a_line_is_one_line_and_shows_what_a_terminal_would_obey(text):
    line = one_line(text)
    assert line.isprintable()
    assert len(line.splitlines()) <= 1


@given(TEXT)
def test_office_files_get_only_what_their_xml_can_hold(text):
    held = printable(text)
    assert all(c.isprintable() or c in "\n\t" for c in held)
    assert [c for c in held if c.isalnum()] == [c for c in text if c.isalnum() and c.isprintable()]


@given(TEXT, st.sampled_from([".csv", ".run.json", ".pdf"]))
def test_a_name_of_a_file_is_one_on_every_system(text, ending):
    name = file_name(text, ending)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*" + re.escape(ending), name)
    assert len(name) <= 100
    assert not re.match(r"(con|prn|aux|nul|com\d|lpt\d)[.-]", name)


@given(st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True))
def test_a_name_that_is_one_already_stays(words):
    assert file_name(words, ".csv") in {f"{words}.csv", f"file-{words}.csv"}
