"""The canonical vocabulary: the e-commerce v2 events and the types of their properties, declared from the start.

Money is a decimal number in the event's `currency` ("total": 49.90), as the specification says.
"""

from __future__ import annotations

_PRODUCT = {
    "product_id": "text", "sku": "text", "category": "text", "name": "text", "brand": "text", "variant": "text",
    "price": "money", "quantity": "number", "coupon": "text", "position": "number", "url": "text",
    "image_url": "text", "currency": "text", "value": "money",
}  # fmt: skip
_ORDER = {
    "order_id": "text", "checkout_id": "text", "affiliation": "text", "total": "money", "subtotal": "money",
    "revenue": "money", "shipping": "money", "tax": "money", "discount": "money", "coupon": "text",
    "currency": "text", "value": "money",
}  # fmt: skip
_LIST = {"list_id": "text", "category": "text"}
_PROMOTION = {"promotion_id": "text", "creative": "text", "name": "text", "position": "text"}
_STEP = {"checkout_id": "text", "step": "number", "shipping_method": "text", "payment_method": "text"}
_CART = {"cart_id": "text"}
_COUPON = {"order_id": "text", "cart_id": "text", "coupon_id": "text", "coupon_name": "text", "discount": "money"}
_WISH = {"wishlist_id": "text", "wishlist_name": "text"}
_PAGE = {"name": "text", "category": "text", "path": "text", "referrer": "text", "title": "text", "url": "text"}

DECLARED: dict[str, dict[str, str]] = {
    "Products Searched": {"query": "text"},
    "Product List Viewed": _LIST,
    "Product List Filtered": _LIST,
    "Promotion Viewed": _PROMOTION,
    "Promotion Clicked": _PROMOTION,
    "Product Clicked": _PRODUCT,
    "Product Viewed": _PRODUCT,
    "Product Updated": _PRODUCT | {"stock": "number", "available": "bool"},
    "Product Added": _PRODUCT | _CART,
    "Product Removed": _PRODUCT | _CART,
    "Cart Viewed": _CART,
    "Checkout Started": _ORDER,
    "Checkout Step Viewed": _STEP,
    "Checkout Step Completed": _STEP,
    "Payment Info Entered": _STEP | {"order_id": "text"},
    "Order Updated": _ORDER,
    "Order Completed": _ORDER,
    "Order Refunded": _ORDER,
    "Order Cancelled": _ORDER,
    "Coupon Entered": _COUPON,
    "Coupon Applied": _COUPON,
    "Coupon Denied": _COUPON | {"reason": "text"},
    "Coupon Removed": _COUPON,
    "Product Added to Wishlist": _PRODUCT | _WISH,
    "Product Removed from Wishlist": _PRODUCT | _WISH,
    "Wishlist Product Added to Cart": _PRODUCT | _WISH | _CART,
    "Product Shared": _PRODUCT | {"share_via": "text"},
    "Cart Shared": _CART | {"share_via": "text"},
    "Product Reviewed": {"product_id": "text", "review_id": "text", "rating": "number"},
    "Page": _PAGE,
    "Screen": {"name": "text", "category": "text"},
    "Identify": {},
    "Group": {"groupId": "text"},
    "Alias": {},
    "Merge": {},
    "Segment Consent Preference Updated": {},
}

_FIRST_VERSION = {
    "completedorder": "Order Completed", "viewedproduct": "Product Viewed", "addedproduct": "Product Added",
    "removedproduct": "Product Removed", "viewedproductcategory": "Product List Viewed",
    "startedcheckout": "Checkout Started", "updatedorder": "Order Updated", "refundedorder": "Order Refunded",
    "cancelledorder": "Order Cancelled", "canceledorder": "Order Cancelled", "ordercanceled": "Order Cancelled",
    "orderrefund": "Order Refunded", "purchase": "Order Completed",
}  # fmt: skip


def _folded(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


_CANONICAL = {_folded(name): name for name in DECLARED} | _FIRST_VERSION
_exact = {name: name for name in DECLARED}


def canonical(name: str) -> str:
    """The vocabulary's spelling of an event name: "order_completed" and "Completed Order" are "Order Completed".

    Other names come back as they are.
    """
    return _exact.get(name) or _CANONICAL.get(_folded(name), name)
