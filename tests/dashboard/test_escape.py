import html
import json

from hypothesis import given
from hypothesis import strategies as st

from dashboard.escape import esc, script_json

TEXT = st.text() | st.text(alphabet="<>&'\"`${}\\/!-script\u2028\u2029", max_size=40)


@given(TEXT)
def test_escaped_text_reads_the_same_and_holds_no_sign_of_markup_or_template(text):
    escaped = esc(text)
    assert html.unescape(escaped) == html.unescape(html.escape(text))
    assert not set(escaped) & set("<>\"'`$\\")


@given(TEXT)
def test_json_in_a_script_reads_the_same_and_cannot_leave_the_script(text):
    value = {"text": [text, 1, None], f"key {text}": 2.5}
    written = script_json(value)
    assert json.loads(written) == value
    assert not set(written) & set("<>&\u2028\u2029")


def test_not_text_is_written_as_text():
    assert esc(None) == "None"
    assert esc(1.5) == "1.5"
