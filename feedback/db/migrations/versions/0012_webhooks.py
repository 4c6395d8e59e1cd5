"""Tell other systems."""

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('webhook_endpoint',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('url', sa.String(length=500), nullable=False),
    sa.Column('types', feedback.db.types.JsonValue, nullable=False),
    sa.Column('sealed_secret', sa.Text(), nullable=False),
    sa.Column('sealed_previous', sa.Text(), nullable=True),
    sa.Column('previous_until', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('stopped', sa.Enum('by_hand', 'gone', name='stopped', native_enum=False, length=40), nullable=True),
    sa.Column('stopped_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('resting_until', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('silent_calls', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_endpoint')),
    sa.UniqueConstraint('public_id', name=op.f('uq_webhook_endpoint_public_id'))
    )
    op.create_table('webhook_delivery',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('endpoint_id', sa.Integer(), nullable=False),
    sa.Column('happening_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'delivered', 'dead', name='deliverystate', native_enum=False, length=40), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('finished_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['endpoint_id'], ['webhook_endpoint.id'], name=op.f('fk_webhook_delivery_endpoint_id_webhook_endpoint'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['happening_id'], ['happening.id'], name=op.f('fk_webhook_delivery_happening_id_happening'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_delivery')),
    sa.UniqueConstraint('endpoint_id', 'happening_id', name=op.f('uq_webhook_delivery_endpoint_id_happening_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_webhook_delivery_public_id'))
    )
    with op.batch_alter_table('webhook_delivery', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_webhook_delivery_endpoint_id_state_id'), ['endpoint_id', 'state', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_webhook_delivery_happening_id'), ['happening_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_webhook_delivery_state_next_at'), ['state', 'next_at'], unique=False)

    op.create_table('webhook_attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('failure', sa.Enum('status', 'redirected', 'timeout', 'unreachable', 'private_address', 'not_encrypted', 'unsigned', 'gone', name='failure', native_enum=False, length=40), nullable=True),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('said', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['webhook_delivery.id'], name=op.f('fk_webhook_attempt_delivery_id_webhook_delivery'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_attempt'))
    )
    with op.batch_alter_table('webhook_attempt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_webhook_attempt_delivery_id_id'), ['delivery_id', 'id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('webhook_attempt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_webhook_attempt_delivery_id_id'))

    op.drop_table('webhook_attempt')
    with op.batch_alter_table('webhook_delivery', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_webhook_delivery_state_next_at'))
        batch_op.drop_index(batch_op.f('ix_webhook_delivery_happening_id'))
        batch_op.drop_index(batch_op.f('ix_webhook_delivery_endpoint_id_state_id'))

    op.drop_table('webhook_delivery')
    op.drop_table('webhook_endpoint')
