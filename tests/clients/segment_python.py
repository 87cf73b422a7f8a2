"""The official Python client, unchanged. Arguments: address, write key, gzip (0 or 1)."""

import sys

from segment.analytics.client import Client

host, key, squeeze = sys.argv[1:]
failed = []
client = Client(
    key, host=host, gzip=squeeze == "1", max_retries=2, on_error=lambda error, items: failed.append(error)
)
client.identify("py-user", {"email": "py@shop.example.com"})
client.track("py-user", "Order Completed", {"order_id": "P1", "total": 12.5})
client.page(anonymous_id="py-device", name="Boots")
client.screen(anonymous_id="py-device", name="Cart")
client.group("py-user", "club")
client.alias("py-device", "py-user")
client.shutdown()
if failed:
    raise SystemExit(f"refused: {failed}")
print("sent")
