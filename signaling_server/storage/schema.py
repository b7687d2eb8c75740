"""The tables. A change here needs a step in migrations/versions."""

from sqlalchemy import Column, Double, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

reports = Table(
    "reports",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("made_at", Double, nullable=False, index=True),
    Column("call", String(64), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("reporter", String(64), nullable=False),
    Column("reported", String(64), nullable=False, index=True),
    Column("network", String(64), nullable=False),
    Column("evidence", LargeBinary),
)
"""Times are unix seconds."""

bans = Table(
    "bans",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", String(64)),
    Column("network", String(64)),
    Column("reason", Text, nullable=False),
    Column("made_at", Double, nullable=False),
    Column("until", Double),
    Column("appeal", Text, nullable=False),
    Column("report", String(32)),
    Column("lifted_at", Double),
)
