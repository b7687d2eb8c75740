"""Runs the steps over the connection that storage.store or a developer's alembic gives."""

from alembic import context
from sqlalchemy import Connection, create_engine

from signaling_server.storage.schema import metadata


def migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with create_engine(context.config.get_main_option("sqlalchemy.url") or "").connect() as opened:
        migrate(opened)
        opened.commit()
