"""Dagster's own settings inside the data folder: its storage in our PostgreSQL, nothing sent anywhere."""

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import yaml

from deploy.local.files import write_atomically

MODULE = "pipelines.definitions"


def sqlalchemy_url(url: str) -> str:
    """The URL with the driver named: Dagster's queries only work with psycopg2, and a bare scheme means psycopg 3."""
    return urlunsplit(urlsplit(url)._replace(scheme="postgresql+psycopg2"))


def write_home(home: Path, database_url: str) -> None:
    """Write `dagster.yaml` and `workspace.yaml`; the URL in the first holds a password."""
    home.mkdir(parents=True, exist_ok=True)
    settings = {
        "storage": {"postgres": {"postgres_url": sqlalchemy_url(database_url)}},
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},  # or the first page is a form that asks for an e-mail address
        "local_artifact_storage": {
            "module": "dagster._core.storage.root",
            "class": "LocalArtifactStorage",
            "config": {"base_dir": str(home)},
        },
        "compute_logs": {
            "module": "dagster._core.storage.local_compute_log_manager",
            "class": "LocalComputeLogManager",
            "config": {"base_dir": str(home / "compute_logs")},
        },
        "run_monitoring": {"enabled": True},
        # A run whose process died is started again; one that failed by a check or an error is not (automation.py).
        "run_retries": {"enabled": True, "max_retries": 2, "retry_on_asset_or_op_failure": False},
        # One run at a time: each keeps to one request a second a host only for itself, and there are two cores.
        "concurrency": {"runs": {"max_concurrent_runs": 1}},
        "retention": {"schedule": {"purge_after_days": 90}, "sensor": {"purge_after_days": 30}},
    }
    workspace = {"load_from": [{"python_module": {"module_name": MODULE, "location_name": "openpolicy"}}]}
    write_atomically(home / "dagster.yaml", yaml.safe_dump(settings).encode(), mode=0o600)
    write_atomically(home / "workspace.yaml", yaml.safe_dump(workspace).encode())
