#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Attacks that once worked on a node, or on others: names that leave their folder, text that becomes markup, answers
that reach another caller, links that lead elsewhere.

usage: attacks.py PATH-TO-dividend
"""
import os
import sys
import urllib.parse

from served import Served

served = Served(sys.argv[1])
faults, tried = [], 0


def expect(holds, words):
    global tried
    tried += 1
    if not holds:
        faults.append(words)
        print("FAULT", words)


def files():
    return {os.path.join(folder, name) for folder, _, names in os.walk(served.work) for name in names}


# A file's name names a file in its own folder, however it is spelt: joiners, marks, other slashes, a link's name.
bob = served.keys["bob"]
before = {path for path in files() if "/uploads/" not in path}
for name in ["../keys/evil.key", "/\u200d..\u200d/\u200dkeys/\u200devil.key", "/\u200d../\u200d../\u200devil",
             "\u0600/\u0600../\u0600evil", "a\u0301/\u0301../evil", "..\\..\\evil", "/etc/evil", "evil\u0000", "." * 300]:
    made = served.ask("POST", "/api/v1/imports?name=" + urllib.parse.quote(name), b"x", key=bob,
                      Content_Type="application/octet-stream", Upload_Complete="?0")
    expect(made.status in (201, 422), f"{name!r}: {made.status}")
    if made.status == 201:
        served.ask("DELETE", "/api/v1/imports/" + made.headers["location"].split("/")[-1], key=bob)
    form = (f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\nx\r\n--b--\r\n').encode()
    served.ask("POST", "/api/v1/imports", form, key=bob, Content_Type="multipart/form-data; boundary=b")
expect({path for path in files() if "/uploads/" not in path} == before, f"written: {files() - before}")

# What is typed is text on every page, also behind marks that make one character with what follows.
for mark in ["", "\u0600", "\u200d", "\u0301", "\u06dd"]:
    evil = f"{mark}<form{mark}>{mark}\"x{mark}'y"
    for page in ["/explorer?find=", "/pools?q="]:
        shown = served.ask("GET", page + urllib.parse.quote(evil), Accept="text/html").bytes
        expect(b"<form" + mark.encode() + b">" not in shown.replace(b'<form method="get"', b""), f"{page}{evil!r}")
    asked = urllib.parse.urlencode({"sql": f"SELECT {evil} FROM walkers", "do": "quote"})
    shown = served.ask("POST", "/pools/walkers", asked, Content_Type="application/x-www-form-urlencoded",
                       Accept="text/html").bytes
    expect(b"<form" + mark.encode() + b">" not in shown, f"the workbench: {evil!r}")

# Who is not known shares no answers by a key; and a browser's cookie is never an answer again.
form = urllib.parse.urlencode({"key": bob})
FORM = {"Content_Type": "application/x-www-form-urlencoded", "Idempotency_Key": "1"}
first = served.ask("POST", "/enter", form, **FORM)
expect(first.status == 303 and "set-cookie" in first.headers, "bob signs in")
other = urllib.parse.urlencode({"key": "dvd_" + "0" * 64})
expect("set-cookie" not in served.ask("POST", "/enter", other, **FORM).headers, "another got bob's session")
operator = served.keys["operator"]
one = served.ask("POST", "/api/v1/deposits", '{"party": "bob", "microunits": 1000}', key=operator,
                 Content_Type="Application/json", Idempotency_Key="2")
two = served.ask("POST", "/api/v1/deposits", '{"party": "bob", "microunits": 9000}', key=operator,
                 Content_Type="Application/json", Idempotency_Key="2")
expect(one.status == 201 and two.status == 422, f"another body by the same key: {one.status}, {two.status}")

# Links lead nowhere else, and looking at the operator's link does not spend it.
for referer in ["https://evil.example/%5Cevil.example/x", served.origin + "//evil.example",
                served.origin + "/\\evil.example", served.origin + ".evil.example/", "/\\evil.example"]:
    where = served.ask("GET", "/language/de", Referer=referer).headers["location"]
    expect(where.startswith("/") and where[1:2] not in ("/", "\\") and "evil" not in where[:3], f"{referer} leads to {where}")
served.stop()
served.start()
link = served.first["operator"].split(served.address.netloc)[1]
served.ask("HEAD", link)
expect(served.ask("GET", link).status == 303, "a look at the link spent it")

faults += served.end()
print(f"{tried} attacks, {len(faults)} faults")
sys.exit(1 if faults else 0)
