"""Keep rules."""

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('automation_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('type', sa.Enum('fr.voc.response.completed.v1', 'fr.voc.alert.raised.v1', 'fr.voc.case.opened.v1', 'fr.voc.case.overdue.v1', 'fr.voc.case.closed.v1', 'fr.voc.improvement.started.v1', 'fr.voc.improvement.evaluated.v1', 'fr.voc.webhook.tested.v1', name='happeningtype', native_enum=False, length=40), nullable=False),
    sa.Column('conditions', feedback.db.types.JsonValue, nullable=True),
    sa.Column('action', feedback.db.types.JsonValue, nullable=False),
    sa.Column('is_on', sa.Boolean(), nullable=False),
    sa.Column('archived_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_automation_rule')),
    sa.UniqueConstraint('public_id', name=op.f('uq_automation_rule_public_id'))
    )
    op.create_table('automation_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('rule_id', sa.Integer(), nullable=False),
    sa.Column('happening_id', sa.Integer(), nullable=False),
    sa.Column('at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.Enum('ran', 'not_met', 'refused', 'failed', name='outcome', native_enum=False, length=40), nullable=False),
    sa.Column('reason', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['happening_id'], ['happening.id'], name=op.f('fk_automation_run_happening_id_happening'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['rule_id'], ['automation_rule.id'], name=op.f('fk_automation_run_rule_id_automation_rule'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_automation_run')),
    sa.UniqueConstraint('rule_id', 'happening_id', name=op.f('uq_automation_run_rule_id_happening_id'))
    )
    with op.batch_alter_table('automation_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_automation_run_happening_id'), ['happening_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_automation_run_rule_id_outcome_id'), ['rule_id', 'outcome', 'id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('automation_run', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_automation_run_rule_id_outcome_id'))
        batch_op.drop_index(batch_op.f('ix_automation_run_happening_id'))

    op.drop_table('automation_run')
    op.drop_table('automation_rule')
