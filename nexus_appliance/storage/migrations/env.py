"""Run by Alembic on the connection that `storage.migrate` opened; all revisions in one transaction."""

from alembic import context

from nexus_appliance.storage.schema import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
