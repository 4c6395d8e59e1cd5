"""Keep cases."""

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('case_template',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_template')),
    sa.UniqueConstraint('public_id', name=op.f('uq_case_template_public_id'))
    )
    op.create_table('case_settings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('calendar', feedback.db.types.JsonValue, nullable=False),
    sa.Column('rules', feedback.db.types.JsonValue, nullable=False),
    sa.Column('escalate_to', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['escalate_to'], ['account.id'], name=op.f('fk_case_settings_escalate_to_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_settings'))
    )
    op.create_table('customer_case',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('touchpoint_id', sa.Integer(), nullable=False),
    sa.Column('origin_key', sa.String(length=64), nullable=False),
    sa.Column('feedback_id', sa.Integer(), nullable=True),
    sa.Column('response_id', sa.Integer(), nullable=True),
    sa.Column('contact', sa.String(length=12), nullable=True),
    sa.Column('language', sa.String(length=8), nullable=True),
    sa.Column('reason', sa.Enum('callback', 'low_score', 'angry_text', 'by_hand', 'by_rule', name='casereason', native_enum=False, length=40), nullable=False),
    sa.Column('state', sa.Enum('to_do', 'in_progress', 'waiting', 'resolved', name='casestate', native_enum=False, length=40), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('team', sa.String(length=120), nullable=False),
    sa.Column('opened_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('due_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('answered_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('resolved_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answer_minutes', sa.Integer(), nullable=True),
    sa.Column('close_minutes', sa.Integer(), nullable=True),
    sa.Column('in_time', sa.Boolean(), nullable=True),
    sa.Column('escalated_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('root_cause', sa.Enum('product', 'delivery', 'price', 'staff', 'information', 'digital', 'process', 'partner', 'misunderstanding', 'other', name='rootcause', native_enum=False, length=40), nullable=True),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('reopened', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['feedback_id'], ['feedback.id'], name=op.f('fk_customer_case_feedback_id_feedback'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_customer_case_journey_id_journey')),
    sa.ForeignKeyConstraint(['owner_id'], ['account.id'], name=op.f('fk_customer_case_owner_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['response_id'], ['response.id'], name=op.f('fk_customer_case_response_id_response'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['touchpoint_id'], ['touchpoint.id'], name=op.f('fk_customer_case_touchpoint_id_touchpoint')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customer_case')),
    sa.UniqueConstraint('origin_key', name=op.f('uq_customer_case_origin_key')),
    sa.UniqueConstraint('public_id', name=op.f('uq_customer_case_public_id'))
    )
    with op.batch_alter_table('customer_case', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_customer_case_contact'), ['contact'], unique=False)
        batch_op.create_index(batch_op.f('ix_customer_case_feedback_id'), ['feedback_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_customer_case_journey_id_opened_at'), ['journey_id', 'opened_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_customer_case_owner_id_state'), ['owner_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_customer_case_state_due_at_id'), ['state', 'due_at', 'id'], unique=False)

    op.create_table('case_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('opened', 'note', 'reply', 'reached', 'changed', 'escalated', 'resolved', 'reopened', name='entrykind', native_enum=False, length=40), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('details', feedback.db.types.JsonValue, nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_case_entry_author_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['case_id'], ['customer_case.id'], name=op.f('fk_case_entry_case_id_customer_case'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_entry'))
    )
    with op.batch_alter_table('case_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_entry_case_id_id'), ['case_id', 'id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('case_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_entry_case_id_id'))

    op.drop_table('case_entry')
    with op.batch_alter_table('customer_case', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_customer_case_state_due_at_id'))
        batch_op.drop_index(batch_op.f('ix_customer_case_owner_id_state'))
        batch_op.drop_index(batch_op.f('ix_customer_case_journey_id_opened_at'))
        batch_op.drop_index(batch_op.f('ix_customer_case_feedback_id'))
        batch_op.drop_index(batch_op.f('ix_customer_case_contact'))

    op.drop_table('customer_case')
    op.drop_table('case_settings')
    op.drop_table('case_template')
