"""What is done without being asked, a round at a time. The database says what is due: each task may run twice, or
die half-way, and the next round picks up what is left."""

from collections.abc import Callable

import structlog

from factcheck import watching
from factcheck.config import Settings
from factcheck.services import checkpoints, links
from factcheck.services.checkpoints import ForkedLog
from factcheck.storage.db import Unavailable
from factcheck.storage.key_files import UnusableKey

_log = structlog.get_logger("factcheck.worker")


def run_round(settings: Settings) -> None:
    """One round of all tasks; what goes wrong with one is logged, and the others are done all the same."""
    for task in _TASKS:
        try:
            task(settings)
        except (UnusableKey, ForkedLog, Unavailable, OSError) as error:
            _log.error("task_failed", task=task.__name__, error=str(error))


def sign_checkpoint(settings: Settings) -> None:
    signed = checkpoints.sign(settings.data_dir)
    if signed is not None:
        _log.info("checkpoint_signed", size=signed.size, root_hash=signed.root_hash)


def check_links(settings: Settings) -> None:
    links.follow_ledger()
    looked = watching.check_due(watching.fetcher(settings))
    if looked:
        _log.info("links_checked", count=looked)


_TASKS: tuple[Callable[[Settings], None], ...] = (sign_checkpoint, check_links)
