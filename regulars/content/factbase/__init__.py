"""What we may say because somebody stands for it: statements with owner, approver, source and expiry.

A *statement* is one sentence or two that is true and may be told; an *article* is a short text that helps; an
*option* is a way to meet a need, ours or a competitor's, and where to get it. Each is written by one person and
approved by another; a change is a new version that waits for approval while the one before stays in force. What is
approved and not expired is *in force*: only that supports a claim.
"""
