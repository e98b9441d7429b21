"""The controls of the pages. Each has one name: its key, its part of the link, its place in views.

A control whose value is its default is not in the link. Names are short and as people would write
them in an address; labels of options stand there too, so they are kept stable.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.params import ChoiceSpec, NumberSpec, Params

P = TypeVar("P", bound=Params)
T = TypeVar("T")

Values = dict[str, Any]
"""Values of controls by name: plain values that JSON can hold."""

_DEFAULTS = "defaults of the controls"


def choice(
    where: DeltaGenerator,
    label: str,
    options: Sequence[T],
    *,
    name: str,
    default: T | None = None,
    words: Callable[[T], str] = str,
    help: str | None = None,  # noqa: A002 - Streamlit's own word
) -> T:
    """Offer one of several in a list that opens.

    Parameters
    ----------
    where
        Container to stand in, for example ``st.sidebar``.
    name
        Key of the control; must not be in use by another.
    default
        The first option, if not given or not among them.
    words
        How an option is shown and written in the link.
    """
    start = _start(options, name, default)
    at: Any = {} if name in st.session_state else {"index": list(options).index(start)}
    chosen: T = where.selectbox(
        label, options, key=name, bind="query-params", help=help, format_func=words, **at
    )
    return chosen


def row(
    where: DeltaGenerator,
    label: str,
    options: Sequence[T],
    *,
    name: str,
    words: Callable[[T], str] = str,
    help: str | None = None,  # noqa: A002
) -> T:
    """Offer one of a few, side by side; see :func:`choice`."""
    start = _start(options, name, None)
    at: Any = {} if name in st.session_state else {"default": start}
    chosen: T = where.segmented_control(
        label,
        options,
        key=name,
        bind="query-params",
        help=help,
        format_func=words,
        required=True,
        **at,
    )
    return chosen


def _start(options: Sequence[T], name: str, default: T | None) -> T:
    """Register a choice, and put it back to its default where its value is offered no more."""
    start = default if default is not None and default in options else options[0]
    _register(name, start)
    if name in st.session_state and st.session_state[name] not in options:
        st.session_state[name] = start
    return start


def several(
    where: DeltaGenerator,
    label: str,
    options: Sequence[str],
    *,
    name: str,
    none: str,
    words: Callable[[str], str] = str,
    help: str | None = None,  # noqa: A002
) -> tuple[str, ...] | None:
    """Offer any number of several; none chosen means no restriction, which ``none`` says."""
    _register(name, [])
    kept = [value for value in st.session_state.get(name, []) if value in options]
    if name in st.session_state:
        st.session_state[name] = kept
    chosen = where.multiselect(
        label,
        options,
        key=name,
        bind="query-params",
        placeholder=none,
        format_func=words,
        help=help,
        disabled=not options,
    )
    return tuple(chosen) or None


def switch(where: DeltaGenerator, label: str, *, name: str, default: bool = False) -> bool:
    """Offer something to be on or off."""
    _register(name, default)
    at: Any = {} if name in st.session_state else {"value": default}
    return where.toggle(label, key=name, bind="query-params", **at)


def number(where: DeltaGenerator, spec: NumberSpec, *, name: str, default: float | None) -> Any:  # noqa: ANN401 - int or float
    """Offer a number with the bounds that its setting has; None where it is automatic."""
    whole = spec.whole or spec.step == int(spec.step)
    cast: Callable[[float], Any] = int if whole else float
    start: Any = None if default is None else cast(default)
    _register(name, start)
    # With a value in the session Streamlit wants to be told none; "min" is its own default.
    known: Any = None if spec.optional else "min"
    return where.number_input(
        f"{spec.label} ({spec.unit})" if spec.unit else spec.label,
        min_value=cast(spec.low),
        max_value=cast(spec.high),
        step=cast(spec.step),
        placeholder="automatic" if spec.optional else None,
        help=f"{spec.help} From {spec.low:g} to {spec.high:,g} {spec.unit}.",
        key=name,
        bind="query-params",
        value=known if name in st.session_state else start,
    )


def option(where: DeltaGenerator, spec: ChoiceSpec, *, name: str) -> Any:  # noqa: ANN401 - its own literal words
    """Offer the words of a setting."""
    return choice(
        where,
        spec.label,
        list(spec.options),
        name=name,
        default=spec.default,
        words=lambda value: value.replace("-", " ").capitalize(),
        help=" ".join([spec.help, *(f"{v}: {words}." for v, words in spec.options.items())]),
    )


def settings(where: DeltaGenerator, kind: type[P], *, prefix: str, skip: Sequence[str] = ()) -> P:
    """Offer all numbers and choices of a settings class, starting from its defaults.

    Parameters
    ----------
    prefix
        Begins the names of the controls, for example ``density``.
    skip
        Settings that are not offered and stay at their default.
    """
    numbers = {
        spec.name: number(where, spec, name=f"{prefix}-{spec.name}", default=spec.default)
        for spec in kind.specs()
        if spec.name not in skip
    }
    options = {
        spec.name: option(where, spec, name=f"{prefix}-{spec.name}")
        for spec in kind.choices()
        if spec.name not in skip
    }
    return kind(**numbers, **options)


def values() -> Values:
    """Give the controls of this session that are not at their default."""
    found = {}
    for name, default in _defaults().items():
        value = st.session_state.get(name, default)
        if value != default:
            found[name] = list(value) if isinstance(value, tuple) else value
    return found


def set_values(wanted: Mapping[str, Any]) -> None:
    """Set the controls, all others to their defaults; only from a callback, before they are drawn.

    What a control no longer offers falls back to its default when it is drawn.
    """
    for name, default in _defaults().items():
        st.session_state[name] = wanted.get(name, default)
    for name in wanted.keys() - _defaults().keys():
        st.session_state[name] = wanted[name]


def _defaults() -> Values:
    defaults: Values = st.session_state.setdefault(_DEFAULTS, {})
    return defaults


def _register(name: str, default: object) -> None:
    _defaults()[name] = default
