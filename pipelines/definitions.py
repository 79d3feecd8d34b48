"""The definitions that `workspace.yaml` loads."""

from pipelines.build import build_defs
from warehouse.runtime import logging
from warehouse.runtime.settings import read_settings

logging.configure(level=read_settings().log_level)  # entry point of Dagster's code servers
defs = build_defs()
