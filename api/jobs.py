"""What the program does on its own: one table of jobs, run in memory by APScheduler."""

from apscheduler.schedulers.background import BackgroundScheduler

from api.live import LiveIndex

REFRESH_SECONDS = 2


def start_jobs(live: LiveIndex) -> BackgroundScheduler:
    """Start the jobs of one process; the caller shuts the scheduler down."""
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(
        live.refresh,
        "interval",
        seconds=REFRESH_SECONDS,
        id="refresh-index",
        max_instances=1,
        coalesce=True,
    )
    scheduler.start()
    return scheduler
