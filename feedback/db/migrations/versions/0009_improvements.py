"""Keep improvements."""

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('external_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('campaign', 'price_change', 'strike', 'outage', 'season', 'other', name='eventkind', native_enum=False, length=40), nullable=False),
    sa.Column('words', sa.String(length=200), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_external_event_author_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_external_event_journey_id_journey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_external_event')),
    sa.UniqueConstraint('public_id', name=op.f('uq_external_event_public_id'))
    )
    with op.batch_alter_table('external_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_external_event_journey_id_starts_on'), ['journey_id', 'starts_on'], unique=False)

    op.create_table('improvement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('theme_key', sa.String(length=60), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('team', sa.String(length=120), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('effort', sa.Integer(), nullable=False),
    sa.Column('reach', sa.Integer(), nullable=True),
    sa.Column('expected_change', sa.String(length=300), nullable=False),
    sa.Column('state', sa.Enum('idea', 'planned', 'in_progress', 'done', 'dropped', name='state', native_enum=False, length=40), nullable=False),
    sa.Column('source_kind', sa.Enum('hand', 'theme', 'alert', 'driver', 'interview', name='sourcekind', native_enum=False, length=40), nullable=False),
    sa.Column('source_ref', sa.String(length=120), nullable=False),
    sa.Column('impact', sa.Double(), nullable=False),
    sa.Column('priority', sa.Double(), nullable=False),
    sa.Column('impact_basis', feedback.db.types.JsonValue, nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('started_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('ended_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_improvement_author_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_improvement_journey_id_journey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['owner_id'], ['account.id'], name=op.f('fk_improvement_owner_id_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_improvement')),
    sa.UniqueConstraint('public_id', name=op.f('uq_improvement_public_id'))
    )
    with op.batch_alter_table('improvement', schema=None) as batch_op:
        batch_op.create_index('ix_improvement_board', ['state', 'priority', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_improvement_journey_id_theme_key'), ['journey_id', 'theme_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_improvement_owner_id'), ['owner_id'], unique=False)

    op.create_table('improvement_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('improvement_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('details', feedback.db.types.JsonValue, nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_improvement_change_author_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['improvement_id'], ['improvement.id'], name=op.f('fk_improvement_change_improvement_id_improvement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_improvement_change'))
    )
    with op.batch_alter_table('improvement_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_improvement_change_improvement_id_id'), ['improvement_id', 'id'], unique=False)

    op.create_table('improvement_comment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('improvement_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_improvement_comment_author_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['improvement_id'], ['improvement.id'], name=op.f('fk_improvement_comment_improvement_id_improvement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_improvement_comment')),
    sa.UniqueConstraint('public_id', name=op.f('uq_improvement_comment_public_id'))
    )
    with op.batch_alter_table('improvement_comment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_improvement_comment_improvement_id_id'), ['improvement_id', 'id'], unique=False)

    op.create_table('improvement_plan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('improvement_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('locked_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_improvement_plan_author_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['improvement_id'], ['improvement.id'], name=op.f('fk_improvement_plan_improvement_id_improvement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_improvement_plan')),
    sa.UniqueConstraint('improvement_id', 'number', name=op.f('uq_improvement_plan_improvement_id_number'))
    )
    op.create_table('improvement_task',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('improvement_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=300), nullable=False),
    sa.Column('is_done', sa.Boolean(), nullable=False),
    sa.Column('assignee_id', sa.Integer(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['assignee_id'], ['account.id'], name=op.f('fk_improvement_task_assignee_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['improvement_id'], ['improvement.id'], name=op.f('fk_improvement_task_improvement_id_improvement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_improvement_task')),
    sa.UniqueConstraint('public_id', name=op.f('uq_improvement_task_public_id'))
    )
    with op.batch_alter_table('improvement_task', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_improvement_task_improvement_id_position'), ['improvement_id', 'position'], unique=False)

    op.create_table('improvement_verdict',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('improvement_id', sa.Integer(), nullable=False),
    sa.Column('plan_number', sa.Integer(), nullable=False),
    sa.Column('plan_sha256', sa.String(length=64), nullable=False),
    sa.Column('through', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('change_course', sa.Boolean(), nullable=False),
    sa.Column('figures', feedback.db.types.JsonValue, nullable=False),
    sa.Column('inputs', feedback.db.types.JsonValue, nullable=False),
    sa.Column('snapshot', sa.String(length=64), nullable=False),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['improvement_id'], ['improvement.id'], name=op.f('fk_improvement_verdict_improvement_id_improvement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_improvement_verdict')),
    sa.UniqueConstraint('public_id', name=op.f('uq_improvement_verdict_public_id'))
    )
    with op.batch_alter_table('improvement_verdict', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_improvement_verdict_improvement_id_through_id'), ['improvement_id', 'through', 'id'], unique=False)

    op.create_table('outcome_message',
    sa.Column('improvement_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('words', feedback.db.types.JsonValue, nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('confirmed_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_outcome_message_author_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['improvement_id'], ['improvement.id'], name=op.f('fk_outcome_message_improvement_id_improvement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('improvement_id', name=op.f('pk_outcome_message'))
    )
    op.create_table('outcome_notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('improvement_id', sa.Integer(), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('told', 'held_back', name='noticestate', native_enum=False, length=40), nullable=False),
    sa.Column('reason', sa.String(length=60), nullable=True),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_outcome_notice_contact_id_contact'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['improvement_id'], ['improvement.id'], name=op.f('fk_outcome_notice_improvement_id_improvement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outcome_notice')),
    sa.UniqueConstraint('improvement_id', 'contact_id', name=op.f('uq_outcome_notice_improvement_id_contact_id'))
    )
    with op.batch_alter_table('outcome_notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outcome_notice_contact_id'), ['contact_id'], unique=False)

    op.create_table('improvement_mention',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('comment_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('seen_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_improvement_mention_account_id_account'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['comment_id'], ['improvement_comment.id'], name=op.f('fk_improvement_mention_comment_id_improvement_comment'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_improvement_mention')),
    sa.UniqueConstraint('comment_id', 'account_id', name=op.f('uq_improvement_mention_comment_id_account_id'))
    )
    with op.batch_alter_table('improvement_mention', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_improvement_mention_account_id_seen_at'), ['account_id', 'seen_at'], unique=False)

    op.create_table('improvement_place',
    sa.Column('improvement_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('touchpoint_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['improvement_id'], ['improvement.id'], name=op.f('fk_improvement_place_improvement_id_improvement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['touchpoint_id'], ['touchpoint.id'], name=op.f('fk_improvement_place_touchpoint_id_touchpoint'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('improvement_id', 'touchpoint_id', name=op.f('pk_improvement_place'))
    )
    with op.batch_alter_table('improvement_place', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_improvement_place_touchpoint_id'), ['touchpoint_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('improvement_place', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_improvement_place_touchpoint_id'))

    op.drop_table('improvement_place')
    with op.batch_alter_table('improvement_mention', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_improvement_mention_account_id_seen_at'))

    op.drop_table('improvement_mention')
    with op.batch_alter_table('outcome_notice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outcome_notice_contact_id'))

    op.drop_table('outcome_notice')
    op.drop_table('outcome_message')
    with op.batch_alter_table('improvement_verdict', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_improvement_verdict_improvement_id_through_id'))

    op.drop_table('improvement_verdict')
    with op.batch_alter_table('improvement_task', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_improvement_task_improvement_id_position'))

    op.drop_table('improvement_task')
    op.drop_table('improvement_plan')
    with op.batch_alter_table('improvement_comment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_improvement_comment_improvement_id_id'))

    op.drop_table('improvement_comment')
    with op.batch_alter_table('improvement_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_improvement_change_improvement_id_id'))

    op.drop_table('improvement_change')
    with op.batch_alter_table('improvement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_improvement_owner_id'))
        batch_op.drop_index(batch_op.f('ix_improvement_journey_id_theme_key'))
        batch_op.drop_index('ix_improvement_board')

    op.drop_table('improvement')
    with op.batch_alter_table('external_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_external_event_journey_id_starts_on'))

    op.drop_table('external_event')
