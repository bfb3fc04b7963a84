"""The database: one schema, one writer, migrations."""
