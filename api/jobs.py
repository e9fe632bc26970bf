"""What the program does on its own: one table of jobs, run in memory by APScheduler."""

from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler

from api.live import LiveIndex

REFRESH_SECONDS = 1
_FOLD_SECONDS = 20
_EMBED_SECONDS = 10


def start_jobs(live: LiveIndex) -> BackgroundScheduler:
    """Start the jobs of one process; the caller shuts the scheduler down."""
    scheduler = BackgroundScheduler(timezone="UTC")
    for name, work, seconds in (
        ("refresh-index", live.refresh, REFRESH_SECONDS),
        ("fold-index", live.fold, _FOLD_SECONDS),
        ("embed-texts", live.embed, _EMBED_SECONDS),
    ):
        scheduler.add_job(
            work,
            "interval",
            seconds=seconds,
            id=name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,  # late is better than never
            next_run_time=datetime.now(UTC),
        )
    scheduler.start()
    return scheduler
