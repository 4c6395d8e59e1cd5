"""The first schema, with the full-text index of verbatims."""

import sqlalchemy as sa
from alembic import op

import feedback.db.types

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=255), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('role', sa.Enum('administrator', 'analyst', 'manager', name='role', native_enum=False, length=40), nullable=False),
    sa.Column('locale', sa.String(length=8), nullable=False),
    sa.Column('password', sa.String(length=255), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('fs_uniquifier', sa.String(length=64), nullable=False),
    sa.Column('tf_primary_method', sa.String(length=64), nullable=True),
    sa.Column('tf_totp_secret', sa.String(length=255), nullable=True),
    sa.Column('mf_recovery_codes', feedback.db.types.JsonValue, nullable=True),
    sa.Column('totp_counter', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('email', name=op.f('uq_account_email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_account_fs_uniquifier')),
    sa.UniqueConstraint('public_id', name=op.f('uq_account_public_id'))
    )
    op.create_table('job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('payload', feedback.db.types.JsonValue, nullable=False),
    sa.Column('state', sa.Enum('due', 'running', 'done', 'failed', name='jobstate', native_enum=False, length=40), nullable=False),
    sa.Column('due_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('lease_until', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('owner', sa.String(length=120), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('max_attempts', sa.Integer(), nullable=False),
    sa.Column('dedupe_key', sa.String(length=160), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.Column('progress_done', sa.Integer(), nullable=False),
    sa.Column('progress_total', sa.Integer(), nullable=True),
    sa.Column('finished_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('attempts >= 0', name=op.f('ck_job_attempts_counted')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_job_dedupe_key')),
    sa.UniqueConstraint('public_id', name=op.f('uq_job_public_id'))
    )
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.create_index('ix_job_claim', ['state', 'due_at', 'id'], unique=False)

    op.create_table('journey',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('names', feedback.db.types.JsonValue, nullable=False),
    sa.Column('offers', feedback.db.types.JsonValue, nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('archived_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journey')),
    sa.UniqueConstraint('key', name=op.f('uq_journey_key')),
    sa.UniqueConstraint('public_id', name=op.f('uq_journey_public_id'))
    )
    op.create_table('schedule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('payload', feedback.db.types.JsonValue, nullable=False),
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('hour', sa.Integer(), nullable=False),
    sa.Column('next_due', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('day BETWEEN 1 AND 28', name=op.f('ck_schedule_day_in_month')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_schedule')),
    sa.UniqueConstraint('key', name=op.f('uq_schedule_key'))
    )
    with op.batch_alter_table('schedule', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_schedule_next_due'), ['next_due'], unique=False)

    op.create_table('audit_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('details', feedback.db.types.JsonValue, nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['account.id'], name=op.f('fk_audit_entry_actor_id_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entry_created_at'), ['created_at'], unique=False)

    op.create_table('feedback_import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('stored_as', sa.String(length=255), nullable=False),
    sa.Column('mapping', feedback.db.types.JsonValue, nullable=False),
    sa.Column('state', sa.Enum('prepared', 'running', 'done', 'failed', name='importstate', native_enum=False, length=40), nullable=False),
    sa.Column('lines_total', sa.Integer(), nullable=True),
    sa.Column('lines_read', sa.Integer(), nullable=False),
    sa.Column('lines_imported', sa.Integer(), nullable=False),
    sa.Column('lines_repeated', sa.Integer(), nullable=False),
    sa.Column('lines_refused', sa.Integer(), nullable=False),
    sa.Column('failure', sa.String(length=255), nullable=True),
    sa.Column('finished_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('lines_imported + lines_repeated + lines_refused <= lines_read', name=op.f('ck_feedback_import_every_line_counted_once')),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_feedback_import_author_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_feedback_import_journey_id_journey')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_import')),
    sa.UniqueConstraint('public_id', name=op.f('uq_feedback_import_public_id'))
    )
    op.create_table('journey_revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('snapshot', feedback.db.types.JsonValue, nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_journey_revision_author_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_journey_revision_journey_id_journey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journey_revision')),
    sa.UniqueConstraint('journey_id', 'number', name=op.f('uq_journey_revision_journey_id_number'))
    )
    op.create_table('persona',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('names', feedback.db.types.JsonValue, nullable=False),
    sa.Column('motivations', feedback.db.types.JsonValue, nullable=False),
    sa.Column('brakes', feedback.db.types.JsonValue, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('archived_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_persona_journey_id_journey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_persona')),
    sa.UniqueConstraint('journey_id', 'key', name=op.f('uq_persona_journey_id_key'))
    )
    op.create_table('phase',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('names', feedback.db.types.JsonValue, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('archived_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_phase_journey_id_journey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phase')),
    sa.UniqueConstraint('journey_id', 'key', name=op.f('uq_phase_journey_id_key'))
    )
    op.create_table('report_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('locale', sa.String(length=8), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('stored_as', sa.String(length=255), nullable=False),
    sa.Column('snapshot', sa.String(length=64), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('is_provisional', sa.Boolean(), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_report_run_author_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_report_run_journey_id_journey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_run')),
    sa.UniqueConstraint('journey_id', 'sha256', name=op.f('uq_report_run_journey_id_sha256')),
    sa.UniqueConstraint('public_id', name=op.f('uq_report_run_public_id'))
    )
    with op.batch_alter_table('report_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_run_journey_id_month'), ['journey_id', 'month'], unique=False)

    op.create_table('report_subscription',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('sent_month', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_report_subscription_account_id_account'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_report_subscription_journey_id_journey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_subscription')),
    sa.UniqueConstraint('journey_id', 'account_id', name=op.f('uq_report_subscription_journey_id_account_id'))
    )
    op.create_table('stale_day',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_stale_day_journey_id_journey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stale_day'))
    )
    with op.batch_alter_table('stale_day', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stale_day_journey_id_day'), ['journey_id', 'day'], unique=False)

    op.create_table('refused_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('column', sa.String(length=255), nullable=True),
    sa.Column('reason', sa.String(length=60), nullable=False),
    sa.Column('excerpt', sa.String(length=255), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['feedback_import.id'], name=op.f('fk_refused_line_import_id_feedback_import'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refused_line')),
    sa.UniqueConstraint('import_id', 'line', name=op.f('uq_refused_line_import_id_line'))
    )
    op.create_table('touchpoint',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('phase_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('names', feedback.db.types.JsonValue, nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.Enum('digital', 'physical', name='kind', native_enum=False, length=40), nullable=False),
    sa.Column('is_moment_of_truth', sa.Boolean(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('archived_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_touchpoint_journey_id_journey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['phase_id'], ['phase.id'], name=op.f('fk_touchpoint_phase_id_phase'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_touchpoint')),
    sa.UniqueConstraint('journey_id', 'key', name=op.f('uq_touchpoint_journey_id_key'))
    )
    with op.batch_alter_table('touchpoint', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_touchpoint_phase_id'), ['phase_id'], unique=False)

    op.create_table('occasion_count',
    sa.Column('felt', sa.Integer(), nullable=False),
    sa.Column('total', sa.Double(), nullable=False),
    sa.Column('squares', sa.Double(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('grain', sa.Enum('day', 'month', name='grain', native_enum=False, length=40), nullable=False),
    sa.Column('start', sa.Date(), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=True),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('touchpoint_id', sa.Integer(), nullable=False),
    sa.Column('persona_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_occasion_count_journey_id_journey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['persona_id'], ['persona.id'], name=op.f('fk_occasion_count_persona_id_persona'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['touchpoint_id'], ['touchpoint.id'], name=op.f('fk_occasion_count_touchpoint_id_touchpoint'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_occasion_count'))
    )
    with op.batch_alter_table('occasion_count', schema=None) as batch_op:
        batch_op.create_index('ix_occasion_count_period', ['journey_id', 'grain', 'start'], unique=False)

    op.create_table('feedback',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('touchpoint_id', sa.Integer(), nullable=False),
    sa.Column('persona_id', sa.Integer(), nullable=True),
    sa.Column('source', sa.Enum('import', 'survey', 'interview', name='source', native_enum=False, length=40), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.Column('origin_key', sa.String(length=64), nullable=False),
    sa.Column('customer', sa.String(length=255), nullable=True),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=True),
    sa.Column('said_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('received_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('score_class', sa.Enum('low', 'middle', 'high', name='scoreclass', native_enum=False, length=40), nullable=True),
    sa.Column('emotion', sa.Double(), nullable=True),
    sa.Column('attributes', feedback.db.types.JsonValue, nullable=False),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['feedback_import.id'], name=op.f('fk_feedback_import_id_feedback_import')),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_feedback_journey_id_journey')),
    sa.ForeignKeyConstraint(['persona_id'], ['persona.id'], name=op.f('fk_feedback_persona_id_persona')),
    sa.ForeignKeyConstraint(['touchpoint_id'], ['touchpoint.id'], name=op.f('fk_feedback_touchpoint_id_touchpoint')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback')),
    sa.UniqueConstraint('origin_key', name=op.f('uq_feedback_origin_key')),
    sa.UniqueConstraint('public_id', name=op.f('uq_feedback_public_id'))
    )
    with op.batch_alter_table('feedback', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feedback_import_id'), ['import_id'], unique=False)
        batch_op.create_index('ix_feedback_newest', ['journey_id', 'day', 'id'], unique=False)
        batch_op.create_index('ix_feedback_touchpoint', ['touchpoint_id', 'day', 'id'], unique=False)

    op.create_table('rating_count',
    sa.Column('scale', sa.Enum('nps', 'csat', 'ces', 'stars', name='scale', native_enum=False, length=40), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('grain', sa.Enum('day', 'month', name='grain', native_enum=False, length=40), nullable=False),
    sa.Column('start', sa.Date(), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=True),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('touchpoint_id', sa.Integer(), nullable=False),
    sa.Column('persona_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_rating_count_journey_id_journey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['persona_id'], ['persona.id'], name=op.f('fk_rating_count_persona_id_persona'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['touchpoint_id'], ['touchpoint.id'], name=op.f('fk_rating_count_touchpoint_id_touchpoint'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rating_count'))
    )
    with op.batch_alter_table('rating_count', schema=None) as batch_op:
        batch_op.create_index('ix_rating_count_period', ['journey_id', 'grain', 'start'], unique=False)

    op.create_table('theme_count',
    sa.Column('theme_key', sa.String(length=60), nullable=False),
    sa.Column('stance', sa.Enum('friction', 'praise', name='stance', native_enum=False, length=40), nullable=False),
    sa.Column('feeling', sa.Enum('positive', 'neutral', 'negative', 'mixed', 'unrated', name='feeling', native_enum=False, length=40), nullable=False),
    sa.Column('score_class', sa.Enum('low', 'middle', 'high', name='scoreclass', native_enum=False, length=40), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('grain', sa.Enum('day', 'month', name='grain', native_enum=False, length=40), nullable=False),
    sa.Column('start', sa.Date(), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=True),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('touchpoint_id', sa.Integer(), nullable=False),
    sa.Column('persona_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_theme_count_journey_id_journey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['persona_id'], ['persona.id'], name=op.f('fk_theme_count_persona_id_persona'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['touchpoint_id'], ['touchpoint.id'], name=op.f('fk_theme_count_touchpoint_id_touchpoint'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme_count'))
    )
    with op.batch_alter_table('theme_count', schema=None) as batch_op:
        batch_op.create_index('ix_theme_count_period', ['journey_id', 'grain', 'start'], unique=False)
        batch_op.create_index('ix_theme_count_theme', ['journey_id', 'theme_key', 'grain', 'start'], unique=False)

    op.create_table('verbatim_count',
    sa.Column('themed', sa.Integer(), nullable=False),
    sa.Column('feeling', sa.Enum('positive', 'neutral', 'negative', 'mixed', 'unrated', name='feeling', native_enum=False, length=40), nullable=False),
    sa.Column('score_class', sa.Enum('low', 'middle', 'high', name='scoreclass', native_enum=False, length=40), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('grain', sa.Enum('day', 'month', name='grain', native_enum=False, length=40), nullable=False),
    sa.Column('start', sa.Date(), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=True),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('touchpoint_id', sa.Integer(), nullable=False),
    sa.Column('persona_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_verbatim_count_journey_id_journey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['persona_id'], ['persona.id'], name=op.f('fk_verbatim_count_persona_id_persona'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['touchpoint_id'], ['touchpoint.id'], name=op.f('fk_verbatim_count_touchpoint_id_touchpoint'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_verbatim_count'))
    )
    with op.batch_alter_table('verbatim_count', schema=None) as batch_op:
        batch_op.create_index('ix_verbatim_count_period', ['journey_id', 'grain', 'start'], unique=False)

    op.create_table('rating',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('feedback_id', sa.Integer(), nullable=False),
    sa.Column('scale', sa.Enum('nps', 'csat', 'ces', 'stars', name='scale', native_enum=False, length=40), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.Column('question', sa.String(length=255), nullable=True),
    sa.ForeignKeyConstraint(['feedback_id'], ['feedback.id'], name=op.f('fk_rating_feedback_id_feedback'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rating'))
    )
    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rating_feedback_id'), ['feedback_id'], unique=False)

    op.create_table('verbatim',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('feedback_id', sa.Integer(), nullable=False),
    sa.Column('question', sa.String(length=500), nullable=True),
    sa.Column('original', sa.Text(), nullable=True),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('search_text', sa.Text(), nullable=True),
    sa.Column('feeling', sa.Enum('positive', 'neutral', 'negative', 'mixed', 'unrated', name='feeling', native_enum=False, length=40), nullable=True),
    sa.Column('public_id', sa.String(length=12), nullable=False),
    sa.CheckConstraint('(text IS NULL) = (feeling IS NULL)', name=op.f('ck_verbatim_shown_when_analysed')),
    sa.ForeignKeyConstraint(['feedback_id'], ['feedback.id'], name=op.f('fk_verbatim_feedback_id_feedback'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_verbatim')),
    sa.UniqueConstraint('public_id', name=op.f('uq_verbatim_public_id'))
    )
    with op.batch_alter_table('verbatim', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_verbatim_feedback_id'), ['feedback_id'], unique=False)
        batch_op.create_index('ix_verbatim_waiting', ['feedback_id'], unique=False, sqlite_where=sa.text('text IS NULL'), postgresql_where=sa.text('text IS NULL'))

    op.create_table('annotation',
    sa.Column('verbatim_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.String(length=40), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('language_confidence', sa.Double(), nullable=False),
    sa.Column('feeling', sa.Enum('positive', 'neutral', 'negative', 'mixed', 'unrated', name='feeling', native_enum=False, length=40), nullable=False),
    sa.Column('score', sa.Double(), nullable=False),
    sa.Column('types', feedback.db.types.JsonValue, nullable=False),
    sa.Column('personal_data', feedback.db.types.JsonValue, nullable=False),
    sa.Column('annotated_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['verbatim_id'], ['verbatim.id'], name=op.f('fk_annotation_verbatim_id_verbatim'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('verbatim_id', name=op.f('pk_annotation'))
    )
    op.create_table('correction',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('verbatim_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('feeling', 'add_theme', 'reject_theme', name='correctionkind', native_enum=False, length=40), nullable=False),
    sa.Column('value', sa.String(length=60), nullable=False),
    sa.Column('polarity', sa.Enum('negative', 'wish', 'positive', name='polarity', native_enum=False, length=40), nullable=True),
    sa.Column('start', sa.Integer(), nullable=True),
    sa.Column('end', sa.Integer(), nullable=True),
    sa.Column('previous', sa.String(length=60), nullable=True),
    sa.Column('withdrawn_at', feedback.db.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('created_at', feedback.db.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_correction_author_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['verbatim_id'], ['verbatim.id'], name=op.f('fk_correction_verbatim_id_verbatim'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction'))
    )
    with op.batch_alter_table('correction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_correction_verbatim_id'), ['verbatim_id'], unique=False)

    op.create_table('theme_mention',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('verbatim_id', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('theme_key', sa.String(length=60), nullable=False),
    sa.Column('polarity', sa.Enum('negative', 'wish', 'positive', name='polarity', native_enum=False, length=40), nullable=False),
    sa.Column('start', sa.Integer(), nullable=False),
    sa.Column('end', sa.Integer(), nullable=False),
    sa.Column('origin', sa.String(length=120), nullable=False),
    sa.Column('confidence', sa.Double(), nullable=False),
    sa.Column('rejected', sa.Boolean(), nullable=False),
    sa.CheckConstraint('"end" > start AND start >= 0', name=op.f('ck_theme_mention_span_not_empty')),
    sa.ForeignKeyConstraint(['verbatim_id'], ['verbatim.id'], name=op.f('fk_theme_mention_verbatim_id_verbatim'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme_mention'))
    )
    with op.batch_alter_table('theme_mention', schema=None) as batch_op:
        batch_op.create_index('ix_theme_mention_theme', ['journey_id', 'theme_key', 'day', 'verbatim_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_theme_mention_verbatim_id'), ['verbatim_id'], unique=False)

    _create_full_text_index()


def downgrade() -> None:
    _drop_full_text_index()
    with op.batch_alter_table('theme_mention', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_theme_mention_verbatim_id'))
        batch_op.drop_index('ix_theme_mention_theme')

    op.drop_table('theme_mention')
    with op.batch_alter_table('correction', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_correction_verbatim_id'))

    op.drop_table('correction')
    op.drop_table('annotation')
    with op.batch_alter_table('verbatim', schema=None) as batch_op:
        batch_op.drop_index('ix_verbatim_waiting', sqlite_where=sa.text('text IS NULL'), postgresql_where=sa.text('text IS NULL'))
        batch_op.drop_index(batch_op.f('ix_verbatim_feedback_id'))

    op.drop_table('verbatim')
    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rating_feedback_id'))

    op.drop_table('rating')
    with op.batch_alter_table('verbatim_count', schema=None) as batch_op:
        batch_op.drop_index('ix_verbatim_count_period')

    op.drop_table('verbatim_count')
    with op.batch_alter_table('theme_count', schema=None) as batch_op:
        batch_op.drop_index('ix_theme_count_theme')
        batch_op.drop_index('ix_theme_count_period')

    op.drop_table('theme_count')
    with op.batch_alter_table('rating_count', schema=None) as batch_op:
        batch_op.drop_index('ix_rating_count_period')

    op.drop_table('rating_count')
    with op.batch_alter_table('feedback', schema=None) as batch_op:
        batch_op.drop_index('ix_feedback_touchpoint')
        batch_op.drop_index('ix_feedback_newest')
        batch_op.drop_index(batch_op.f('ix_feedback_import_id'))

    op.drop_table('feedback')
    with op.batch_alter_table('occasion_count', schema=None) as batch_op:
        batch_op.drop_index('ix_occasion_count_period')

    op.drop_table('occasion_count')
    with op.batch_alter_table('touchpoint', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_touchpoint_phase_id'))

    op.drop_table('touchpoint')
    op.drop_table('refused_line')
    with op.batch_alter_table('stale_day', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stale_day_journey_id_day'))

    op.drop_table('stale_day')
    op.drop_table('report_subscription')
    with op.batch_alter_table('report_run', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_run_journey_id_month'))

    op.drop_table('report_run')
    op.drop_table('phase')
    op.drop_table('persona')
    op.drop_table('journey_revision')
    op.drop_table('feedback_import')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_entry_created_at'))

    op.drop_table('audit_entry')
    with op.batch_alter_table('schedule', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_schedule_next_due'))

    op.drop_table('schedule')
    op.drop_table('journey')
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_index('ix_job_claim')

    op.drop_table('job')
    op.drop_table('account')


def _create_full_text_index() -> None:
    if op.get_bind().dialect.name == "postgresql":
        # Stored, or each search would read the texts of its matches again.
        op.execute(
            "ALTER TABLE verbatim ADD COLUMN verbatim_fts tsvector"
            " GENERATED ALWAYS AS (to_tsvector('simple', search_text)) STORED"
        )
        op.execute("CREATE INDEX verbatim_fts ON verbatim USING gin (verbatim_fts)")
        return
    op.execute(
        "CREATE VIRTUAL TABLE verbatim_fts USING fts5("
        "search_text, content='verbatim', content_rowid='id',"
        " tokenize='unicode61 remove_diacritics 2')"
    )
    forget = (
        "INSERT INTO verbatim_fts(verbatim_fts, rowid, search_text)"
        " SELECT 'delete', old.id, old.search_text WHERE old.search_text IS NOT NULL;"
    )
    learn = (
        "INSERT INTO verbatim_fts(rowid, search_text)"
        " SELECT new.id, new.search_text WHERE new.search_text IS NOT NULL;"
    )
    for event, body in (
        ("INSERT", learn),
        ("DELETE", forget),
        ("UPDATE OF search_text", forget + learn),
    ):
        name = f"verbatim_fts_{event.split()[0].lower()}"
        op.execute(
            f"CREATE TRIGGER {name} AFTER {event} ON verbatim BEGIN {body} END"
        )


def _drop_full_text_index() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX verbatim_fts")
        op.execute("ALTER TABLE verbatim DROP COLUMN verbatim_fts")
        return
    for event in ("insert", "delete", "update"):
        op.execute(f"DROP TRIGGER verbatim_fts_{event}")
    op.execute("DROP TABLE verbatim_fts")
