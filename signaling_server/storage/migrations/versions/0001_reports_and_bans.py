"""Reports and bans, as in the first release."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("made_at", sa.Double, nullable=False),
        sa.Column("call", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("reporter", sa.String(64), nullable=False),
        sa.Column("reported", sa.String(64), nullable=False),
        sa.Column("network", sa.String(64), nullable=False),
        sa.Column("evidence", sa.LargeBinary),
    )
    op.create_index("ix_reports_made_at", "reports", ["made_at"])
    op.create_index("ix_reports_reported", "reports", ["reported"])
    op.create_table(
        "bans",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person", sa.String(64)),
        sa.Column("network", sa.String(64)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("made_at", sa.Double, nullable=False),
        sa.Column("until", sa.Double),
        sa.Column("appeal", sa.Text, nullable=False),
        sa.Column("report", sa.String(32)),
        sa.Column("lifted_at", sa.Double),
    )


def downgrade() -> None:
    op.drop_table("bans")
    op.drop_table("reports")
