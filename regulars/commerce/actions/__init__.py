"""What commerce can do: take in events, count customers again, set rates, keep recommendations."""

from regulars.commerce.actions.advice import RuleError, change_advice, recommend, remove_rule, set_rule
from regulars.commerce.actions.customers import recount
from regulars.commerce.actions.orders import fold_again, forget_nodes, take_events
from regulars.commerce.actions.rates import rebase, rebase_orders, set_rate

__all__ = [
    "RuleError",
    "change_advice",
    "fold_again",
    "forget_nodes",
    "rebase",
    "rebase_orders",
    "recommend",
    "recount",
    "remove_rule",
    "set_rate",
    "set_rule",
    "take_events",
]
