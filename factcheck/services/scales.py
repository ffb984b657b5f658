"""Rating scales: the wording that an organisation puts on ratings. A version, once made, never changes."""

from typing import Any

from factcheck.domain.actors import SERVICE, Actor
from factcheck.domain.errors import AlreadyThere, NotFound
from factcheck.domain.scales import SHIPPED, check_labels
from factcheck.domain.versions import Precondition, represent
from factcheck.domain.vocabulary import Subject
from factcheck.storage import journal, rows
from factcheck.storage.models import Scale


def add(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Raises AlreadyThere for a slug in use."""
    with journal.write(actor.id) as tx:
        if rows.where(Scale, "slug = ?", [data["slug"]]):
            raise AlreadyThere("a scale of this slug exists", pointer="/slug")
        check_labels(data["labels"])
        tx.create("scale.added", Subject.SCALE, {**data, "version": 1})
        return get(data["slug"])


def amend(actor: Actor, slug: str, data: dict[str, Any], match: Precondition) -> dict[str, Any]:
    """Make the next version; verdicts keep the one that they were given under."""
    with journal.write(actor.id) as tx:
        current = get(slug)
        match.require(represent(current).etag)
        values = {
            "slug": slug,
            "version": current["version"] + 1,
            "title": data.get("title", current["title"]),
            "labels": data.get("labels", current["labels"]),
        }
        check_labels(values["labels"])
        tx.create("scale.amended", Subject.SCALE, values)
        return get(slug)


def get(slug: str, version: int | None = None) -> dict[str, Any]:
    """The newest version, or the one asked for; raises NotFound."""
    return document(find(slug, version))


def every() -> list[dict[str, Any]]:
    """Every version of every scale."""
    return rows.where(Scale, "1 = 1 ORDER BY slug, version", [])


def find(slug: str, version: int | None = None) -> dict[str, Any]:
    if version is None:
        found = rows.where(Scale, "slug = ? ORDER BY version DESC LIMIT 1", [slug])
    else:
        found = rows.where(Scale, "slug = ? AND version = ?", [slug, version])
    if not found:
        raise NotFound(f"there is no scale {slug}" + (f" of version {version}" if version else ""))
    return found[0]


def page(after: str | None, limit: int) -> list[dict[str, Any]]:
    """The newest version of each scale, by slug, after the slug `after`."""
    newest = "version = (SELECT MAX(version) FROM scales s WHERE s.slug = scales.slug)"
    condition, params = (f"{newest} AND slug > ?", [after]) if after is not None else (newest, [])
    found = rows.where(Scale, f"{condition} ORDER BY slug LIMIT ?", [*params, limit])
    return [document(scale) for scale in found]


def ensure_shipped() -> None:
    """Add the scales that come with the service where they are missing."""
    with journal.write(SERVICE.id):
        for scale in SHIPPED:
            if not rows.where(Scale, "slug = ?", [scale["slug"]]):
                add(SERVICE, scale)


def document(scale: dict[str, Any]) -> dict[str, Any]:
    return {name: scale[name] for name in ("id", "slug", "version", "title", "labels", "created_at", "seq")}
