//! The office on disk: SQLite, migrations, sealed secrets.
