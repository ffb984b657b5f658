"""python -m factcheck.server.health: whether the service in this container answers. For HEALTHCHECK."""

import http.client
import os
import sys


def main() -> None:
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT") or 8000), timeout=3)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        sys.exit(str(error))
    if status != http.HTTPStatus.OK:
        sys.exit(f"/healthz answered {status}")


if __name__ == "__main__":
    main()
