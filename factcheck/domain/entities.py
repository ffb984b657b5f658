"""What the record holds, as plain mappings: one shape for rows, folded events and rendering.

An entity has the fields that its events set, and five that every event keeps up: `id`, `created_at`,
`created_by` (an account's id or "system"), `updated_at` and `seq` (its newest event).
A field that events came to set later is missing where they do not, in a fold; a row has it as null.
References hold ids. Times are RFC 3339 UTC strings, which sort as text.
"""

from collections.abc import Mapping
from typing import Any

Entity = Mapping[str, Any]
