"""The one place that knows the database: SQLAlchemy Core on SQLite and PostgreSQL, synchronous."""
