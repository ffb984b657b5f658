"""What every start needs before the first request: the newest shape, shipped scales, the first admin."""

from factcheck.services import accounts, checkpoints, scales
from factcheck.storage import upgrade
from factcheck.web.context import settings


def prepare() -> list[str]:
    """Bring the database up to date; gives the names of the migrations that ran. Twice is once."""
    done = upgrade.upgrade()
    scales.ensure_shipped()
    accounts.follow_environment(settings().admin_token)
    checkpoints.ensure_key(settings().data_dir, settings().origin)
    return done
