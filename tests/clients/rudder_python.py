"""The official RudderStack Python client, unchanged. Arguments: address, write key."""

import sys

from rudderstack.analytics.client import Client

host, key = sys.argv[1:]
failed = []
client = Client(key, host=host, max_retries=2, on_error=lambda error, items: failed.append(error))
client.identify("rpy-user", {"email": "rpy@shop.example.com"})
client.track("rpy-user", "Order Completed", {"order_id": "Q1", "total": 12.5})
client.page(anonymous_id="rpy-device", name="Boots")
client.screen(anonymous_id="rpy-device", name="Cart")
client.group("rpy-user", "club")
client.alias("rpy-device", "rpy-user")
client.shutdown()
if failed:
    raise SystemExit(f"refused: {failed}")
print("sent")
