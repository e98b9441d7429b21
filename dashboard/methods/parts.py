"""The parts of the page as they stand on the screen."""

import pandas as pd
import streamlit as st

from dashboard import cache, furniture
from dashboard.escape import esc
from dashboard.methods import sources, statements
from dashboard.methods.meanings import TOPICS, Topic
from dashboard.view import View
from geo.wards.table import WardParams, ward_table

STYLE = """
<style>
.meanings dt { font-weight: 600; margin-top: .7rem; }
.meanings dd { margin: 0; max-width: 46rem; }
.meanings .term { font-size: .85rem; opacity: .9; }
</style>
"""


def show_meanings() -> None:
    """Say what every figure means, by topic."""
    st.header("What each figure means")
    st.write("First in plain words, then in the words of the field.")
    for number, topic in enumerate(TOPICS):
        with st.expander(topic.title, expanded=number == 0):
            st.html(_definitions(topic))


def _definitions(topic: Topic) -> str:
    rows = "".join(
        f"<dt>{esc(one.label)}</dt><dd>{esc(one.plain)}</dd>"
        f"<dd class='term'>{esc(one.term)} More: docs/methods/{esc(one.document)}</dd>"
        for one in topic.meanings
    )
    return f"<dl class='meanings'>{rows}</dl>"


def show_limits() -> None:
    """Say what the figures cannot say."""
    st.header("What the figures cannot say")
    _list(statements.LIMITS)


def show_sources() -> None:
    """Give sources, licences and attributions as the registries have them."""
    st.header("Sources and licences")
    st.write(
        "Data that comes with the dashboard. Your own files are yours; their source says more."
    )
    data, code = sources.data_sources(), sources.code_sources()
    furniture.table(data, texts=sources.DATA_COLUMNS, label="Sources of data")
    st.write("Programs:")
    furniture.table(code, texts=sources.CODE_COLUMNS, label="Programs")


def show_version(view: View | None) -> None:
    """Give the version, and the run record of what is on show."""
    st.header("Version and run record")
    st.write(f"Hotspots {furniture.plain(sources.program_version())}.")
    if view is None:
        st.write("No data is on show, so there is no run record.")
        return
    params = WardParams(view.vintage)
    record = cache.analysed(ward_table, view.dataset, view.selection, params).record
    furniture.table(
        pd.DataFrame(
            [
                ("Data", view.dataset.source),
                ("Period", view.period_words),
                ("Held against", view.before_words or view.compared.why_not),
                ("Which incidents", record.selection.in_words()),
                ("Counted", record.located_in_words()),
                ("Fingerprint of the data", record.data_fingerprint),
            ],
            columns=["What", "On show"],
        ),
        texts=("On show",),
        label="What is on show",
    )
    with st.expander("The whole run record (JSON)"):
        st.write("With it, and the same data, `hotspots rerun` gives the same figures.")
        st.code(record.to_json(), language="json")


def show_keys() -> None:
    """Say which keys do what."""
    st.header("Keyboard")
    keys = pd.DataFrame(statements.KEYS, columns=["Key", "What it does"])
    furniture.table(keys, texts=("What it does",), label="Keys")


def show_statements() -> None:
    """Say how people are protected, and give the accessibility statement."""
    st.header("Protecting people")
    _list(statements.PROTECTION)
    st.caption("More: docs/data-protection.md")
    st.header("Accessibility")
    text = statements.for_the_page(sources.document("accessibility.md"))
    st.markdown(text or "The statement is in docs/accessibility.md, which is not installed here.")


def _list(sentences: tuple[str, ...]) -> None:
    st.markdown("\n".join(f"- {furniture.plain(sentence)}" for sentence in sentences))
