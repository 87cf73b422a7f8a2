"""Deliver: servers, senders, topics, suppressions, webhooks, deliverability, the gate."""
