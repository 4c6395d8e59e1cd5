"""Keep what happened."""

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('happening',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('type', sa.Enum('fr.voc.response.completed.v1', 'fr.voc.alert.raised.v1', 'fr.voc.case.opened.v1', 'fr.voc.case.overdue.v1', 'fr.voc.case.closed.v1', 'fr.voc.improvement.started.v1', 'fr.voc.improvement.evaluated.v1', 'fr.voc.webhook.tested.v1', name='happeningtype', native_enum=False, length=40), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('data', feedback.db.types.JsonValue, nullable=False),
    sa.Column('at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('chain', feedback.db.types.JsonValue, nullable=False),
    sa.Column('spread_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_happening')),
    sa.UniqueConstraint('public_id', name=op.f('uq_happening_public_id'))
    )
    with op.batch_alter_table('happening', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_happening_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_happening_type_id'), ['type', 'id'], unique=False)
        batch_op.create_index('ix_happening_unspread', ['id'], unique=False, sqlite_where=sa.text('spread_at IS NULL'), postgresql_where=sa.text('spread_at IS NULL'))



def downgrade() -> None:
    with op.batch_alter_table('happening', schema=None) as batch_op:
        batch_op.drop_index('ix_happening_unspread', sqlite_where=sa.text('spread_at IS NULL'), postgresql_where=sa.text('spread_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_happening_type_id'))
        batch_op.drop_index(batch_op.f('ix_happening_at'))

    op.drop_table('happening')
