"""What clients and the endpoint's `inference.py` say to each other; standard library only.

The packer puts this package beside every `inference.py`, hence the relative imports inside.

Request, `application/json`, one image and either one prompt or a small decision tree:

    {"image": "<base64 or data URL>", "prompt": "answer en is the way free?"}
    {"image": "…", "questions": [
        {"id": "free", "prompt": "answer en is the way free?"},
        {"id": "door", "prompt": "answer en is there a door?", "ask_if": {"free": "yes"}},
        {"id": "what", "prompt": "answer en what is in the way?", "ask_if": {"free": "no"}}]}

Answer: `{"answer": "yes"}` or `{"answers": {"free": "yes", "door": "no", "what": null}}`, where
null says that a question was not asked. With `answers` may come, for the log, how long the stages
took, one after the other: `"milliseconds": {"decode": 8.1, "prepare": 1.2, "wait": 0.3, "answer":
61.7}`. Errors: `{"code": 413, "message": "…"}` with that status.

A request may also carry `"caller"`, an opaque text of 1 to 64 characters, and with it `"sequence"`,
an integer from 0 that grows from request to request of that caller. Callers take turns, and a
request still waiting when a newer one of its caller is there gets 409: nobody needs its answer.
"""
