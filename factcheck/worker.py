"""What is done without being asked, a round at a time. The database says what is due: each task may run twice, or
die half-way, and the next round picks up what is left."""

from functools import partial

import structlog

from factcheck.config import Settings
from factcheck.services import checkpoints, links
from factcheck.services.checkpoints import ForkedLog
from factcheck.storage.db import Unavailable
from factcheck.storage.key_files import UnusableKey
from factcheck.watching import Watch

_log = structlog.get_logger("factcheck.worker")


def run_round(settings: Settings, watch: Watch) -> bool:
    """One round of all tasks, some ten seconds at most; gives whether there may be more to do at once.

    What goes wrong with one task is logged, and the others are done all the same.
    """
    done = [_attempt(task) for task in (partial(sign_checkpoint, settings), partial(check_links, watch))]
    return any(done)


def _attempt(task: "partial[bool]") -> bool:
    try:
        return task()
    except (UnusableKey, ForkedLog, Unavailable, OSError) as error:
        _log.error("task_failed", task=task.func.__name__, error=str(error))
        return False


def sign_checkpoint(settings: Settings) -> bool:
    signed = checkpoints.sign(settings.data_dir)
    if signed is not None:
        _log.info("checkpoint_signed", size=signed.size, root_hash=signed.root_hash)
    return False


def check_links(watch: Watch) -> bool:
    links.follow_ledger()
    looked = watch.round()
    if looked:
        _log.info("links_checked", count=looked)
    return looked > 0 or watch.busy
