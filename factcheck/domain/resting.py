"""What a verdict rests on."""

from factcheck.domain.entities import Entity


def rests_on(verdict: Entity, link: Entity) -> bool:
    """Whether a verdict rests on a link of its claim: one that it names, or any where it names none."""
    if verdict["evidence"]:
        return link["id"] in verdict["evidence"]
    return bool(verdict["claim"] == link["claim"])
