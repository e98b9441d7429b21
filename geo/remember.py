"""Keeps what was computed of incidents for as long as the incidents themselves live.

A page asks for the same selection, ward join and sites again whenever one setting of a method
changes. Results are kept on the ``Incidents`` object: they go when it goes, so nobody's records
stay in memory after the session that read them.
"""

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, Self, TypeVar, cast, runtime_checkable

from geo.schema import REMEMBERED, Incidents

P = ParamSpec("P")
R = TypeVar("R")

_NOTHING = object()


@runtime_checkable
class _Shared(Protocol):
    """A result, which cannot be imported here: it knows incidents and their selection."""

    def handed_out(self) -> Self: ...


def remembered(
    size: int,
) -> Callable[[Callable[Concatenate[Incidents, P], R]], Callable[Concatenate[Incidents, P], R]]:
    """Keep the last ``size`` results of a function of incidents and hashable arguments.

    Incidents never change, so the object itself and the arguments are the key. Results are handed
    out so that nobody changes what others get, see :meth:`geo.result.Result.handed_out`; whatever
    else is remembered is shared and must be left as it is. Not for functions
    whose result holds the incidents they were given: that would keep both alive for each other
    until the garbage collector comes round.
    """

    def decorate(
        function: Callable[Concatenate[Incidents, P], R],
    ) -> Callable[Concatenate[Incidents, P], R]:
        @wraps(function)
        def wrapper(incidents: Incidents, /, *args: P.args, **kwargs: P.kwargs) -> R:
            shelves = incidents.__dict__.setdefault(REMEMBERED, {})
            shelf: OrderedDict[object, object] = shelves.setdefault(function, OrderedDict())
            key = (args, tuple(sorted(kwargs.items())))
            # Two sessions may be here at once: what one has just dropped is made again.
            result = shelf.pop(key, _NOTHING)
            if result is _NOTHING:
                result = function(incidents, *args, **kwargs)
            shelf[key] = result
            while len(shelf) > size:
                shelf.popitem(last=False)
            return cast("R", result.handed_out() if isinstance(result, _Shared) else result)

        return wrapper

    return decorate
