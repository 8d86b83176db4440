# SPDX-License-Identifier: Apache-2.0
"""A Flask app that serves the bytes it is given, as many Python services serve JSON: parsed once at the
start, encoded anew for each request. usage: flask_peer.py PORT FILE"""
import json
import logging
import sys

from flask import Flask, jsonify

app = Flask(__name__)
with open(sys.argv[2]) as file:
    documents = json.load(file)
logging.getLogger("werkzeug").setLevel(logging.ERROR)


@app.get("/<name>")
def serve(name):
    return jsonify(documents[name])


app.run(host="127.0.0.1", port=int(sys.argv[1]), threaded=True)
