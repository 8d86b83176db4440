# SPDX-License-Identifier: Apache-2.0
"""The same transfers in SQLite through Python's sqlite3: executemany, 8,190 to a transaction.

WAL, synchronous=FULL, a CHECK that keeps balances at zero or above, two secondary indexes.
"""

import os
import random
import sqlite3
import time

ACCOUNTS = 10_000
BATCH = 8_190


def pairs(count, seed=7):
    """Two different accounts for each transfer."""
    dice = random.Random(seed)
    made = []
    for _ in range(count):
        debit = dice.randrange(ACCOUNTS)
        made.append((debit, (debit + 1 + dice.randrange(ACCOUNTS - 1)) % ACCOUNTS))
    return made


def measure(folder, batches):
    """Transfers a second, on the clock and per second of processor time."""
    path = os.path.join(folder, "python.sqlite")
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript(
        """
        PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
        CREATE TABLE account (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL CHECK (balance >= 0));
        CREATE TABLE transfer (id INTEGER PRIMARY KEY, debit INTEGER NOT NULL,
            credit INTEGER NOT NULL, amount INTEGER NOT NULL, code INTEGER NOT NULL);
        CREATE INDEX transfer_debit ON transfer (debit);
        CREATE INDEX transfer_credit ON transfer (credit);
        """
    )
    database.executemany(
        "INSERT INTO account VALUES (?, 1000000000000)", ((i,) for i in range(ACCOUNTS))
    )
    made = pairs(batches * BATCH)
    work = []
    for start in range(0, len(made), BATCH):
        part = made[start : start + BATCH]
        work.append(
            (
                [(start + n, debit, credit) for n, (debit, credit) in enumerate(part)],
                [(debit,) for debit, _ in part],
                [(credit,) for _, credit in part],
            )
        )
    clock, cpu = time.monotonic(), time.process_time()
    for rows, debits, credits in work:
        database.execute("BEGIN")
        database.executemany("INSERT INTO transfer VALUES (?, ?, ?, 1, 0)", rows)
        database.executemany("UPDATE account SET balance = balance - 1 WHERE id = ?", debits)
        database.executemany("UPDATE account SET balance = balance + 1 WHERE id = ?", credits)
        database.execute("COMMIT")
    clock, cpu = time.monotonic() - clock, time.process_time() - cpu
    database.close()
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(path + suffix):
            os.remove(path + suffix)
    return {"per_second": len(made) / clock, "per_processor_second": len(made) / cpu}
