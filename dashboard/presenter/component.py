"""The presenter view in the page: a component on Streamlit's components v2.

All slides go to the browser at once, so that nothing is asked of the server between two of them.
"""

import json

import streamlit as st

from dashboard.brief.model import Brief
from dashboard.packs.sections import PackOptions
from dashboard.presenter.slides import slides_of

_LOADER = """
const base = new URL("app/static/", document.baseURI);
let code = null;
export default function (component) {
  code ??= import(new URL("presenter/presenter.js", base).href);
  let cleanup = null;
  let gone = false;
  code.then(({ present }) => {
    if (gone) return;
    const text = new TextDecoder().decode(component.data);
    cleanup = present({ parentElement: component.parentElement, data: JSON.parse(text), base });
  });
  return () => {
    gone = true;
    cleanup?.();
  };
}
"""

_component = st.components.v2.component("presenter", html="<div></div>", js=_LOADER)
_OPENED = "times that the presenter view was opened"


@st.fragment
def show(brief: Brief, options: PackOptions | None = None) -> None:
    """Offer the presenter view of a briefing, and open it when asked for.

    Slides are made on the click, so that the page does not wait for their picture of the map.
    """
    asked = st.button("Present", help="Full screen, one slide after the other", key="present")
    if not asked:
        return
    with st.spinner("Making the slides …"):
        slides = slides_of(brief, options or PackOptions())
    # The number tells one opening from the next where the slides are the same.
    opened = st.session_state.get(_OPENED, 0) + 1
    st.session_state[_OPENED] = opened
    data = {"slides": slides, "title": brief.title, "opened": opened}
    _component(key="presenter", data=json.dumps(data).encode(), height="content")
