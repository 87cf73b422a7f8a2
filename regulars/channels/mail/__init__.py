"""E-mail, without a network: what is written, signed and read back. Nothing here knows a database or a clock.

`compose` writes a message, `dkim` signs it, `verp` makes return paths nobody can forge; `returned` reads what comes
back (bounces, complaints, automatic replies, people), `codes` says what a refusal means, `published` what the DNS
says.
"""
