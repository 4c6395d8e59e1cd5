"""Keep the reasons of each feeling beside it."""

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('annotation', sa.Column('reasons', feedback.db.types.JsonValue, nullable=True))


def downgrade() -> None:
    op.drop_column('annotation', 'reasons')
