#!/usr/bin/env python3
"""Holds every line of standard input against data/ark-search.schema.json.

usage: check_schema.py SCHEMA

Prints how many lines of each type are valid. Ends with 77 where the module jsonschema is not
installed. The schema allows members that it does not name, as the contract says; they are
printed all the same, so that a new member reaches the schema.
"""

import collections
import json
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: no python module jsonschema")
    sys.exit(77)


def known(schema, kind):
    definition = schema["$defs"][kind]
    names = set(definition["properties"])
    for base in definition.get("allOf", []):
        names |= set(schema["$defs"][base["$ref"].rsplit("/", 1)[1]]["properties"])
    return names


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    counts = collections.Counter()
    for number, line in enumerate(sys.stdin, 1):
        value = json.loads(line)
        kind = value["type"]
        # The definition of the type, not the choice of all: its message says what is wrong.
        one = {"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]}
        errors = list(jsonschema.Draft202012Validator(one).iter_errors(value))
        for error in errors:
            print(f"line {number}: {'/'.join(map(str, error.path))}: {error.message}")
        for name in sorted(set(value) - known(schema, kind)):
            print(f"line {number}: a {kind} has a member that the schema does not name: {name}")
        if not errors:
            jsonschema.Draft202012Validator(schema).validate(value)
        counts[kind] += not errors
    print(" ".join(f"{kind}:{count}" for kind, count in sorted(counts.items())))


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")
    main()
