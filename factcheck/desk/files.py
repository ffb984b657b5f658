"""The style sheet, the script and the icon: sent under names that change with what they hold, so that browsers keep
them for good."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response
from werkzeug.exceptions import NotFound

from factcheck.web.auth import ALWAYS, permit

_DIRECTORY = Path(__file__).parent / "static"
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}


def register(app: Flask) -> None:
    app.add_url_rule("/static/<name>", endpoint="desk_file", view_func=permit(ALWAYS)(send_file), methods=["GET"])


def address(name: str) -> str:
    """Where a file is found: `desk.css` at `/static/desk.1f2e3d4c.css`."""
    return f"/static/{_addresses()[name]}"


def send_file(name: str) -> Response:
    """One of the pages' own files."""
    path = {shown: _DIRECTORY / own for own, shown in _addresses().items()}.get(name)
    if path is None:
        raise NotFound
    return Response(_body(path), content_type=_MEDIA_TYPES[path.suffix], headers=_FOR_GOOD)


@cache
def _addresses() -> dict[str, str]:
    """The name under which each file is sent."""
    files = (path for path in sorted(_DIRECTORY.iterdir()) if path.suffix in _MEDIA_TYPES)
    return {path.name: f"{path.stem}.{hashlib.sha256(_body(path)).hexdigest()[:8]}{path.suffix}" for path in files}


@cache
def _body(path: Path) -> bytes:
    return path.read_bytes()
