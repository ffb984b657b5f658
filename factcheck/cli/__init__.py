"""The command line: `flask ...`. Thin: each command calls a service and prints."""

from flask import Flask

from factcheck.cli import accounts, backups, database, exporting, importing, log, seeding, serving, witness


def register(app: Flask) -> None:
    app.cli.add_command(database.group)
    app.cli.add_command(accounts.group)
    app.cli.add_command(accounts.tokens)
    app.cli.add_command(log.checkpoint)
    app.cli.add_command(log.keys)
    app.cli.add_command(backups.backup_command)
    app.cli.add_command(backups.restore_command)
    app.cli.add_command(exporting.group)
    app.cli.add_command(exporting.verify_command)
    app.cli.add_command(importing.group)
    app.cli.add_command(seeding.seed)
    app.cli.add_command(serving.serve)
    app.cli.add_command(serving.worker)
    app.cli.add_command(witness.witness)
    app.cli.add_command(witness.make_key)
