"""What the program does on its own: one table of jobs, run in memory by APScheduler."""

import logging
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from api.claimed_jobs import Workshop, do_what_is_due
from api.live import LiveIndex

REFRESH_SECONDS = 1
_FOLD_SECONDS = 20
_EMBED_SECONDS = 10
_CLAIM_SECONDS = 60


def start_jobs(live: LiveIndex, workshop: Workshop) -> BackgroundScheduler:
    """Start the jobs of one process; the caller shuts the scheduler down.

    Those of `api.claimed_jobs` are done by one process for all.
    """
    # A job that takes longer than its interval is no news; sources are read for hours.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(timezone="UTC")
    now = datetime.now(UTC)
    in_a_minute = now + timedelta(seconds=_CLAIM_SECONDS)
    for name, work, seconds, first in (
        ("refresh-index", live.refresh, REFRESH_SECONDS, now),
        ("fold-index", live.fold, _FOLD_SECONDS, now),
        ("embed-texts", live.embed, _EMBED_SECONDS, now),
        ("claimed-jobs", lambda: do_what_is_due(workshop), _CLAIM_SECONDS, in_a_minute),
    ):
        scheduler.add_job(
            work,
            "interval",
            seconds=seconds,
            id=name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,  # late is better than never
            next_run_time=first,
        )
    scheduler.start()
    return scheduler
