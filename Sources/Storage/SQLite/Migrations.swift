// SPDX-License-Identifier: Apache-2.0
internal import GRDB

/// The tables of the file, by version.
enum Migrations {
    static var all: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 journal and notes") { database in
            try database.execute(
                sql: """
                    CREATE TABLE journal (
                        first INTEGER PRIMARY KEY, count INTEGER NOT NULL, lines BLOB NOT NULL
                    ) STRICT;
                    CREATE TABLE sealed (line INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
                    CREATE TABLE segment (
                        id BLOB PRIMARY KEY, owner BLOB NOT NULL, name TEXT NOT NULL,
                        pack INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
                        key BLOB NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX segment_owner ON segment (owner, name);
                    CREATE TABLE pseudonym (
                        id BLOB PRIMARY KEY, owner BLOB NOT NULL, pool TEXT NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX pseudonym_owner ON pseudonym (owner);
                    CREATE TABLE quote (
                        id BLOB PRIMARY KEY, expires INTEGER NOT NULL, bytes BLOB NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE mark (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT, WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("2 statements") { database in
            try database.execute(
                sql: """
                    CREATE TABLE statement (
                        account BLOB NOT NULL, entry INTEGER NOT NULL, place INTEGER NOT NULL,
                        code INTEGER NOT NULL, amount INTEGER NOT NULL,
                        PRIMARY KEY (account, entry, place)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        return migrator
    }
}
