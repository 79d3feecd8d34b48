"""The meanings of the command line's exit codes. `make` itself always exits with 2, so it prints the meaning."""

import sys

MEANINGS = {
    0: "good",
    1: "differences found",
    2: "wrong usage or setting",
    3: "source unusable",
    4: "upstream unavailable",
    5: "store unavailable",
    6: "data folder unusable",
    7: "port taken",
    8: "shard map invalid",
    9: "document lost",
    10: "archive unavailable",
    11: "archived state lost",
    12: "move given up",
    13: "documents refused (only with `--strict`)",
    130: "interrupted",
}


def in_words(code: int) -> str:
    """One line for a person."""
    return f"Exit code {code}: {MEANINGS.get(code, 'not an OpenPolicy exit code; see the output above')}."


if __name__ == "__main__":
    print(in_words(int(sys.argv[1])), file=sys.stderr)
