"""Run by Alembic with the connection that `api.migrations.run` hands over."""

from alembic import context

from catalogue.run_models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot alter columns in place
)
with context.begin_transaction():
    context.run_migrations()
