"""Keep alerts."""

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('alert_subscription',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('mailed_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_alert_subscription_account_id_account'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_alert_subscription_journey_id_journey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_subscription')),
    sa.UniqueConstraint('journey_id', 'account_id', name=op.f('uq_alert_subscription_journey_id_account_id'))
    )
    op.create_table('alert',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('touchpoint_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('share', 'words', 'unhappy', name='alertkind', native_enum=False, length=40), nullable=False),
    sa.Column('slot', sa.String(length=160), nullable=True),
    sa.Column('theme_key', sa.String(length=60), nullable=True),
    sa.Column('way', sa.Enum('up', 'down', name='way', native_enum=False, length=40), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=True),
    sa.Column('signature', feedback.db.types.JsonValue, nullable=False),
    sa.Column('shown', feedback.db.types.JsonValue, nullable=False),
    sa.Column('began_on', sa.Date(), nullable=False),
    sa.Column('hits', sa.Integer(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('usual_hits', sa.Integer(), nullable=False),
    sa.Column('usual_n', sa.Integer(), nullable=False),
    sa.Column('p', sa.Double(), nullable=False),
    sa.Column('adjusted_p', sa.Double(), nullable=False),
    sa.Column('closed_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('ending', sa.Enum('back', 'settled', 'gone', name='ending', native_enum=False, length=40), nullable=True),
    sa.Column('muted_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('muted_until', sa.Date(), nullable=True),
    sa.Column('mute_reason', sa.String(length=500), nullable=True),
    sa.Column('muted_by_id', sa.Integer(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_alert_journey_id_journey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['muted_by_id'], ['account.id'], name=op.f('fk_alert_muted_by_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['touchpoint_id'], ['touchpoint.id'], name=op.f('fk_alert_touchpoint_id_touchpoint'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert')),
    sa.UniqueConstraint('public_id', name=op.f('uq_alert_public_id')),
    sa.UniqueConstraint('slot', name=op.f('uq_alert_slot'))
    )
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alert_journey_id_closed_at'), ['journey_id', 'closed_at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_alert_journey_id_closed_at'))

    op.drop_table('alert')
    op.drop_table('alert_subscription')
