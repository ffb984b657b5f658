"""How gunicorn serves: its settings and its worker. Knows the server and nothing of the service."""
