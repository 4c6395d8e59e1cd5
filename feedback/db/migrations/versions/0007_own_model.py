"""Keep models learned from the answers of the house."""

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('own_model',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('slot', sa.String(length=8), nullable=True),
    sa.Column('state', sa.Enum('live', 'candidate', 'retired', 'refused', name='modelstate', native_enum=False, length=40), nullable=False),
    sa.Column('verdict', sa.Enum('better', 'too_few', 'not_better', 'worse_without_side', name='verdict', native_enum=False, length=40), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('analysis', sa.String(length=40), nullable=False),
    sa.Column('version', sa.String(length=8), nullable=True),
    sa.Column('corrected', sa.Integer(), nullable=False),
    sa.Column('scored', sa.Integer(), nullable=False),
    sa.Column('figures', feedback.db.types.JsonValue, nullable=False),
    sa.Column('weights', sa.LargeBinary(), nullable=True),
    sa.Column('live_since', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_own_model_author_id_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_own_model')),
    sa.UniqueConstraint('public_id', name=op.f('uq_own_model_public_id')),
    sa.UniqueConstraint('slot', name=op.f('uq_own_model_slot'))
    )
    with op.batch_alter_table('own_model', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_own_model_language_id'), ['language', 'id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('own_model', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_own_model_language_id'))

    op.drop_table('own_model')
