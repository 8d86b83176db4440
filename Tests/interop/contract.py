# SPDX-License-Identifier: Apache-2.0
"""Holds answers of the API against its document: status, media type, headers, and each JSON value."""
import json
import re

import jsonschema
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

BASE = "urn:dividend:api"


class Document:
    def __init__(self, json_value):
        self.json = json_value
        resource = Resource(contents=json_value, specification=DRAFT202012)
        self.registry = Registry().with_resource(BASE, resource)
        self.checked = 0
        self.paths = [
            (re.compile("^" + re.sub(r"\\\{(\w+)\\\}", Document.part, re.escape(path)) + "$"), path)
            for path in sorted(json_value["paths"], key=lambda path: path.count("{"))]

    @staticmethod
    def part(match):
        """What a parameter stands for: a tile's path alone has slashes of its own."""
        return ".+" if match.group(1) == "path" else "[^/]+"

    def operation(self, method, path):
        """Template, method and operation of a request; None for what the document does not know."""
        path = path.split("?")[0]
        for pattern, template in self.paths:
            methods = self.json["paths"][template]
            # HEAD is taken wherever GET is, and says the same without a body.
            name = "get" if method == "HEAD" and "head" not in methods else method.lower()
            if name in methods and pattern.match(path):
                return template, name, methods[name]
        return None

    def faults(self, method, path, status, headers, body):
        """What an answer has that the document does not say."""
        found = self.operation(method, path)
        if status == 405 and "allow" in headers:
            # Said once for all, in the document's description.
            return []
        if found is None:
            if path.startswith("/api/") and status not in (404, 405):
                return [f"{method} {path} is answered and not documented"]
            return []
        template, name, operation = found
        pointer = f"/paths/{escaped(template)}/{name}/responses/{status}"
        response = operation["responses"].get(str(status))
        if response is None:
            return [f"{method} {template}: {status} is not documented: {body[:200]}"]
        if "$ref" in response:
            pointer = response["$ref"][1:]
            response = self.at(pointer)
        faults = []
        for name in response.get("headers", {}):
            value = headers.get(name.lower())
            header = response["headers"][name]
            header = self.at(header["$ref"][1:]) if "$ref" in header else header
            if value is None:
                if header.get("required"):
                    faults.append(f"{method} {template}: {status} without {name}")
            elif header["schema"].get("pattern") and not re.search(header["schema"]["pattern"], value):
                faults.append(f"{method} {template}: {name}: {value}")
        content = response.get("content", {})
        kind = headers.get("content-type")
        if method == "HEAD" or not body:
            return faults
        if kind not in content:
            return faults + [f"{method} {template}: {status} has {kind}, not {list(content)}"]
        if kind.endswith("json"):
            self.checked += 1
            schema = {"$ref": f"{BASE}#{pointer}/content/{escaped(kind)}/schema"}
            validator = jsonschema.Draft202012Validator(schema, registry=self.registry)
            for error in list(validator.iter_errors(json.loads(body)))[:3]:
                faults.append(f"{method} {template}: {status}: {error.json_path}: {error.message[:200]}")
        return faults

    def at(self, pointer):
        value = self.json
        for part in pointer.strip("/").split("/"):
            value = value[part.replace("~1", "/").replace("~0", "~")]
        return value


def escaped(name):
    return name.replace("~", "~0").replace("/", "~1")


def asking(served):
    """What a script asks a served exchange with: `expect` and `ask`, the document that each answer is held against,
    and the faults so far."""
    document, faults = Document(served.ask("GET", "/openapi.json").json), []

    def expect(holds, words):
        if not holds:
            faults.append(words)
            print("FAULT", words)

    def ask(method, path, body=None, want=None, code=None, **more):
        answer = served.ask(method, path, body, **more)
        for fault in document.faults(method, path, answer.status, answer.headers, answer.bytes):
            expect(False, fault)
        expect(want is None or (answer.status == want and (code is None or answer.code == code)),
               f"{method} {path}: {answer.status}, not {want} {code or ''}: {answer.bytes[:200]}")
        return answer

    return expect, ask, document, faults
