"""Keep interviews."""

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('interview_guide',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('shipped_key', sa.String(length=60), nullable=True),
    sa.Column('stage', sa.Enum('discovery', 'evaluation', 'decision', 'after_sales', 'loyalty', name='stage', native_enum=False, length=40), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('archived_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interview_guide')),
    sa.UniqueConstraint('public_id', name=op.f('uq_interview_guide_public_id')),
    sa.UniqueConstraint('shipped_key', name=op.f('uq_interview_guide_shipped_key'))
    )
    op.create_table('interview_guide_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('guide_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', feedback.db.types.JsonValue, nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_interview_guide_version_author_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['guide_id'], ['interview_guide.id'], name=op.f('fk_interview_guide_version_guide_id_interview_guide'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interview_guide_version')),
    sa.UniqueConstraint('guide_id', 'number', name=op.f('uq_interview_guide_version_guide_id_number'))
    )
    op.create_table('interview',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('phase_id', sa.Integer(), nullable=True),
    sa.Column('persona_id', sa.Integer(), nullable=True),
    sa.Column('touchpoint_ids', feedback.db.types.JsonValue, nullable=False),
    sa.Column('alias', sa.String(length=120), nullable=False),
    sa.Column('contact', sa.String(length=12), nullable=True),
    sa.Column('researcher_id', sa.Integer(), nullable=True),
    sa.Column('guide_version_id', sa.Integer(), nullable=True),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('way', sa.Enum('video', 'phone', 'in_person', name='way', native_enum=False, length=40), nullable=False),
    sa.Column('held_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('planned', 'held', 'cancelled', 'withdrawn', name='interviewstate', native_enum=False, length=40), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.Column('notes_revision', sa.Integer(), nullable=False),
    sa.Column('transcript', sa.Enum('none', 'waiting', 'ready', name='transcriptstate', native_enum=False, length=40), nullable=False),
    sa.Column('transcript_name', sa.String(length=255), nullable=True),
    sa.Column('speakers', feedback.db.types.JsonValue, nullable=False),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['guide_version_id'], ['interview_guide_version.id'], name=op.f('fk_interview_guide_version_id_interview_guide_version')),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_interview_journey_id_journey')),
    sa.ForeignKeyConstraint(['persona_id'], ['persona.id'], name=op.f('fk_interview_persona_id_persona'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['phase_id'], ['phase.id'], name=op.f('fk_interview_phase_id_phase'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['researcher_id'], ['account.id'], name=op.f('fk_interview_researcher_id_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interview')),
    sa.UniqueConstraint('public_id', name=op.f('uq_interview_public_id'))
    )
    with op.batch_alter_table('interview', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_interview_contact'), ['contact'], unique=False)
        batch_op.create_index(batch_op.f('ix_interview_journey_id_held_at'), ['journey_id', 'held_at'], unique=False)

    op.create_table('interview_appeal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('phase_id', sa.Integer(), nullable=True),
    sa.Column('guide_version_id', sa.Integer(), nullable=True),
    sa.Column('researcher_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('subject_fr', sa.String(length=200), nullable=False),
    sa.Column('subject_en', sa.String(length=200), nullable=False),
    sa.Column('way', sa.Enum('video', 'phone', 'in_person', name='way', native_enum=False, length=40), nullable=False),
    sa.Column('place', sa.String(length=500), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('consent_fr', sa.Text(), nullable=False),
    sa.Column('consent_en', sa.Text(), nullable=False),
    sa.Column('closed_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['guide_version_id'], ['interview_guide_version.id'], name=op.f('fk_interview_appeal_guide_version_id_interview_guide_version')),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_interview_appeal_journey_id_journey')),
    sa.ForeignKeyConstraint(['phase_id'], ['phase.id'], name=op.f('fk_interview_appeal_phase_id_phase'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['researcher_id'], ['account.id'], name=op.f('fk_interview_appeal_researcher_id_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interview_appeal')),
    sa.UniqueConstraint('public_id', name=op.f('uq_interview_appeal_public_id'))
    )
    op.create_table('interview_consent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('interview_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('scopes', feedback.db.types.JsonValue, nullable=False),
    sa.Column('given_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('way', sa.Enum('written', 'spoken', 'online', name='consentway', native_enum=False, length=40), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('withdrawn_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_interview_consent_author_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['interview_id'], ['interview.id'], name=op.f('fk_interview_consent_interview_id_interview'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interview_consent'))
    )
    with op.batch_alter_table('interview_consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_interview_consent_interview_id'), ['interview_id'], unique=False)

    op.create_table('interview_excerpt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('interview_id', sa.Integer(), nullable=False),
    sa.Column('first_turn', sa.Integer(), nullable=False),
    sa.Column('first_character', sa.Integer(), nullable=False),
    sa.Column('last_turn', sa.Integer(), nullable=False),
    sa.Column('last_character', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('touchpoint_id', sa.Integer(), nullable=False),
    sa.Column('persona_id', sa.Integer(), nullable=True),
    sa.Column('themes', feedback.db.types.JsonValue, nullable=False),
    sa.Column('feeling', sa.String(length=40), nullable=True),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('proposal', feedback.db.types.JsonValue, nullable=False),
    sa.Column('origin_key', sa.String(length=64), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('first_turn <= last_turn', name=op.f('ck_interview_excerpt_turns_in_order')),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_interview_excerpt_author_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['interview_id'], ['interview.id'], name=op.f('fk_interview_excerpt_interview_id_interview'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['persona_id'], ['persona.id'], name=op.f('fk_interview_excerpt_persona_id_persona'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['touchpoint_id'], ['touchpoint.id'], name=op.f('fk_interview_excerpt_touchpoint_id_touchpoint')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interview_excerpt')),
    sa.UniqueConstraint('origin_key', name=op.f('uq_interview_excerpt_origin_key')),
    sa.UniqueConstraint('public_id', name=op.f('uq_interview_excerpt_public_id'))
    )
    with op.batch_alter_table('interview_excerpt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_interview_excerpt_interview_id'), ['interview_id'], unique=False)

    op.create_table('interview_invitee',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('appeal_id', sa.Integer(), nullable=False),
    sa.Column('contact', sa.String(length=12), nullable=True),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('locale', sa.String(length=8), nullable=False),
    sa.Column('state', sa.Enum('sent', 'accepted', 'declined', 'cancelled', name='inviteestate', native_enum=False, length=40), nullable=False),
    sa.Column('interview_id', sa.Integer(), nullable=True),
    sa.Column('changes', sa.Integer(), nullable=False),
    sa.Column('reminded_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['appeal_id'], ['interview_appeal.id'], name=op.f('fk_interview_invitee_appeal_id_interview_appeal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['interview_id'], ['interview.id'], name=op.f('fk_interview_invitee_interview_id_interview'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interview_invitee')),
    sa.UniqueConstraint('appeal_id', 'contact', name=op.f('uq_interview_invitee_appeal_id_contact')),
    sa.UniqueConstraint('public_id', name=op.f('uq_interview_invitee_public_id')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_interview_invitee_token_hash'))
    )
    with op.batch_alter_table('interview_invitee', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_interview_invitee_contact'), ['contact'], unique=False)

    op.create_table('interview_turn',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('interview_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('speaker', sa.Integer(), nullable=False),
    sa.Column('seconds', sa.Integer(), nullable=True),
    sa.Column('phase_id', sa.Integer(), nullable=True),
    sa.Column('original', sa.Text(), nullable=True),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('proposal', feedback.db.types.JsonValue, nullable=True),
    sa.ForeignKeyConstraint(['interview_id'], ['interview.id'], name=op.f('fk_interview_turn_interview_id_interview'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['phase_id'], ['phase.id'], name=op.f('fk_interview_turn_phase_id_phase'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interview_turn')),
    sa.UniqueConstraint('interview_id', 'position', name=op.f('uq_interview_turn_interview_id_position'))
    )
    op.create_table('interview_slot',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('appeal_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('invitee_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['appeal_id'], ['interview_appeal.id'], name=op.f('fk_interview_slot_appeal_id_interview_appeal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['invitee_id'], ['interview_invitee.id'], name=op.f('fk_interview_slot_invitee_id_interview_invitee'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interview_slot')),
    sa.UniqueConstraint('appeal_id', 'starts_at', name=op.f('uq_interview_slot_appeal_id_starts_at')),
    sa.UniqueConstraint('invitee_id', name=op.f('uq_interview_slot_invitee_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_interview_slot_public_id'))
    )
    with op.batch_alter_table('asking', schema=None) as batch_op:
        batch_op.alter_column('survey_id',
               existing_type=sa.INTEGER(),
               nullable=True)



def downgrade() -> None:
    # who was asked to talk has no survey, and no line in the ledger of before
    op.execute("DELETE FROM asking WHERE survey_id IS NULL")
    with op.batch_alter_table('asking', schema=None) as batch_op:
        batch_op.alter_column('survey_id',
               existing_type=sa.INTEGER(),
               nullable=False)

    op.drop_table('interview_slot')
    op.drop_table('interview_turn')
    with op.batch_alter_table('interview_invitee', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_interview_invitee_contact'))

    op.drop_table('interview_invitee')
    with op.batch_alter_table('interview_excerpt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_interview_excerpt_interview_id'))

    op.drop_table('interview_excerpt')
    with op.batch_alter_table('interview_consent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_interview_consent_interview_id'))

    op.drop_table('interview_consent')
    op.drop_table('interview_appeal')
    with op.batch_alter_table('interview', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_interview_journey_id_held_at'))
        batch_op.drop_index(batch_op.f('ix_interview_contact'))

    op.drop_table('interview')
    op.drop_table('interview_guide_version')
    op.drop_table('interview_guide')
