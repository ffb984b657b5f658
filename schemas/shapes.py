"""Ways in which an object can be complete, for schemas in which that depends on several fields at once."""

from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError


@dataclass(frozen=True)
class Way:
    """One way: `needs` is given and not null; with `alone` nothing else is, with `without` that one is not."""

    needs: str
    alone: bool = False
    without: str | None = None

    def fits(self, data: dict[str, Any]) -> bool:
        if data.get(self.needs) is None or (self.without is not None and self.without in data):
            return False
        return not self.alone or len(data) == 1

    def described(self, whole: dict[str, Any]) -> dict[str, Any]:
        """This way's JSON Schema, from that of the whole object."""
        allowed = {self.needs} if self.alone else whole["properties"].keys() - {self.without}
        properties = {name: shape for name, shape in whole["properties"].items() if name in allowed}
        needed = properties[self.needs]
        if isinstance(needed.get("type"), list):
            properties[self.needs] = {**needed, "type": next(one for one in needed["type"] if one != "null")}
        required = sorted({self.needs, *whole.get("required", ())})
        return {**whole, "properties": properties, "required": required}


def require_one(data: dict[str, Any], ways: tuple[Way, ...]) -> None:
    """Raises ValidationError where the object is complete in no way, naming a field to begin with."""
    if any(way.fits(data) for way in ways):
        return
    for way in ways:
        if way.alone and way.needs in data:
            raise ValidationError("goes alone: beside it nothing else is taken.", way.needs)
        if way.without in data and way.needs in data:
            raise ValidationError(f"goes without {way.without}: give one of the two.", way.needs)
    names = " or ".join(dict.fromkeys(way.needs for way in ways))
    raise ValidationError(f"is missing: give {names}.", next(way.needs for way in ways if not way.alone))


def describe(schema: object, whole: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of an object whose schema has `ways`; of others it is the whole as it is."""
    ways: tuple[Way, ...] = getattr(schema, "ways", ())
    return {"anyOf": [way.described(whole) for way in ways]} if ways else whole
