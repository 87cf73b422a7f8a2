"""Every periodic job on one page. Each takes `at`, its due time in microseconds."""

from regulars.core.periodic import Daily, Every

PERIODIC: dict[str, Every | Daily] = {
    "regulars.channels.actions.mailboxes.read_mailboxes": Every(3),
    "regulars.inbox.upkeep.watch_cases": Every(5),
    "regulars.feedback.upkeep.follow": Every(5),
    "regulars.feedback.upkeep.ask_waves": Daily(5, 10),
    "regulars.feedback.coding.learning.code_everything": Daily(4, 50),
    "regulars.social.upkeep.watch_topics": Every(5),
    "regulars.social.upkeep.tell_stories": Every(15),
    "regulars.social.upkeep.forget_old_counts": Daily(2, 35),
    "regulars.inbox.upkeep.forget_lookers": Daily(2, 50),
    "regulars.core.upkeep.prune_jobs": Daily(3, 5),
    "regulars.core.upkeep.keep_statistics": Daily(4, 40),
    "regulars.channels.upkeep.look_for_keys": Every(60),
    "regulars.channels.upkeep.forget_old": Daily(2, 40),
    "regulars.portal.upkeep.forget_old": Daily(2, 45),
    "regulars.web.upkeep.sweep_uploads": Daily(3, 10),
    "regulars.events.sources.reconciling.reconcile_all": Every(60),
    "regulars.events.upkeep.prune_inbox": Daily(3, 20),
    "regulars.events.upkeep.prune_imports": Daily(3, 25),
    "regulars.segments.actions.check_all": Daily(4, 0),
    "regulars.insights.actions.learning.refit": Daily(3, 30),
    "regulars.insights.actions.advising.advise": Daily(3, 50),
    "regulars.insights.actions.measuring.measure_recent": Daily(4, 20),
    "regulars.insights.actions.pressing.count_pressure": Daily(4, 30),
    "regulars.loyalty.story.telling.tell_story": Daily(4, 50),
    "regulars.loyalty.ledger.checking.check_books": Daily(4, 10),
    "regulars.loyalty.ledger.liability.report_liability": Daily(4, 15),
    "regulars.loyalty.upkeep.forget_digests": Daily(2, 55),
    "regulars.people.linkage.suggest_duplicates": Daily(3, 40),
}
