"""What commerce can do: take in events, count customers again, set rates."""

from regulars.commerce.actions.customers import recount
from regulars.commerce.actions.orders import fold_again, forget_nodes, take_events
from regulars.commerce.actions.rates import rebase, rebase_orders, set_rate

__all__ = ["fold_again", "forget_nodes", "rebase", "rebase_orders", "recount", "set_rate", "take_events"]
