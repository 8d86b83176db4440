# SPDX-License-Identifier: Apache-2.0
"""The same transfers in PostgreSQL, set by set: one statement inserts 8,190 and moves the sums.

The server is Debian's, run for this measurement only, in a temporary folder, as user postgres, on a
loopback port, with its own defaults: fsync and synchronous_commit on. It is spoken to through libpq.
"""

import ctypes
import glob
import os
import pwd
import shutil
import socket
import subprocess
import time

from peer_sqlite import ACCOUNTS, BATCH, pairs

SCHEMA = """
CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0));
CREATE TABLE transfer (id bigint PRIMARY KEY, debit int NOT NULL, credit int NOT NULL,
    amount bigint NOT NULL, code int NOT NULL);
CREATE INDEX ON transfer (debit);
CREATE INDEX ON transfer (credit);
INSERT INTO account SELECT i, 1000000000000 FROM generate_series(0, %d) i;
VACUUM ANALYZE;
""" % (ACCOUNTS - 1)

TRANSFERS = """
WITH batch AS (
    INSERT INTO transfer SELECT * FROM
        unnest($1::bigint[], $2::int[], $3::int[], $4::bigint[], $5::int[])
    RETURNING debit, credit, amount
), moved AS (
    SELECT id, sum(delta) AS delta FROM (
        SELECT debit AS id, -amount AS delta FROM batch
        UNION ALL SELECT credit, amount FROM batch) legs
    GROUP BY id
)
UPDATE account SET balance = balance + moved.delta FROM moved WHERE account.id = moved.id
"""


def binaries():
    """The folder of the newest installed server; None when there is none."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"))
    return os.path.dirname(found[-1]) if found else None


class Server:
    """A server in a folder of its own, and one connection to it."""

    def __init__(self, folder):
        self.bin = binaries()
        self.folder = os.path.join(folder, "postgres")
        os.mkdir(self.folder)
        self.user = None
        if os.geteuid() == 0:
            # The server refuses to run as root.
            self.user = pwd.getpwnam("postgres")
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
            os.chmod(folder, 0o711)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.call("initdb", "-D", self.folder + "/data", "-A", "trust", "-U", "bench", "--no-sync")
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        self.call(
            "pg_ctl", "-D", self.folder + "/data", "-o", options, "-l", self.folder + "/log",
            "-w", "start",
        )  # fmt: skip
        self.connect()

    def call(self, name, *words):
        as_user = {"user": self.user.pw_uid, "group": self.user.pw_gid} if self.user else {}
        subprocess.run(
            [os.path.join(self.bin, name), *words], check=True, cwd=self.folder,
            stdout=subprocess.DEVNULL, **as_user,
        )  # fmt: skip

    def connect(self):
        pq = ctypes.CDLL("libpq.so.5")
        pq.PQconnectdb.restype = ctypes.c_void_p
        pq.PQexec.restype = pq.PQprepare.restype = pq.PQexecPrepared.restype = ctypes.c_void_p
        pq.PQerrorMessage.restype = ctypes.c_char_p
        self.pq = pq
        info = f"host=127.0.0.1 port={self.port} user=bench dbname=postgres"
        self.connection = ctypes.c_void_p(pq.PQconnectdb(info.encode()))
        for sql in [part for part in SCHEMA.split(";") if part.strip()]:
            self.check(pq.PQexec(self.connection, sql.encode()))
        self.check(pq.PQprepare(self.connection, b"batch", TRANSFERS.encode(), 5, None))

    def check(self, result):
        result = ctypes.c_void_p(result)
        # PGRES_COMMAND_OK and PGRES_TUPLES_OK
        if self.pq.PQresultStatus(result) not in (1, 2):
            raise RuntimeError(self.pq.PQerrorMessage(self.connection).decode())
        self.pq.PQclear(result)

    def transfer(self, columns):
        values = (ctypes.c_char_p * 5)(*columns)
        self.check(
            self.pq.PQexecPrepared(self.connection, b"batch", 5, values, None, None, 0)
        )

    def processor(self):
        """Seconds of processor time of the server's processes so far."""
        with open(self.folder + "/data/postmaster.pid") as file:
            master = int(file.readline())
        ticks = 0
        for stat in glob.glob("/proc/[0-9]*/stat"):
            try:
                with open(stat) as file:
                    fields = file.read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == master:
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.pq.PQfinish(self.connection)
        self.call("pg_ctl", "-D", self.folder + "/data", "-m", "fast", "-w", "stop")
        shutil.rmtree(self.folder)


def measure(server, batches, first):
    """Transfers a second; `first` numbers them on from the round before."""
    work = []
    for batch in range(batches):
        part = pairs(BATCH, seed=first + batch)
        start = (first + batch) * BATCH
        columns = (
            range(start, start + BATCH), (d for d, _ in part), (c for _, c in part),
            (1 for _ in part), (0 for _ in part),
        )  # fmt: skip
        work.append([("{" + ",".join(map(str, column)) + "}").encode() for column in columns])
    count = batches * BATCH
    clock, cpu = time.monotonic(), server.processor()
    for columns in work:
        server.transfer(columns)
    clock, cpu = time.monotonic() - clock, server.processor() - cpu
    return {"per_second": count / clock, "per_processor_second": count / max(cpu, 0.01)}
