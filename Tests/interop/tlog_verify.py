#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Has a log that we wrote judged by programs that are not ours.

    TLOG_DIR=/tmp/tlog swift test --filter TlogFilesTests
    .build/interop/bin/python Tests/interop/tlog_verify.py /tmp/tlog

`make test` does this, after installing metamorphic-log and tlog-scales in .build/interop.
metamorphic-log is needed; tlog-scales (Python 3.11) and aics-tlog (Python 3.12) are used when they
are there. Every file must be accepted as it is and refused when changed. Exits 1 otherwise.
"""

import base64
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import metamorphic_log

BIN = pathlib.Path(sys.executable).parent
results = {"accepted": 0, "refused": 0, "wrong": 0}


def accepts(name, check):
    try:
        check()
        results["accepted"] += 1
        print(f"ok       accepted  {name}")
    except Exception as error:
        results["wrong"] += 1
        print(f"WRONG    refused   {name}: {error}")


def refuses(name, check):
    try:
        check()
    except Exception as error:
        results["refused"] += 1
        print(f"ok       refused   {name} ({type(error).__name__})")
    else:
        results["wrong"] += 1
        print(f"WRONG    accepted  {name}")


def run(program, *arguments):
    done = subprocess.run([BIN / program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError((done.stdout + done.stderr).strip().splitlines()[-1])
    return done.stdout


def leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def hashes(text):
    return [base64.b64decode(line) for line in text.split()]


def receipt(path):
    """The index, path and checkpoint of a tlog-proof, read by its specification."""
    head, note = path.read_text().split("\n\n", 1)
    lines = head.split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1", lines[0]
    assert lines[1].startswith("index "), lines[1]
    return int(lines[1].removeprefix("index ")), hashes("\n".join(lines[2:])), note


def with_metamorphic(folder, key):
    old = (folder / "log300/checkpoint").read_text()
    new = (folder / "log/checkpoint").read_text()
    verify = metamorphic_log.checkpoint_verify
    accepts("metamorphic-log: checkpoint of 300", lambda: verify(old, [key]))
    accepts("metamorphic-log: checkpoint of 700", lambda: verify(new, [key]))
    lines = new.split("\n")
    tampered = {
        "size 701": new.replace("\n700\n", "\n701\n"),
        "another origin": new.replace("ledger.example/main\n700", "ledger.example/mainx\n700"),
        "another root": new.replace(lines[2], base64.b64encode(bytes(32)).decode()),
        "another signature": new.replace(lines[4][-12:], "AAAAAAAAAAA="),
        "an added line": new.replace("\n\n", "\nmore\n\n"),
        "the signature of another size": new.replace(lines[4], old.split("\n")[4]),
        "no signature": "\n".join(lines[:4]) + "\n",
        "cut off": new[:-30],
    }
    for name, note in tampered.items():
        refuses(f"metamorphic-log: checkpoint, {name}", lambda: verify(note, [key]))
    refuses("metamorphic-log: no key", lambda: verify(new, []))

    include = metamorphic_log.checkpoint_verify_inclusion
    for path in sorted(folder.glob("proofs/*.tlog-proof")):
        entry = path.with_suffix(".entry").read_bytes()
        index, proof, note = receipt(path)
        assert note == new
        name = f"metamorphic-log: inclusion of {index}"
        accepts(name, lambda: include(note, [key], index, leaf(entry), proof))
        refuses(f"{name}, entry changed", lambda: include(note, [key], index, leaf(entry + b" "), proof))
        refuses(f"{name}, index changed", lambda: include(note, [key], index ^ 1, leaf(entry), proof))
        refuses(f"{name}, proof short", lambda: include(note, [key], index, leaf(entry), proof[:-1]))
        refuses(f"{name}, proof long", lambda: include(note, [key], index, leaf(entry), proof + [bytes(32)]))
        swapped = [proof[1], proof[0], *proof[2:]]
        refuses(f"{name}, proof swapped", lambda: include(note, [key], index, leaf(entry), swapped))

    grow = metamorphic_log.checkpoint_verify_consistency
    proof = hashes((folder / "proofs/300-700.consistency").read_text())
    accepts("metamorphic-log: 700 extends 300", lambda: grow(old, new, [key], proof))
    refuses("metamorphic-log: 300 extends 700", lambda: grow(new, old, [key], proof))
    refuses("metamorphic-log: growth, proof short", lambda: grow(old, new, [key], proof[1:]))
    changed = [bytes(32), *proof[1:]]
    refuses("metamorphic-log: growth, proof changed", lambda: grow(old, new, [key], changed))


def with_tlog_scales(folder, key):
    log = f"file://{folder / 'log'}/"
    for index in (0, 255, 256, 423, 699):
        entry = (folder / f"proofs/{index}.entry").read_bytes()

        def leaf_is_ours():
            assert run("tlog-tiles", "get-leaf", "-c", log, index).encode().strip() == entry

        def proof_is_ours():
            head, _ = run("tlog-tiles", "gen-proof", log, index).split("\n\n", 1)
            ours = (folder / f"proofs/{index}.tlog-proof").read_text().split("\n\n", 1)[0]
            assert head.strip() == ours.strip(), head

        accepts(f"tlog-scales: entry {index} from the tiles", leaf_is_ours)
        accepts(f"tlog-scales: its receipt of {index} is ours", proof_is_ours)
    for path in ("tile/entries/001", "tile/0/001"):
        with spoilt(folder, path) as other:
            refuses(
                f"tlog-scales: {path} changed",
                lambda: run("tlog-tiles", "get-leaf", "-c", f"file://{other / 'log'}/", 423))


def with_aics(folder, key):
    log, vkey = folder / "log", folder / "vkey"
    common = ("--vkey-file", vkey)
    accepts("aics-tlog: checkpoint", lambda: run("aics-tlog", "verify-checkpoint", "--tiles", log, *common))

    def include(place, index, entry):
        run("aics-tlog", "verify-inclusion", "--tiles", place, "--index", index, "--leaf", entry, *common)

    def grow(place):
        old = folder / "log300/checkpoint"
        run("aics-tlog", "verify-consistency", "--old-checkpoint", old, "--tiles", place, *common)

    for index in (0, 255, 256, 423, 699):
        entry = folder / f"proofs/{index}.entry"
        accepts(f"aics-tlog: inclusion of {index}", lambda: include(log, index, entry))
    refuses("aics-tlog: another entry", lambda: include(log, 423, folder / "proofs/0.entry"))
    accepts("aics-tlog: 700 extends 300", lambda: grow(log))
    for path in ("tile/0/001", "tile/1/000.p/2", "checkpoint"):
        with spoilt(folder, path) as other:
            refuses(
                f"aics-tlog: {path} changed",
                lambda: include(other / "log", 423, folder / "proofs/423.entry"))
    with spoilt(folder, "tile/1/000.p/2") as other:
        refuses("aics-tlog: growth, tile changed", lambda: grow(other / "log"))


class spoilt:
    """A copy of the folder in which one byte of one file of the log is another."""

    def __init__(self, folder, path):
        self.folder, self.path = folder, path

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory()
        copy = pathlib.Path(self.temporary.name) / "copy"
        shutil.copytree(self.folder, copy)
        file = copy / "log" / self.path
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
        return copy

    def __exit__(self, *_):
        self.temporary.cleanup()


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    key = (folder / "vkey").read_text().strip()
    with_metamorphic(folder, key)
    for program, check in (("tlog-tiles", with_tlog_scales), ("aics-tlog", with_aics)):
        if (BIN / program).exists():
            check(folder, key)
        else:
            print(f"skipped            {program}: not installed beside this Python")
    print(json.dumps(results))
    sys.exit(1 if results["wrong"] else 0)


if __name__ == "__main__":
    main()
