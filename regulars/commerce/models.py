"""What was bought: products, orders, lines, returns, stores and rates, all derived from the events.

Amounts are integers in minor units of the order's currency; `base` columns are in the business's currency by the
rate of the order's day, which is kept beside them.
"""

from __future__ import annotations

from django.db import models


class Store(models.Model):
    """A place of sale: a branch or the web shop (`affiliation` in the events)."""

    name = models.CharField(max_length=120, unique=True)

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """A product as last seen in an event, by its key: product_id, else sku, else name."""

    key = models.CharField(max_length=120, unique=True)
    sku = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=255, blank=True)
    category = models.CharField(max_length=120, blank=True, db_index=True)
    price = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    image_url = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=500, blank=True)
    seen_us = models.BigIntegerField()

    def __str__(self) -> str:
        return self.name or self.key


class Order(models.Model):
    """One purchase of one node. (namespace, number) is unique: an update or refund finds its order."""

    namespace = models.CharField(max_length=40)
    number = models.CharField(max_length=120)
    node_id = models.BigIntegerField()
    source_id = models.BigIntegerField()
    store_id = models.BigIntegerField(null=True)
    ts = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField(help_text="what the customer paid, before refunds")
    tax = models.BigIntegerField(default=0)
    shipping = models.BigIntegerField(default=0)
    discount = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    base_total = models.BigIntegerField()
    base_refunded = models.BigIntegerField(default=0)
    rate = models.FloatField(default=1.0)
    rate_on = models.CharField(max_length=10, blank=True, help_text="date of the rate, empty when none was needed")
    items = models.IntegerField(default=0)
    coupon = models.CharField(max_length=80, blank=True)
    cancelled_us = models.BigIntegerField(null=True)
    event_id = models.BigIntegerField(default=0)
    updated_us = models.BigIntegerField(help_text="event time of the newest event applied")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["namespace", "number"], name="commerce_order_once")]
        indexes = [models.Index(fields=["node_id", "ts"], name="commerce_order_node")]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One product in an order; `returned` counts what came back."""

    order_id = models.BigIntegerField()
    position = models.IntegerField()
    node_id = models.BigIntegerField(db_index=True)
    ts = models.BigIntegerField()
    product_id = models.BigIntegerField(null=True)
    category = models.CharField(max_length=120, blank=True)
    quantity = models.FloatField(default=1)
    price = models.BigIntegerField(help_text="per piece")
    total = models.BigIntegerField()
    base_total = models.BigIntegerField()
    returned = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order_id", "position"], name="commerce_line_once")]

    def __str__(self) -> str:
        return f"{self.order_id}.{self.position}"


class Refund(models.Model):
    """A return or refund, whole or part. Kept even when its order was never seen (`order_id` null)."""

    namespace = models.CharField(max_length=40)
    order_number = models.CharField(max_length=120)
    order_id = models.BigIntegerField(null=True)
    node_id = models.BigIntegerField(db_index=True)
    event_id = models.BigIntegerField(unique=True)
    ts = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()
    base_total = models.BigIntegerField()
    items = models.FloatField(default=0)

    class Meta:
        indexes = [models.Index(fields=["namespace", "order_number"], name="commerce_refund_order")]

    def __str__(self) -> str:
        return f"refund of {self.order_number}"


class Customer(models.Model):
    """What one person bought in all: recomputed from orders whenever the person is touched, never edited."""

    person_id = models.BigIntegerField(primary_key=True)
    orders = models.IntegerField(default=0)
    days = models.IntegerField(default=0, help_text="distinct purchase days in the business's time zone")
    items = models.FloatField(default=0)
    spent = models.BigIntegerField(default=0, help_text="base currency, after refunds")
    refunded = models.BigIntegerField(default=0)
    first_us = models.BigIntegerField(null=True)
    last_us = models.BigIntegerField(null=True)
    top_category = models.CharField(max_length=120, blank=True)
    top_store_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-spent", "person_id"], name="commerce_by_spent"),
            models.Index(fields=["-orders", "person_id"], name="commerce_by_orders"),
            models.Index(fields=["-last_us", "person_id"], name="commerce_by_last"),
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
