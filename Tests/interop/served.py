# SPDX-License-Identifier: Apache-2.0
"""An exchange in a folder of its own, served on loopback: for scripts that look at it from outside."""
import atexit
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SQL = "SELECT COUNT(DISTINCT contributor) FROM walkers WITH PRIVACY (epsilon => {}, delta => 1e-5)"


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        # A stream does not end.
        self.bytes = b"" if self.headers.get("content-type") == "text/event-stream" else response.read()

    @property
    def json(self):
        return json.loads(self.bytes)

    @property
    def text(self):
        return self.bytes.decode()

    @property
    def code(self):
        """The problem's code; None for what is no problem."""
        return self.json["code"] if "problem" in self.headers.get("content-type", "") and self.bytes else None


class Served:
    """Begun with people in custody, a pool `walkers`, and access keys for the operator, bob, alice; served with
    `more` options, and with more in its `environment`."""

    def __init__(self, binary, epsilon="40", host="127.0.0.1", more=(), environment=None):
        self.binary = os.path.abspath(binary)
        self.more = more
        self.environment = {**os.environ, **(environment or {})}
        self.work = tempfile.mkdtemp(prefix="dividend-served-")
        self.process = None
        atexit.register(self.leave)
        self.home = self.work + "/home"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.origin = f"http://{host}:{self.port}"
        self.run("init", "--name", "Test exchange")
        self.run("import", ROOT + "/Demo/fitabase-fitbit.zip", "--custody", "fitbit", "--yes")
        self.run("pool", "open", "walkers", "--table", "activity_days")
        self.run("grant", "--custody", "fitbit", "--pool", "walkers", "--purpose",
                 "dpv:ResearchAndDevelopment", "--epsilon", epsilon, "--per-study", "8")
        self.start()
        cookie = self.operator_cookie()
        self.keys = {"operator": self.ask("POST", "/api/v1/keys", {}, cookie=cookie).json["accessKey"]}
        for name in ["bob", "alice"]:
            made = self.ask("POST", "/api/v1/parties", {"name": name}, key=self.keys["operator"])
            self.keys[name] = made.json["accessKey"]

    def run(self, *words):
        done = subprocess.run([self.binary, *words, "--home", self.home], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, env=self.environment)
        if done.returncode != 0:
            raise SystemExit(f"{words}: {done.stdout}{done.stderr}")
        return done.stdout

    def launch(self):
        """Starts the node, and does not wait until it takes requests."""
        self.log = open(self.work + "/log", "a")
        self.process = subprocess.Popen(
            [self.binary, "serve", "--home", self.home, "--port", str(self.port), "--origin", self.origin,
             "--rate", "100000", "--json", *self.more],
            stdout=subprocess.PIPE, stderr=self.log, text=True, env=self.environment)

    def start(self):
        self.launch()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the node does not start: " + open(self.work + "/log").read()[-2000:])
        self.first = json.loads(line)
        self.address = urllib.parse.urlparse(self.origin)

    def leave(self):
        """Leaves nothing behind, however the script ends."""
        if self.process and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.work, ignore_errors=True)

    def kill(self):
        """Ends the node as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def end(self):
        """Stops the node; what it leaves has to be well."""
        code = self.stop()
        self.run("doctor")
        self.run("journal", "export", "--public", self.work + "/public")
        verdict = subprocess.run([self.binary, "verify", self.work + "/public"], capture_output=True, text=True)
        shutil.rmtree(self.work)
        return [words for words, holds in [
            (f"the node ended with {code}", code == 0),
            (f"verify: {verdict.stdout}", verdict.returncode == 0)] if not holds]

    def operator_cookie(self):
        link = self.first["operator"].split(self.address.netloc)[1]
        return self.ask("GET", link).headers["set-cookie"].split(";")[0]

    def connect(self, timeout=60):
        return http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=timeout)

    def ask(self, method, path, body=None, key=None, cookie=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        if key:
            headers["Authorization"] = "Bearer " + key
        if cookie:
            headers["Cookie"] = cookie
            headers.setdefault("Origin", self.origin)
        connection = self.connect()
        try:
            connection.request(method, path, body, headers)
            return Answer(connection.getresponse())
        finally:
            connection.close()
