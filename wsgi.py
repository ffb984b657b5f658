"""What servers load: `gunicorn wsgi:application`; `flask` finds it by itself."""

from factcheck.app import create_app
from factcheck.config import WrongSettings

try:
    application = create_app()
except WrongSettings as error:
    raise SystemExit(str(error)) from None
