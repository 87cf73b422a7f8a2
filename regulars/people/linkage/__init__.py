"""Duplicates that no shared e-mail, phone or card proves: pairs of persons who are probably one, with evidence.

`fields` says what is compared, `blocking` which pairs are looked at, `truth` reads the people, `model` scores with
Splink, `verdict` vetoes and words the evidence, `keep` stores suggestions. `suggest.suggest_duplicates` is the job.
"""
