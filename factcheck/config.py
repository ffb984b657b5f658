"""The settings, each from its environment variable, checked together at the start."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from environs import Env, EnvValidationError
from limits import parse_many
from marshmallow import ValidationError
from ssrfguard import Policy

from factcheck.ledger.note import Algorithm, BadNote, VerifierKey, is_name

_PREFIX = "FACTCHECK_"
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_SHORTEST_ADMIN_TOKEN = 20
_MOST_TO_ASK = 100
_MOST_MEBIBYTES = 1024**3
# A process may often have 1,024 files open.
_MOST_STREAMS = 500


class WrongSettings(Exception):
    """A line for each variable that cannot be used."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can set: `approvals` from `FACTCHECK_APPROVALS`, and so on."""

    database_url: str = "sqlite:///factcheck.db"
    """`sqlite:///path` or `postgresql://user:password@host/name`."""
    replica_url: str = field(default="", repr=False)
    """A streaming replica of that database (`postgresql://...`), for readers whom nobody knows; empty: none."""
    data_dir: Path = Path("factcheck-data")
    """Where files are kept that are no rows."""
    public_url: str = "http://127.0.0.1:8000"
    """What the addresses of claims' public pages begin with."""
    organisation: str = "factcheck"
    """Who keeps this record, by name."""
    public_reads: bool = True
    """Whether reading needs no token."""
    approvals: int = 0
    """How many others approve a verdict before it is public."""
    min_origins: int = 0
    """How many independent origins a supported or refuted needs."""
    redis_url: str = ""
    """Where rate limits are counted together; empty: each process counts for itself."""
    admin_token: str = field(default="", repr=False)
    """The token of the account "admin", for containers."""
    rate_limit: str = "6000/minute"
    """How much one account, or one address without a token, may ask; empty: no limit."""
    witness_keys: tuple[VerifierKey, ...] = ()
    """Verifier keys (`name+id+key`, separated by spaces or commas) of witnesses whose cosignatures are taken."""
    fetch_allow: tuple[IPv4Network | IPv6Network, ...] = ()
    """Networks (`10.0.0.0/8`, separated by spaces or commas) that may be fetched from besides public addresses."""
    archive_url: str = ""
    """A service that speaks Save Page Now (`https://web.archive.org/save`), for public copies; empty: none."""
    archive_authorization: str = field(default="", repr=False)
    """What that service is sent as `Authorization` (`LOW key:secret`), and nobody else; empty: nothing."""
    snapshot_mib: int = 10_240
    """How many mebibytes of pages' snapshots are kept, besides those that published verdicts rest on."""
    streams: int = 200
    """How many clients may wait for changes at once, in each process."""
    encoder: str = ""
    """The folder of a model of sentence-transformers, by which claims are matched; empty: the one that ships."""
    log_level: str = "INFO"
    """DEBUG, INFO, WARNING, ERROR or CRITICAL."""

    @property
    def snapshot_dir(self) -> Path:
        """Where what was read of pages is kept."""
        return self.data_dir / "snapshots"

    @property
    def import_dir(self) -> Path:
        """Where files wait that are to be imported."""
        return self.data_dir / "imports"

    @property
    def origin(self) -> str:
        """What a new log is called: the public address without its scheme (C2SP tlog-checkpoint, "Note text")."""
        return self.public_url.partition("://")[2]


def load() -> Settings:
    """Read the environment; raises WrongSettings with a line for every variable that is wrong."""
    env, default = Env(eager=False, prefix=_PREFIX), Settings()
    values: dict[str, Any] = {
        "database_url": env.str("DATABASE_URL", default.database_url, validate=_database_url),
        "replica_url": env.str("REPLICA_URL", default.replica_url, validate=_replica_url),
        "data_dir": env.path("DATA_DIR", default.data_dir),
        "public_url": env.str("PUBLIC_URL", default.public_url, validate=[_url("http", "https"), _names_a_log]),
        "organisation": env.str("ORGANISATION", default.organisation, validate=_not_blank),
        "public_reads": env.bool("PUBLIC_READS", default.public_reads),
        "approvals": env.int("APPROVALS", default.approvals, validate=_from(0, _MOST_TO_ASK)),
        "min_origins": env.int("MIN_ORIGINS", default.min_origins, validate=_from(0, _MOST_TO_ASK)),
        "redis_url": env.str("REDIS_URL", default.redis_url, validate=_url("redis", "rediss", "")),
        "admin_token": env.str("ADMIN_TOKEN", default.admin_token, validate=_admin_token),
        "rate_limit": env.str("RATE_LIMIT", default.rate_limit, validate=_rate_limit),
        "witness_keys": env.str("WITNESS_KEYS", "", validate=_keys_of_witnesses),
        "fetch_allow": env.str("FETCH_ALLOW", "", validate=_networks_to_fetch),
        "archive_url": env.str("ARCHIVE_URL", default.archive_url, validate=_archive),
        "archive_authorization": env.str(
            "ARCHIVE_AUTHORIZATION", default.archive_authorization, validate=_header_value
        ),
        "snapshot_mib": env.int("SNAPSHOT_MIB", default.snapshot_mib, validate=_from(1, _MOST_MEBIBYTES)),
        "streams": env.int("STREAMS", default.streams, validate=_from(0, _MOST_STREAMS)),
        "encoder": env.str("ENCODER", default.encoder, validate=_model),
        "log_level": env.str("LOG_LEVEL", default.log_level, validate=_log_level),
    }
    try:
        env.seal()
    except EnvValidationError as error:
        messages: dict[str, Any] = dict(error.error_messages)  # type: ignore[arg-type]  # without a schema, by name
        raise WrongSettings("\n".join(f"{name}: {' '.join(messages[name])}" for name in sorted(messages))) from None
    if values["replica_url"] and values["database_url"].startswith("sqlite:"):
        raise WrongSettings(f"{_PREFIX}REPLICA_URL: needs {_PREFIX}DATABASE_URL to be on PostgreSQL too")
    values["public_url"] = values["public_url"].rstrip("/")
    values["archive_url"] = values["archive_url"].rstrip("/")
    values["witness_keys"] = _keys(values["witness_keys"])
    values["fetch_allow"] = _networks(values["fetch_allow"])
    values["log_level"] = values["log_level"].upper()
    return Settings(**values)


def _url(*schemes: str) -> Callable[[str], None]:
    def check(value: str) -> None:
        scheme, _, rest = value.partition("://")
        if scheme not in schemes or not (rest or value == ""):
            wanted = ", ".join(f"{one}://" for one in schemes if one)
            raise ValidationError(f"must begin with {wanted}")

    return check


def _database_url(value: str) -> None:
    if not re.match(r"sqlite:///.+|postgres(ql)?://.+", value):
        raise ValidationError("must be sqlite:///path or postgresql://user:password@host/name")


# As libpq divides it (PostgreSQL, "Connection URIs"). A part of a password that is not escaped it would take for
# something else, and name when that fails.
_IN_A_PART = r"[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2}"
_HOST = r"(?:(?:[\w.~-]|%[0-9A-Fa-f]{2})*|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?"
_REPLICA_URL = re.compile(
    rf"postgresql://(?:(?:{_IN_A_PART})*(?::(?:{_IN_A_PART})*)?@)?"
    rf"{_HOST}(?:,{_HOST})*/(?:{_IN_A_PART})*(?:\?(?:{_IN_A_PART}|[/:])*)?",
    re.ASCII,
)


def _replica_url(value: str) -> None:
    # The value itself must never stand in a message: it can hold a password.
    if value and not _REPLICA_URL.fullmatch(value):
        raise ValidationError(
            "must be postgresql://user:password@host/name, with what is special in a URL written as %2F, or empty"
        )


def _not_blank(value: str) -> None:
    if not value.strip():
        raise ValidationError("must not be blank")


def _from(least: int, most: int) -> Callable[[int], None]:
    def check(value: int) -> None:
        if not least <= value <= most:
            raise ValidationError(f"must be a whole number from {least} to {most}")

    return check


def _header_value(value: str) -> None:
    # The value itself must never stand in a message.
    if not re.fullmatch(r"([!-~]+( [!-~]+)*)?", value):
        raise ValidationError("must be printable characters with single spaces between them, or empty")


def _admin_token(value: str) -> None:
    # The value itself must never stand in a message.
    if value and not re.fullmatch(rf"[\x21-\x7e]{{{_SHORTEST_ADMIN_TOKEN},}}", value):
        raise ValidationError(f"must be {_SHORTEST_ADMIN_TOKEN} printable characters or more, without spaces")


def _rate_limit(value: str) -> None:
    try:
        if value:
            parse_many(value)
    except ValueError:
        raise ValidationError("must be such as 6000/minute, or empty") from None


def _names_a_log(value: str) -> None:
    if not is_name(value):
        raise ValidationError("must have no spaces and no plus sign")


def _keys_of_witnesses(value: str) -> None:
    try:
        algorithms = {key.algorithm for key in _keys(value)}
    except BadNote as error:
        raise ValidationError(f"must be verifier keys: {error}") from None
    if algorithms - {Algorithm.COSIGNATURE}:
        raise ValidationError("must be keys for cosignatures, of the type 0x04")


def _keys(value: str) -> tuple[VerifierKey, ...]:
    return tuple(VerifierKey.parse(one) for one in value.replace(",", " ").split())


def _networks_to_fetch(value: str) -> None:
    try:
        # The guard refuses ranges in which others are hidden, and says so.
        Policy(allowed_networks=_networks(value))
    except ValueError as error:
        raise ValidationError(f"must be networks such as 10.0.0.0/8: {error}") from None


def _networks(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(one) for one in value.replace(",", " ").split())


def _archive(value: str) -> None:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    # Pages' addresses are put behind it, and what it answers is compared with its host.
    if value and (not usable or not re.fullmatch(r"[!-~]+", value) or re.search(r"[?#@]", value)):
        raise ValidationError("must be such as https://web.archive.org/save, or empty")


def _model(value: str) -> None:
    if value and not (Path(value) / "modules.json").is_file():
        raise ValidationError("must be a folder with a model of sentence-transformers, or empty")
    if value and find_spec("sentence_transformers") is None:
        raise ValidationError("needs the package sentence-transformers")


def _log_level(value: str) -> None:
    if value.upper() not in _LOG_LEVELS:
        raise ValidationError(f"must be one of {', '.join(_LOG_LEVELS)}")
