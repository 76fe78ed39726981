"""Alembic's entry point; `gateway.store.database.migrate` hands over the connection."""

from alembic import context

from gateway.store.schema import Table

context.configure(connection=context.config.attributes["connection"], target_metadata=Table.metadata)
with context.begin_transaction():
    context.run_migrations()
