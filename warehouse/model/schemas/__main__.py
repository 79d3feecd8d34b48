"""Regenerate the schemas, unless that would break compatibility with released ones."""

import sys

import msgspec

from warehouse.model.schemas.generate import breaking, schemas

if __name__ == "__main__":
    for path, content in schemas().items():
        if path.exists() and (why := breaking(msgspec.json.decode(path.read_bytes()), msgspec.json.decode(content))):
            sys.exit(f"{path.name} would break readers or writers of today: {'; '.join(why)}")
        path.write_bytes(content)
