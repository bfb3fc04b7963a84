"""How well the scanned pages of a book were read."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add to each book its number of scanned pages, and which were read badly or not at all."""
    op.add_column("books", sa.Column("scanned_pages", sa.Integer, nullable=False, server_default="0"))
    op.add_column("books", sa.Column("poor_pages", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("books", sa.Column("unread_pages", sa.JSON, nullable=False, server_default="[]"))
