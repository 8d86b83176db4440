# SPDX-License-Identifier: Apache-2.0
"""What `api_conformance.py` has schemathesis do besides. Nothing here looks away from an answer."""
import hashlib
import os
import uuid

import schemathesis

OWN = {hashlib.sha256(key.encode()).hexdigest() for key in os.environ.get("OWN_KEYS", "").split()}


@schemathesis.hook
def before_call(context, case, kwargs):
    """Takes a new Idempotency-Key each time: one that came with another request is refused with 422, and
    what came before no schema can say. (`doors.py` tests that.)"""
    key = (case.headers or {}).get("Idempotency-Key")
    if key and 1 <= len(key) <= 255 and all("!" <= letter <= "~" for letter in key):
        case.headers["Idempotency-Key"] = str(uuid.uuid4())


@schemathesis.hook
def filter_case(context, case):
    """Leaves alone the access keys that the run itself shows."""
    return (case.path_parameters or {}).get("key") not in OWN
