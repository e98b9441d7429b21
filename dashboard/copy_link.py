"""A button that copies the address of the page, which holds the settings and the map's place."""

import streamlit as st

# The address is the browser's: the server does not know how it is reached, nor the map's place.
_HTML = """
<button type="button">Copy link to this view</button>
<span role="status" aria-live="polite"></span>
<input type="text" readonly hidden aria-label="Link to this view">
"""
_CSS = """
:host, div { font-family: var(--st-font); font-size: .875rem; color: var(--st-text-color); }
button { font: inherit; color: inherit; background: var(--st-background-color); cursor: pointer;
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius);
  padding: .35rem .75rem; min-height: 2.25rem; }
button:hover { border-color: var(--st-primary-color); }
button:focus-visible, input:focus-visible { outline: 3px solid #1d70b8; outline-offset: 2px; }
input { width: 100%; margin-top: .4rem; font: inherit; }
"""
_JS = """
export default function ({ parentElement }) {
  const [button, said, field] = ["button", "span", "input"].map(
    (kind) => parentElement.querySelector(kind));
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      said.textContent = " Link copied.";
    } catch {
      field.hidden = false;
      field.value = location.href;
      field.select();
      said.textContent = " Copy the link from the field.";
    }
  };
}
"""

_component = st.components.v2.component("copy_link", html=_HTML, css=_CSS, js=_JS)


def copy_link(key: str = "copy link") -> None:
    """Offer to copy the address."""
    _component(key=key, height="content")
