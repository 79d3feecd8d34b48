"""Arrow columns to arrays."""

import subprocess
import sys

_READ = """
import io, sys
from pyarrow import csv
from warehouse.clickhouse.columns import groups_of, numbers
table = csv.read_csv(io.BytesIO(b"n,paired,caucus\\n7,true,b\\n8,false,\\n9,true,a\\n"))
print(numbers(table, "n").tolist(), numbers(table, "paired").tolist(), groups_of(table, "caucus")[0].tolist(),
      numbers(table.slice(0, 0), "n").tolist(), numbers(table.slice(1), "n").tolist(), "pandas" in sys.modules)
"""


def test_columns_become_arrays_without_the_import_of_pandas() -> None:
    """It took the first answer after a start two seconds; the library of columns asks for it unnoticed."""
    ran = subprocess.run([sys.executable, "-c", _READ], capture_output=True, text=True, check=True)
    assert ran.stdout.split("\n")[0] == "[7, 8, 9] [True, False, True] [1, -1, 0] [] [8, 9] False"
