"""The controls of the pages. Each has one name: its key, its part of the link, its place in views.

A control whose value is its default is not in the link. Names are short and as people would write
them in an address; labels of options stand there too, so they are kept stable. A value that a
control does not offer (any more) gives way to its default, and :func:`given_up` says so.
"""

import math
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
_WORDS = "labels and words of the controls"
_GIVEN_UP = "values that were given up"


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
    start = _start(label, options, name, default, words)
    chosen: T = where.selectbox(
        label,
        options,
        key=name,
        bind="query-params",
        help=help,
        format_func=words,
        index=list(options).index(start),
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
    chosen: T = where.segmented_control(
        label,
        options,
        key=name,
        bind="query-params",
        help=help,
        format_func=words,
        required=True,
        default=_start(label, options, name, None, words),
    )
    return chosen


def _start(
    label: str, options: Sequence[T], name: str, default: T | None, words: Callable[[T], str]
) -> T:
    """Register a choice, and put it back to its default where its value is offered no more."""
    start = default if default is not None and default in options else options[0]
    before = _defaults().get(name, start)
    if before != start and st.session_state.get(name) == before:
        # Nobody chose it: what stands at its default goes where the default goes.
        st.session_state[name] = start
    _register(name, start, label, words)
    if name in st.session_state and st.session_state[name] not in options:
        _give_up(name, f"{label}: {_shown(words, st.session_state[name])} is not offered here")
        st.session_state[name] = start
    _check_link(name, label, [words(option) for option in options])
    return start


def _shown(words: Callable[[T], str], value: T) -> str:
    """Say a value that is not an option; what makes words of options may not know it."""
    try:
        return words(value)
    except (KeyError, ValueError, TypeError, AttributeError):
        return str(value)


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
    _register(name, [], label, lambda chosen: ", ".join(words(value) for value in chosen))
    before = _list_of(st.session_state.get(name, []))
    kept = [value for value in before if value in options]
    if kept != before:
        gone = ", ".join(str(value) for value in before if value not in options)
        _give_up(name, f"{label}: {gone} is not in this data")
        st.session_state[name] = kept
    _check_link(name, label, [words(option) for option in options])
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


def several_in_row(
    where: DeltaGenerator,
    label: str,
    options: Sequence[str],
    *,
    name: str,
    default: Sequence[str],
    words: Callable[[str], str] = str,
    help: str | None = None,  # noqa: A002
) -> tuple[str, ...]:
    """Offer a few side by side, of which any number may be chosen, in the order of the options."""
    start = list(default)
    _register(name, start, label, lambda chosen: ", ".join(words(v) for v in _list_of(chosen)))
    if name in st.session_state:
        before = _list_of(st.session_state[name])
        if gone := [value for value in before if value not in options]:
            _give_up(name, f"{label}: {', '.join(map(str, gone))} is not offered here")
            st.session_state[name] = start
    _check_link(name, label, [words(option) for option in options])
    chosen = where.segmented_control(
        label,
        options,
        selection_mode="multi",
        key=name,
        bind="query-params",
        help=help,
        format_func=words,
        default=start,
    )
    return tuple(option for option in options if option in chosen)


def _list_of(value: object) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def switch(where: DeltaGenerator, label: str, *, name: str, default: bool = False) -> bool:
    """Offer something to be on or off."""
    _register(name, default, label, lambda on: "on" if on else "off")
    if name in st.session_state and not isinstance(st.session_state[name], bool):
        _give_up(name, f"{label} is on or off")
        st.session_state[name] = default
    _check_link(name, label, ["true", "false"])
    return where.toggle(label, key=name, bind="query-params", value=default)


def number(where: DeltaGenerator, spec: NumberSpec, *, name: str, default: float | None) -> Any:  # noqa: ANN401 - int or float
    """Offer a number with the bounds that its setting has; None where it is automatic."""
    whole = spec.whole or spec.step == int(spec.step)
    cast: Callable[[float], Any] = int if whole else float
    start: Any = None if default is None else cast(default)
    label = f"{spec.label} ({spec.unit})" if spec.unit else spec.label
    unit = f" {spec.unit}" if spec.unit else ""
    _register(name, start, label, lambda n: "automatic" if n is None else f"{n:,g}{unit}")
    if name in st.session_state:
        _keep_within(spec, name, label, start, cast)
    _check_linked_number(spec, name, label)
    return where.number_input(
        label,
        min_value=cast(spec.low),
        max_value=cast(spec.high),
        step=cast(spec.step),
        placeholder="automatic" if spec.optional else None,
        help=f"{spec.help} From {spec.low:g} to {spec.high:,g} {spec.unit}.",
        key=name,
        bind="query-params",
        value=start,
    )


def _keep_within(
    spec: NumberSpec,
    name: str,
    label: str,
    start: float | None,
    cast: Callable[[float], float],
) -> None:
    """Put a number back to its default where it is none, or out of its bounds."""
    value = st.session_state[name]
    if value is None and (spec.optional or start is None):
        return
    if _is_number(value) and spec.low <= value <= spec.high:
        if type(value) is not cast:
            st.session_state[name] = cast(value)
        return
    _give_up(name, f"{label}: {value} is not from {spec.low:g} to {spec.high:,g}")
    st.session_state[name] = start


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _check_link(name: str, label: str, offered: Sequence[str]) -> None:
    """Note what the link asks for and this control does not offer; Streamlit drops it."""
    gone = [value for value in _linked(name) if value not in offered]
    if gone:
        _give_up(name, f"{label}: {', '.join(gone)} is not offered here")


def _check_linked_number(spec: NumberSpec, name: str, label: str) -> None:
    for text in _linked(name):
        try:
            fits = spec.low <= float(text) <= spec.high
        except ValueError:
            fits = False
        if not fits:
            _give_up(name, f"{label}: {text} is not from {spec.low:g} to {spec.high:,g}")


def _linked(name: str) -> list[str]:
    """Give what the link says of a control that is drawn for the first time."""
    return [] if name in st.session_state else [v for v in st.query_params.get_all(name) if v]


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


def label_of(name: str) -> str:
    """Give what people see beside a control; its name where it has not been drawn yet."""
    return _words_of(name)[0]


def in_words(name: str, value: Any) -> str:  # noqa: ANN401 - whatever the control gives
    """Say a value of a control as people see it."""
    return _shown(_words_of(name)[1], value)


def given_up() -> tuple[str, ...]:
    """Give, a sentence each, the values that gave way since the last change of any control."""
    found = st.session_state.get(_GIVEN_UP)
    if found is None:
        return ()
    at, sentences = found
    if at is None:
        st.session_state[_GIVEN_UP] = (values(), sentences)
    elif at != values():
        del st.session_state[_GIVEN_UP]
        return ()
    return tuple(sentences.values())


def _give_up(name: str, sentence: str) -> None:
    """Note that a value gave way; said until a person changes something."""
    _, sentences = st.session_state.get(_GIVEN_UP, (None, {}))
    st.session_state[_GIVEN_UP] = (None, {**sentences, name: f"{sentence}; now at its default."})


def _defaults() -> Values:
    defaults: Values = st.session_state.setdefault(_DEFAULTS, {})
    return defaults


def _register(name: str, default: object, label: str, words: Callable[[Any], str]) -> None:
    _defaults()[name] = default
    st.session_state.setdefault(_WORDS, {})[name] = (label, words)


def _words_of(name: str) -> tuple[str, Callable[[Any], str]]:
    known: dict[str, tuple[str, Callable[[Any], str]]] = st.session_state.get(_WORDS, {})
    return known.get(name, (name, str))
