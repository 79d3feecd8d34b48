"""What `workspace.yaml` loads."""

from pipelines.build import build_defs
from warehouse.runtime import logging
from warehouse.runtime.settings import read_settings

logging.configure(level=read_settings().log_level)  # Dagster's code servers begin here
defs = build_defs()
