"""The mail catcher: where every mail and SMS of the demo ends, to be looked at. Nothing leaves the machine.

A real SMTP server and a small SMS gateway on 127.0.0.1 keep what they are given in a file of their own; a staff page
shows it. They exist in `regulars demo` only. What was caught stands for mailboxes of other people: erasing a person
does not reach it, as it would not reach theirs.
"""
