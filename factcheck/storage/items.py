"""An event as histories serve it, rendered when it is written: whole, withheld until it is public, or erased."""

from collections.abc import Mapping
from typing import Any

import orjson

from factcheck.ledger.event import Envelope

Values = Mapping[str, Any]

_HIDDEN = {"payload": None, "changes": None, "salt": None}


def history_item(envelope: Envelope, leaf_hash: str, salt: str, payload: bytes, before: Values) -> bytes:
    """An event as histories serve it; `before` holds what the set fields held until then."""
    changes = {
        name: {"before": before.get(name), "after": after}
        for name, after in orjson.loads(payload)["set"].items()
        if after != before.get(name)
    }
    return orjson.dumps(
        {
            **envelope.as_json(),
            "payload": orjson.Fragment(payload),
            "changes": changes,
            "salt": salt,
            "leaf_hash": leaf_hash,
        }
    )


def withheld_item(envelope: Envelope, leaf_hash: str) -> bytes:
    """An event whose payload this reader may not see: all that still proves its place."""
    return orjson.dumps({**envelope.as_json(), **_HIDDEN, "leaf_hash": leaf_hash})


def redacted_item(envelope: Envelope, leaf_hash: str, said: Values) -> bytes:
    """An event whose payload is erased; `said` is what the redacting event says of it."""
    return orjson.dumps({**envelope.as_json(), **_HIDDEN, "leaf_hash": leaf_hash, "redacted": said})
