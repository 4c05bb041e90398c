"""What must hold and the descriptor cannot say. Each rule has a code and a sentence for people.

A rule on one row by itself is part of the schema of its table too (:mod:`..schema`); a rule
across rows runs where the package declares the tables that it needs.
"""

from __future__ import annotations

from lanzarote_data.model.package import Resource
from lanzarote_data.model.problems import Problem
from lanzarote_data.model.tables import Tables
from lanzarote_data.validate.rules import citations, documents, follow_up, items, report, texts
from lanzarote_data.validate.rules.rule import RowRule, Rule

RULES: tuple[Rule, ...] = tuple(
    rule
    for module in (citations, items, texts, report, documents, follow_up)
    for rule in vars(module).values()
    if isinstance(rule, Rule)
)
"""All rules, in the order in which their problems are reported."""


FOLLOWS_FROM = {
    "urgency-differs": "urgency-disagrees",
    "unknown-code": "locator-disagrees",
    "unknown-paragraph": "locator-disagrees",
}
"""What is not reported where its cause is reported already, by code."""


def check_rules(tables: Tables, rows: Tables | None = None) -> list[Problem]:
    """All problems that the rules find in the tables.

    Rules on one row by itself run over ``rows`` alone, if these are given.
    """
    alone = tables if rows is None else rows
    checked = ((rule, alone if isinstance(rule, RowRule) else tables) for rule in RULES)
    found = [problem for rule, where in checked for problem in rule.problems(where)]
    causes = {(problem.code, problem.location) for problem in found}
    return [p for p in found if (FOLLOWS_FROM.get(p.code), p.location) not in causes]


def row_rules(resource: Resource) -> list[RowRule]:
    """The rules on the rows of a table by themselves."""
    return [rule for rule in RULES if isinstance(rule, RowRule) and rule.applies(resource)]
