"""What research says about short visits on foot, and what it does not say."""

import streamlit as st

from dashboard.briefing import markup
from geo.disclosure.placed import MIN_PLACES
from geo.patrol.params import HANDED_ON_FROM

WHAT_IT_IS = (
    (
        "Koper (1995) watched police patrols in places with many calls for help. Places "
        "stayed quiet longest after visits of 10 to 16 minutes. Longer visits added little. "
        "So a plan has visits of that length, at least every two hours while the risk is "
        "high, in an order that nobody can foresee."
    ),
    (
        "Southend-on-Sea chose 20 places of 150 by 150 metres. One foot patrol stood 15 to 20 "
        "minutes a day in each. So areas here begin with sides of 150 metres."
    ),
    ("Bedfordshire sent officers on foot for 15 minutes a day to its places of serious violence."),
)
WHAT_IT_IS_NOT = (
    (
        "All of it is about police officers, and about violence and disorder. None of it is "
        "about hate crime, and none is about wardens, who have other powers."
    ),
    (
        "It does not say that a plan of this page prevents anything here. Record the visits "
        "and look at what follows. A few weeks prove nothing."
    ),
    (
        "A plan knows where incidents were recorded. Many are never reported, and where "
        "people report less, the plan sees less."
    ),
    (
        "A plan does not say who commits anything, or whom to stop. It is a place and a time "
        "to be seen, to talk to people and to help."
    ),
)
WHAT_PROTECTS = (
    (
        f"An area rests on at least {HANDED_ON_FROM} incidents at {MIN_PLACES} places or more. "
        "It is a square of a fixed grid, so it does not point to one address. Only an analyst "
        "can choose fewer incidents, and such a plan cannot be handed on."
    ),
    ("No incident is on the map, on a sheet or in a file. Do not draw an area smaller by hand."),
)


def show() -> None:
    """Show what the evidence is and is not."""
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader("What the evidence is", anchor=False)
        markup.lines(WHAT_IT_IS)
        st.subheader("What keeps victims safe", anchor=False)
        markup.lines(WHAT_PROTECTS)
    with right:
        st.subheader("What it is not", anchor=False)
        markup.lines(WHAT_IT_IS_NOT)
