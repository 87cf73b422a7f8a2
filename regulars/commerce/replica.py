"""What the lake holds of purchases: orders, lines, refunds, what a customer bought in all, products and stores.

Purchases of nobody (no customer known) stay in the truth: the lake answers questions about people.
"""

from regulars.core.plugs import ReplicaTable, register


def _columns(*names: str, **types: str) -> dict[str, tuple[str, str]]:
    """Columns called like in the truth; int64 unless another type is given."""
    return {name: (name, types.get(name, "int64")) for name in (*names, *(t for t in types if t not in names))}


def _of_people(table: str) -> str:
    nobody = "SELECT id FROM people_node WHERE person_id IS NULL"
    return f"(SELECT * FROM {table} WHERE node_id NOT IN ({nobody})) AS {table}"


register(
    ReplicaTable(
        name="orders",
        room="commerce",
        kind="keyed",
        sql_table=_of_people("commerce_order"),
        key=("id",),
        columns=_columns(
            *("id", "node_id", "store_id", "ts", "total", "tax", "shipping", "discount", "refunded"),
            *("base_total", "base_refunded", "cancelled_us", "event_id", "currency", "items", "coupon"),
            currency="string",
            items="float64",
            coupon="string",
            day="int32",
        ),
        node_column="node_id",
        sort=("ts",),
    ),
    ReplicaTable(
        name="lines",
        room="commerce",
        kind="keyed",
        sql_table=_of_people("commerce_orderline"),
        key=("id",),
        columns=_columns(
            *("id", "order_id", "node_id", "ts", "product_id", "category", "quantity", "price", "total"),
            *("base_total", "returned"),
            category="string",
            quantity="float64",
            returned="float64",
        ),
        node_column="node_id",
        sort=("ts",),
    ),
    ReplicaTable(
        name="refunds",
        room="commerce",
        kind="keyed",
        sql_table=_of_people("commerce_refund"),
        key=("id",),
        columns=_columns("id", "order_id", "node_id", "ts", "total", "base_total", "items", items="float64"),
        node_column="node_id",
        sort=("ts",),
    ),
    ReplicaTable(
        name="customers",
        room="commerce",
        kind="keyed",
        sql_table="commerce_customer",
        key=("person_id",),
        columns=_columns(
            *("person_id", "orders", "days", "items", "spent", "refunded", "unrated", "first_us", "last_us"),
            *("top_category", "top_store_id"),
            orders="int32",
            days="int32",
            items="float64",
            unrated="int32",
            top_category="string",
        ),
        person_column="person_id",
        after="customers",
    ),
    ReplicaTable(
        name="products",
        room="commerce",
        kind="keyed",
        changed="all",
        sql_table="commerce_product",
        key=("id",),
        columns=_columns("id", "key", "name", "category", "price", key="string", name="string", category="string"),
        sort=("id",),
    ),
    ReplicaTable(
        name="stores",
        room="commerce",
        kind="keyed",
        changed="all",
        sql_table="commerce_store",
        key=("id",),
        columns=_columns("id", "name", name="string"),
        sort=("id",),
    ),
)
