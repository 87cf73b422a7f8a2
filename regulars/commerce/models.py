"""What was bought: products, orders, lines, returns, stores and rates, all derived from the events.

Amounts are integers in minor units of the order's currency; `base` columns are in the business's currency by the
rate of the order's day, which is kept beside them, and null when no rate is known. `day` columns count days since
1970-01-01 in the business's time zone.
"""

from __future__ import annotations

from django.db import models


class Store(models.Model):
    """A place of sale: a branch or the web shop (`affiliation` in the events)."""

    name = models.CharField(max_length=120, unique=True)

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """A product by its key: product_id, else sku, else name. Each detail is the one said last, by event time
    (`..._us` is when), whatever the order in which events arrive."""

    key = models.CharField(max_length=120, unique=True)
    sku = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=255, blank=True)
    category = models.CharField(max_length=120, blank=True, db_index=True)
    price = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    image_url = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=500, blank=True)
    stock = models.BigIntegerField(null=True, help_text="pieces on hand; null when nobody told")
    available = models.BooleanField(null=True, help_text="False: not for sale any more")
    seen_us = models.BigIntegerField()
    sku_us = models.BigIntegerField(default=0)
    name_us = models.BigIntegerField(default=0)
    category_us = models.BigIntegerField(default=0)
    price_us = models.BigIntegerField(default=0)
    image_url_us = models.BigIntegerField(default=0)
    url_us = models.BigIntegerField(default=0)
    stock_us = models.BigIntegerField(default=0)
    available_us = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name or self.key


class OrderNumber(models.Model):
    """One order number ever spoken of, and the events that speak of it: an order is folded from exactly these.

    `events` is the comma-separated list of their ids. The row is also the lock under which the order is written.
    """

    namespace = models.CharField(max_length=40)
    number = models.CharField(max_length=120)
    events = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["namespace", "number"], name="commerce_number_once")]

    def __str__(self) -> str:
        return self.number


class Order(models.Model):
    """One purchase of one node; its id is that of its OrderNumber, so a number is an order once."""

    id = models.BigIntegerField(primary_key=True)
    namespace = models.CharField(max_length=40)
    number = models.CharField(max_length=120)
    node_id = models.BigIntegerField()
    source_id = models.BigIntegerField()
    store_id = models.BigIntegerField(null=True)
    ts = models.BigIntegerField()
    day = models.IntegerField(db_index=True)
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField(help_text="what the customer paid, before refunds")
    tax = models.BigIntegerField(default=0)
    shipping = models.BigIntegerField(default=0)
    discount = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    base_total = models.BigIntegerField(null=True, help_text="without tax where the business counts net")
    base_refunded = models.BigIntegerField(null=True, default=0)
    rate = models.FloatField(null=True, default=1.0)
    rate_on = models.CharField(max_length=10, blank=True, help_text="date of the rate, empty when none was needed")
    items = models.FloatField(default=0)
    coupon = models.CharField(max_length=80, blank=True)
    cancelled_us = models.BigIntegerField(null=True)
    event_id = models.BigIntegerField(default=0)
    updated_us = models.BigIntegerField(help_text="event time of the newest event applied")

    class Meta:
        indexes = [models.Index(fields=["node_id", "ts"], name="commerce_order_node")]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One product in an order; `returned` counts what came back. Postage and fees are lines without a product."""

    order_id = models.BigIntegerField()
    position = models.IntegerField()
    node_id = models.BigIntegerField(db_index=True)
    ts = models.BigIntegerField()
    product_id = models.BigIntegerField(null=True)
    category = models.CharField(max_length=120, blank=True)
    quantity = models.FloatField(default=1)
    price = models.BigIntegerField(help_text="per piece")
    total = models.BigIntegerField()
    base_total = models.BigIntegerField(null=True)
    returned = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order_id", "position"], name="commerce_line_once")]

    def __str__(self) -> str:
        return f"{self.order_id}.{self.position}"


class Refund(models.Model):
    """A return or refund, whole or part. Kept even when its order was never seen (`order_id` null)."""

    number_id = models.BigIntegerField(db_index=True)
    order_id = models.BigIntegerField(null=True)
    node_id = models.BigIntegerField(db_index=True)
    event_id = models.BigIntegerField(unique=True)
    ts = models.BigIntegerField()
    day = models.IntegerField()
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()
    base_total = models.BigIntegerField(null=True)
    rate_on = models.CharField(max_length=10, blank=True)
    items = models.FloatField(default=0)

    def __str__(self) -> str:
        return f"refund of {self.number_id}"


class Unread(models.Model):
    """What an event said about a purchase that could not be understood, and why. `whole`: nothing of it counts."""

    event_id = models.BigIntegerField()
    position = models.IntegerField()
    node_id = models.BigIntegerField(db_index=True)
    source_id = models.BigIntegerField()
    ts = models.BigIntegerField()
    name = models.CharField(max_length=120)
    whole = models.BooleanField()
    reason = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event_id", "position"], name="commerce_unread_once")]

    def __str__(self) -> str:
        return self.reason


class Customer(models.Model):
    """What one person bought in all: recomputed from orders whenever the person is touched, never edited."""

    person_id = models.BigIntegerField(primary_key=True)
    orders = models.IntegerField(default=0)
    days = models.IntegerField(default=0, help_text="distinct purchase days in the business's time zone")
    items = models.FloatField(default=0)
    spent = models.BigIntegerField(default=0, help_text="base currency, after refunds")
    refunded = models.BigIntegerField(default=0)
    unrated = models.IntegerField(default=0, help_text="orders and refunds whose currency has no rate: not in spent")
    first_us = models.BigIntegerField(null=True)
    last_us = models.BigIntegerField(null=True)
    top_category = models.CharField(max_length=120, blank=True)
    top_store_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-spent", "person_id"], name="commerce_by_spent"),
            models.Index(fields=["-orders", "person_id"], name="commerce_by_orders"),
            models.Index(fields=["-last_us", "person_id"], name="commerce_by_last"),
            models.Index(fields=["first_us", "person_id"], name="commerce_by_first"),
        ]

    def __str__(self) -> str:
        return f"customer {self.person_id}"


class Rate(models.Model):
    """How much of the base currency one unit of another was worth on a day."""

    currency = models.CharField(max_length=3)
    day = models.CharField(max_length=10)
    rate = models.FloatField()
    source = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["currency", "day"], name="commerce_rate_once")]

    def __str__(self) -> str:
        return f"{self.currency} {self.day} {self.rate}"


class AdviceRun(models.Model):
    """One night's recommendations: the newest published run counts, and becoming published is one write."""

    as_of_us = models.BigIntegerField()
    published_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"recommendations as of {self.as_of_us}"


class Recommendation(models.Model):
    """One product for one person. `node_id` is the person's oldest node when it was computed, so that merging and
    unmerging change nothing here; 0 stands for everybody (what newcomers get).

    `kind`: "again" (bought before), "new" (never bought), "popular". `why_id` is the product they bought that
    speaks most for it. `score` compares over both kinds of one person: expected demand, not a probability.
    """

    run_id = models.BigIntegerField()
    node_id = models.BigIntegerField()
    kind = models.CharField(max_length=8)
    rank = models.SmallIntegerField()
    product_id = models.BigIntegerField()
    score = models.FloatField()
    why_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run_id", "node_id", "kind", "rank"], name="commerce_advice_once")
        ]
        indexes = [models.Index(fields=["run_id", "product_id"], name="commerce_advice_product")]

    def __str__(self) -> str:
        return f"{self.kind} {self.rank} of {self.node_id}"


class SoldTogether(models.Model):
    """What else people buy who buy a product: the strongest first. `people` bought both."""

    run_id = models.BigIntegerField()
    product_id = models.BigIntegerField()
    rank = models.SmallIntegerField()
    other_id = models.BigIntegerField()
    people = models.IntegerField()
    score = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run_id", "product_id", "rank"], name="commerce_together_once")
        ]

    def __str__(self) -> str:
        return f"{self.product_id} with {self.other_id}"


class AdviceRule(models.Model):
    """What the shop says about one category or one product: `kind` "never", "boost" (score times `factor`) or
    "durable" (who bought of this category waits for its usual gap before more of it is recommended)."""

    kind = models.CharField(max_length=8)
    category = models.CharField(max_length=120, blank=True)
    product_id = models.BigIntegerField(null=True)
    factor = models.FloatField(default=1.0)
    by = models.CharField(max_length=40)
    at_us = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "category"], condition=models.Q(category__gt=""), name="commerce_rule_category"
            ),
            models.UniqueConstraint(
                fields=["kind", "product_id"], condition=models.Q(product_id__isnull=False), name="commerce_rule_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.category or self.product_id}"


class AdviceSettings(models.Model):
    """The rules without a name of their own; one row."""

    most_of_category = models.SmallIntegerField(default=4, help_text="in one list; 0 = any number")
    hide_sold_out = models.BooleanField(default=True)
    unsold_days = models.IntegerField(default=180, help_text="sold to nobody for so long = discontinued; 0 = never")

    def __str__(self) -> str:
        return "rules of recommendations"
