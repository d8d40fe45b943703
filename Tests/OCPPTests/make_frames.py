"""Writes a frame of every action of OCPP 1.6, 2.0.1 and 2.1, with every field that its schema has.

Needs the package `ocpp` (PyPI), whose schemas say what a message has, and which checks and packs each
frame. Every value is unlike the others, so that a reader that takes one for another is found out.
One line of JSON for each frame: version, action, role, frame.
"""

import asyncio
import json
import sys
from pathlib import Path

import ocpp
from ocpp.messages import Call, CallResult, validate_payload

SCHEMAS = {"1.6": "v16", "2.0.1": "v201", "2.1": "v21"}


class Filler:
    """Makes a value that has all properties of a schema."""

    def __init__(self, definitions):
        self.definitions = definitions
        self.number = 0

    def value(self, schema):
        if "$ref" in schema:
            schema = self.definitions[schema["$ref"].split("/")[-1]]
        self.number += 1
        if "enum" in schema:
            return schema["enum"][self.number % len(schema["enum"])]
        kind = schema.get("type")
        if kind == "object":
            properties = schema.get("properties", {}).items()
            return {name: self.value(s) for name, s in properties if name != "customData"}
        if kind == "array":
            items = schema.get("items", {})
            count = min(2, schema.get("maxItems", 2))
            return [self.value(items) for _ in range(count)]
        if kind == "string":
            return self.string(schema)
        if kind == "boolean":
            return self.number % 2 == 0
        if kind == "integer":
            low, high = schema.get("minimum", 0), schema.get("maximum", 1 << 31)
            return int(low + self.number % (high - low + 1))
        if kind == "number":
            if "maximum" in schema and schema["maximum"] <= 0:
                return -self.number
            number = self.number if "multipleOf" in schema else self.number + 0.5
            return min(number, schema.get("maximum", number))
        return f"anything {self.number}"

    def string(self, schema):
        if schema.get("format") == "date-time":
            minutes, seconds = divmod(self.number, 60)
            return f"2025-06-01T{minutes // 60:02}:{minutes % 60:02}:{seconds:02}Z"
        return f"v{self.number}"[: schema.get("maxLength", 100)]


def role_and_action(file):
    name = file.name.removesuffix(".json").removesuffix(".json")
    if name.endswith("Response"):
        return "answer", name.removesuffix("Response")
    return "request", name.removesuffix("Request")


async def frame(version, action, role, payload):
    if action == "NotifyPeriodicEventStream":
        return json.dumps([6, "m", action, payload])
    if role == "answer":
        message = CallResult("m", payload, action=action)
    else:
        message = Call("m", action, payload)
    await validate_payload(message, version)
    return message.to_json()


async def main():
    package = Path(ocpp.__file__).parent
    for version, folder in SCHEMAS.items():
        files = sorted((package / folder / "schemas").iterdir())
        for role, action, file in sorted((*role_and_action(file), file) for file in files):
            schema = json.loads(file.read_text("utf-8-sig"))
            payload = Filler(schema.get("definitions", {})).value(schema)
            line = {"version": version, "action": action, "role": role}
            line["frame"] = await frame(version, action, role, payload)
            json.dump(line, sys.stdout)
            print()


asyncio.run(main())
