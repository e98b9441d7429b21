"""The part of the sidebar that says who is looking, and at which figures."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from boundaries.errors import AccessError, HotspotsError
from dashboard import access, furniture
from dashboard.sign_in import settings
from dashboard.sign_in.claims import NotSignedInError
from dashboard.sign_in.plain_pages import sign_in_link
from dashboard.sign_in.roles import IN_WORDS
from geo.disclosure.levels import EXACT, LEVELS, PARTNER, PUBLIC, Level

# What was on the screen when the time is over must not stay there.
_ENDS_JS = """
let timer;
export default function ({ data }) {
  clearTimeout(timer);
  const left = data.until * 1000 - Date.now();
  if (left <= 0 || left > 2 ** 31 - 1) return;  // clocks differ: the server decides
  const look = () => { if (Date.now() >= data.until * 1000) location.reload(); };
  timer = setTimeout(look, left + 1500);
  document.addEventListener("visibilitychange", look);
  return () => { clearTimeout(timer); document.removeEventListener("visibilitychange", look); };
}
"""
_ends = st.components.v2.component("sign_in_ends", html="<div></div>", js=_ENDS_JS)

_BUTTON = (
    "display: inline-block; background: #1d70b8; color: #fff; text-decoration: none; "
    "padding: .6rem 1.2rem; border-radius: .3rem; font-weight: bold;"
)
_CHOSEN = "figures shown"
_PROBLEM = "why the level did not change"

LEVEL_WORDS: dict[Level, str] = {
    EXACT: "Exact figures",
    PARTNER: "For partners",
    PUBLIC: "For the public",
}
_MEANING: dict[Level, str] = {
    EXACT: "Every count and every place as recorded. Personal data: show it to nobody without a "
    "need to know.",
    PARTNER: "Counts of 1 to 4, and what would give them away, are withheld. No points.",
    PUBLIC: "Rounded to 5, by ward and borough only.",
}


def show_level(where: DeltaGenerator) -> None:
    """Offer the levels that this person may see, and say what the one on show means."""
    offered = [level for level in LEVELS if level != EXACT or access.person().may("exact figures")]
    level = access.level()
    # Not one of dashboard.controls: a link must never carry a level to somebody else.
    st.session_state[_CHOSEN] = level
    with where:
        st.selectbox(
            "Figures", offered, key=_CHOSEN, format_func=LEVEL_WORDS.__getitem__, on_change=_change
        )
        st.caption(_MEANING[level])
        problem = st.session_state.pop(_PROBLEM, None)
        if problem is not None:
            furniture.error(problem)


def _change() -> None:
    choose(st.session_state[_CHOSEN])


def choose(level: Level) -> None:
    """Change the level; what stands against it is said in the sidebar. Only from a callback."""
    try:
        access.choose_level(level)
    except HotspotsError as error:
        st.session_state[_PROBLEM] = error


def show_person(where: DeltaGenerator) -> None:
    """Say who is looking and in which role, and let them sign out."""
    who = access.person()
    with where:
        if who.is_local:
            st.caption("No sign-in: only this computer can open the dashboard.")
            return
        st.caption(f"Signed in as {furniture.plain(who.name)}. {IN_WORDS[who.role]}.")
        if st.button("Sign out", key="sign out"):
            st.logout()
        _ends(key="sign-in ends", data={"until": who.until}, height=1)


def show_refusal(problem: AccessError) -> None:
    """Say why nothing is shown, and nothing else."""
    is_nobody = isinstance(problem, NotSignedInError)
    st.title("Sign in" if is_nobody else "No access")
    st.write(furniture.plain(str(problem)))
    if settings.configured() is not None:
        st.html(f"<a href='{sign_in_link()}' target='_self' style='{_BUTTON}'>Sign in</a>")
