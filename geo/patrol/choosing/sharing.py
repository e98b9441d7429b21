"""No team stands idle while another has two areas or more: their areas are shared out."""

from geo.patrol.choosing.problem import Problem, TeamChoice
from geo.patrol.choosing.rounds import shortest_round

_LOOKED_AT = 4
"""Bases, of many."""


def shared_out(problem: Problem, teams: tuple[TeamChoice, ...]) -> tuple[TeamChoice, ...]:
    """Give each team without areas a part of the longest round that can be parted.

    The areas stay the same, and every round fits as before.
    """
    found: list[TeamChoice] | None = list(teams)
    while found is not None:
        teams = tuple(found)
        idle = [team for team, one in enumerate(teams) if not one.areas]
        found = next((new for team in idle if (new := _parted(problem, teams, team))), None)
    return teams


def _parted(problem: Problem, teams: tuple[TeamChoice, ...], idle: int) -> list[TeamChoice] | None:
    """Part the longest round that the idle team can take a part of; None where there is none."""
    by_length = sorted(
        range(len(teams)), key=lambda t: -problem.round_length(teams[t].base, teams[t].areas)
    )
    for team in by_length:
        areas = teams[team].areas
        halves = [(areas[:cut], areas[cut:]) for cut in range(1, len(areas))]
        rounds = [
            (_shortest(problem, team, kept), _shortest(problem, idle, given))
            for one, other in halves
            for kept, given in ((one, other), (other, one))
        ]
        lengths = [
            max(problem.round_length(one.base, one.areas) for one in pair) for pair in rounds
        ]
        if lengths and min(lengths) <= problem.round_minutes:
            new = list(teams)
            new[team], new[idle] = rounds[lengths.index(min(lengths))]
            return new
    return None


def _shortest(problem: Problem, team: int, areas: tuple[int, ...]) -> TeamChoice:
    """Give the shortest round through areas from one of the bases of a team that are nearest."""
    legs = {
        base: problem.minutes[problem.base_node(base), list(areas)].min()
        for base in problem.bases[team]
    }
    nearest = sorted(legs, key=legs.__getitem__)
    rounds = [
        TeamChoice(base, shortest_round(problem.minutes, areas, problem.base_node(base)))
        for base in nearest[:_LOOKED_AT]
    ]
    return min(rounds, key=lambda one: problem.round_length(one.base, one.areas))
