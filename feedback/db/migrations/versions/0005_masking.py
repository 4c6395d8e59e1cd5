"""Count what was masked by kind, and keep the words of the deployment."""

from collections import Counter

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

ROWS_AT_ONCE = 2000


def upgrade() -> None:
    op.create_table('masked_kind',
    sa.Column('verbatim_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('places', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['verbatim_id'], ['verbatim.id'], name=op.f('fk_masked_kind_verbatim_id_verbatim'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('verbatim_id', 'kind', name=op.f('pk_masked_kind'))
    )
    with op.batch_alter_table('masked_kind', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_masked_kind_journey_id_kind_day'), ['journey_id', 'kind', 'day'], unique=False)

    op.create_table('masking_word',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('word', sa.String(length=100), nullable=False),
    sa.Column('is_masked', sa.Boolean(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_masking_word_author_id_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_masking_word')),
    sa.UniqueConstraint('word', name=op.f('uq_masking_word_word'))
    )
    _count_what_is_masked()


def _count_what_is_masked() -> None:
    """Count the kinds of the annotations that stand, some thousand rows at a time."""
    connection = op.get_bind()
    annotation = sa.table(
        'annotation',
        sa.column('verbatim_id', sa.Integer),
        sa.column('personal_data', feedback.db.types.JsonValue),
    )
    verbatim = sa.table('verbatim', sa.column('id'), sa.column('feedback_id'))
    occasion = sa.table('feedback', sa.column('id'), sa.column('journey_id'), sa.column('day', sa.Date))
    masked = sa.table(
        'masked_kind', sa.column('verbatim_id'), sa.column('kind'),
        sa.column('journey_id'), sa.column('day', sa.Date), sa.column('places'),
    )
    wanted = (
        sa.select(annotation.c.verbatim_id, annotation.c.personal_data, occasion.c.journey_id, occasion.c.day)
        .join(verbatim, verbatim.c.id == annotation.c.verbatim_id)
        .join(occasion, occasion.c.id == verbatim.c.feedback_id)
        .order_by(annotation.c.verbatim_id)
        .limit(ROWS_AT_ONCE)
    )
    last = 0
    while rows := connection.execute(wanted.where(annotation.c.verbatim_id > last)).all():
        last = rows[-1].verbatim_id
        kinds = [
            {'verbatim_id': row.verbatim_id, 'kind': kind, 'journey_id': row.journey_id, 'day': row.day, 'places': places}
            for row in rows
            for kind, places in Counter(item['kind'] for item in row.personal_data).items()
        ]
        if kinds:
            connection.execute(masked.insert(), kinds)


def downgrade() -> None:
    op.drop_table('masking_word')
    op.drop_table('masked_kind')
