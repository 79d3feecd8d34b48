"""`python -m tests.support.interrupted`: one ingestion by the settings in the environment, for tests that kill it."""

from assets.ingest import ingest
from assets.progress import Silent
from warehouse.runtime.settings import read_settings

if __name__ == "__main__":
    ingest(read_settings(), sessions=None, progress=Silent())
