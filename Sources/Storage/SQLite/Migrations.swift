// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Foundation
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
        migrator.registerMigration("3 schemas of segments") { database in
            try database.execute(
                sql: "ALTER TABLE segment ADD COLUMN schema BLOB NOT NULL DEFAULT x''")
            // Until now a table had one schema, kept by its name in the form that its digest is of.
            let marks = try Row.fetchAll(
                database, sql: "SELECT name, bytes FROM mark WHERE name GLOB 'schema/*'")
            for mark in marks {
                let (name, bytes) = (try mark.text("name"), try mark.bytes("bytes"))
                let digest = Digest(of: bytes)
                try database.execute(
                    sql: "UPDATE segment SET schema = ? WHERE name = ?",
                    arguments: [Data(digest.bytes), String(name.dropFirst("schema/".count))])
                try database.execute(
                    sql: "INSERT OR REPLACE INTO mark (name, bytes) VALUES (?, ?)",
                    arguments: ["schema-by-digest/" + digest.hex, Data(bytes)])
            }
        }
        return migrator
    }
}
