"""Options for the settings of several methods at once: equal names share one option."""

import argparse
from collections.abc import Collection, Mapping
from typing import Any

from dashboard.commands.parsing import Parser, choice_in_words, decimal, flag_of, number_in_words
from geo.params import ChoiceSpec, NumberSpec, Params

Spec = NumberSpec | ChoiceSpec
_SHARED = "settings of several of these"


class MethodSettings:
    """The settings of several methods, by name.

    Parameters
    ----------
    kinds
        The settings class of each method, by the method's name in titles and messages.
    without
        Names of settings that are no options, by method.
    prefix, avoid
        A setting whose name is among ``avoid`` gets an option with this prefix.
    """

    def __init__(
        self,
        kinds: Mapping[str, type[Params]],
        without: Mapping[str, Collection[str]] | None = None,
        prefix: str = "",
        avoid: Collection[str] = (),
    ) -> None:
        self._prefix, self._avoid = prefix, avoid
        self._specs: dict[str, dict[str, Spec]] = {}
        for method, kind in kinds.items():
            specs: list[Spec] = [*kind.specs(), *kind.choices()]
            for spec in specs:
                if spec.name not in (without or {}).get(method, ()):
                    self._specs.setdefault(spec.name, {})[method] = spec

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all settings."""
        return tuple(self._specs)

    def owners(self, name: str) -> tuple[str, ...]:
        """Name the methods that have a setting."""
        return tuple(self._specs[name])

    def option(self, name: str) -> str:
        """Give the option of a setting."""
        return flag_of(self._dest(name))

    def add_to(self, parser: Parser) -> None:
        """Add an option for every setting, grouped by method; what several share is apart."""
        groups: dict[str, Any] = {}
        for name, specs in self._specs.items():
            title = f"settings of {next(iter(specs))}" if len(specs) == 1 else _SHARED
            title = title if not self._prefix else next(iter(specs))
            if title not in groups:
                groups[title] = parser.add_argument_group(title)
            groups[title].add_argument(self.option(name), dest=self._dest(name), **_option(specs))

    def given(self, args: argparse.Namespace, method: str | None = None) -> dict[str, Any]:
        """Give the settings that were set, of one method or of all; the others keep defaults."""
        names = [n for n, specs in self._specs.items() if method is None or method in specs]
        values = {name: getattr(args, self._dest(name), None) for name in names}
        return {name: value for name, value in values.items() if value is not None}

    def _dest(self, name: str) -> str:
        return f"{self._prefix}_{name}" if name in self._avoid else name


def _option(specs: Mapping[str, Spec]) -> dict[str, Any]:
    """Describe an option; what differs between the methods is said for each."""
    words: dict[str, list[str]] = {}
    for method, spec in specs.items():
        text = number_in_words(spec) if isinstance(spec, NumberSpec) else choice_in_words(spec)
        words.setdefault(text, []).append(method)
    if len(specs) == 1:
        (described,) = words
    else:
        described = ". ".join(f"{' and '.join(m)}: {t.rstrip('. ')}" for t, m in words.items())
    first = next(iter(specs.values()))
    if isinstance(first, NumberSpec):
        return {"type": decimal, "metavar": "N", "help": described}
    options = dict.fromkeys(
        value for spec in specs.values() if isinstance(spec, ChoiceSpec) for value in spec.options
    )
    return {"choices": tuple(options), "help": described}
