"""Webhooks as administrators see them: who is told of which events, where, and what came of it.

A secret is shown once. Neither it nor the URL, which can hold one, is in the ledger: that has the host alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from factcheck import clock
from factcheck.domain.actors import Actor
from factcheck.domain.errors import Conflict, Invalid, NotFound
from factcheck.domain.versions import Precondition, represent
from factcheck.domain.vocabulary import DeliveryState, Subject
from factcheck.domain.webhooks import SECRET_BYTES, secret_text
from factcheck.network.connecting import is_refused
from factcheck.storage import deliveries, journal, rows, sealing, webhooks
from factcheck.storage.journal import Transaction
from factcheck.storage.models import Webhook
from factcheck.storage.webhooks import Backlog

Values = dict[str, Any]

_SHOWN = ("types", "active", "paused_at", "paused_reason", "former_secret_until", "created_at", "updated_at", "seq")


@dataclass(frozen=True, slots=True)
class House:
    """What of the settings bears on webhooks: where the key is that seals secrets, and which networks may be reached
    besides public addresses."""

    directory: Path
    networks: Sequence[IPv4Network | IPv6Network] = ()


def add(actor: Actor, data: Values, house: House) -> Values:
    """Make a webhook that is told of what happens from now on; the answer alone holds its `secret`. Raises Invalid."""
    _require_reachable(data["url"], house)
    with journal.write(actor.id) as tx:
        values = {
            "host": _host(data["url"]),
            "types": data["types"],
            "active": True,
            "paused_at": None,
            "paused_reason": None,
            "former_secret_until": None,
            "removed_at": None,
        }
        webhook = tx.create("webhook.added", Subject.WEBHOOK, values)
        key = clock.random_bytes(SECRET_BYTES)
        # Of its own making it is not told.
        passed = rows.require(Webhook, webhook)["seq"]
        webhooks.add(webhook, data["url"], sealing.seal(house.directory, key, webhook), passed, tx.now)
        return {**get(webhook), "secret": secret_text(key)}


def get(webhook_id: str) -> Values:
    """Raises NotFound."""
    return _documents([_require(webhook_id)])[0]


def page(after: str | None, limit: int) -> list[Values]:
    """Webhooks, newest first, before the id `after`."""
    return _documents(rows.newest_first(Webhook, after, limit, "removed_at IS NULL"))


def amend(actor: Actor, webhook_id: str, data: Values, match: Precondition, house: House) -> Values:
    """Set url, types or active. Where it is resumed it goes on from where it was."""
    if "url" in data:
        _require_reachable(data["url"], house)
    with journal.write(actor.id) as tx:
        row, shown = _require(webhook_id), get(webhook_id)
        match.require(represent(shown).etag)
        moved = data.get("url", shown["url"]) != shown["url"]
        if moved:
            webhooks.set_url(webhook_id, data["url"])
        values = {"types": data["types"]} if "types" in data else {}
        if moved or values.get("types", row["types"]) != row["types"]:
            host = _host(data["url"]) if moved else row["host"]
            # Where it leads within a host the record does not say, but that it was changed.
            tx.change("webhook.amended", Subject.WEBHOOK, row, {**values, "host": host}, always=True)
            deliveries.forget_waiting(webhook_id)
            webhooks.begin_anew(webhook_id, tx.now)
        if data.get("active", row["active"]) != row["active"]:
            _switch(tx, _require(webhook_id), active=data["active"])
        return get(webhook_id)


def remove(actor: Actor, webhook_id: str, match: Precondition) -> None:
    """Tell it no more; its secrets and what is known of its deliveries go."""
    with journal.write(actor.id) as tx:
        row = _require(webhook_id)
        match.require(represent(get(webhook_id)).etag)
        tx.change("webhook.removed", Subject.WEBHOOK, row, {"active": False, "removed_at": tx.now})
        webhooks.forget(webhook_id)


def rotate(actor: Actor, webhook_id: str, overlap_hours: int, house: House) -> Values:
    """Make a new secret, which the answer alone holds; for so many hours the one before it signs too."""
    with journal.write(actor.id) as tx:
        row = _require(webhook_id)
        key = clock.random_bytes(SECRET_BYTES)
        until = clock.timestamp(clock.now() + timedelta(hours=overlap_hours)) if overlap_hours else None
        webhooks.set_secret(webhook_id, sealing.seal(house.directory, key, webhook_id))
        tx.change("webhook.rotated", Subject.WEBHOOK, row, {"former_secret_until": until}, always=True)
        return {**get(webhook_id), "secret": secret_text(key)}


def require_usable(directory: Path) -> None:
    """That the key is there under which the newest secret was sealed, if there is one; raises UnusableKey."""
    if newest := webhooks.newest_secret():
        webhook, sealed = newest
        sealing.unseal(directory, sealed, webhook)


def sent(webhook_id: str, after: int | None, limit: int, states: Sequence[str]) -> list[Values]:
    """What was sent to a webhook or is being tried, the newest event first. Raises NotFound."""
    _require(webhook_id)
    return deliveries.page(webhook_id, after, limit, states)


def delivery(webhook_id: str, delivery_id: str) -> Values:
    """Raises NotFound."""
    _require(webhook_id)
    found = deliveries.get(webhook_id, delivery_id)
    if found is None:
        raise NotFound(f"there is no delivery {delivery_id} of this webhook, or none any more")
    return found


def resend(actor: Actor, webhook_id: str, delivery_id: str) -> Values:
    """Have an event sent again soon: one that was delivered out of its row, once; one that waits before its time.

    Raises NotFound, and Conflict where the webhook is paused.
    """
    with journal.write(actor.id) as tx:
        found = delivery(webhook_id, delivery_id)
        if not _require(webhook_id)["active"]:
            raise Conflict("the webhook is paused: resume it first")
        if found["state"] == DeliveryState.WAITING:
            webhooks.send_now(webhook_id, tx.now)
        else:
            deliveries.ask_again(delivery_id, tx.now)
        return delivery(webhook_id, delivery_id)


def backlog() -> Backlog:
    """What there is to do."""
    return webhooks.backlog(journal.size())


def outcomes() -> dict[str, int]:
    """How many attempts came to what, ever."""
    return deliveries.outcomes()


def _switch(tx: Transaction, row: Values, *, active: bool) -> None:
    values = {"active": active, "paused_at": None if active else tx.now, "paused_reason": None}
    tx.change("webhook.resumed" if active else "webhook.paused", Subject.WEBHOOK, row, values)
    if active:
        webhooks.begin_anew(row["id"], tx.now)
    else:
        webhooks.wait(row["id"], None)


def _require(webhook_id: str) -> Values:
    row = rows.get(Webhook, webhook_id)
    if row is None or row["removed_at"]:
        raise NotFound(f"there is no webhook {webhook_id}")
    return row


def _documents(found: Sequence[Values]) -> list[Values]:
    urls = webhooks.urls([row["id"] for row in found])
    return [{"id": row["id"], "url": urls[row["id"]], **{name: row[name] for name in _SHOWN}} for row in found]


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


def _require_reachable(url: str, house: House) -> None:
    if is_refused(url, house.networks):
        raise Invalid("nothing is sent there: ports are 80, 443 and 1024 up, addresses public ones", pointer="/url")
