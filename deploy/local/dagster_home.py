"""Dagster's settings inside the data folder: its storage is in the embedded PostgreSQL, and telemetry is off."""

from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

import yaml

from deploy.local.system.files import write_atomically

MODULE = "pipelines.definitions"
_PGPASS = "pgpass"


def sqlalchemy_url(url: str) -> str:
    """The URL with the driver named: Dagster's queries only work with psycopg2, and a bare scheme means psycopg 3."""
    return urlunsplit(urlsplit(url)._replace(scheme="postgresql+psycopg2"))


def _without_password(url: str, file: Path) -> tuple[str, str | None]:
    """The URL without the password, with `file` named as its source; and the password, None if there is none.

    Dagster passes the URL of its storage to its code servers on command lines, which every user of the machine can
    read.
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    password = query.pop("password", None) or (unquote(parts.password) if parts.password else None)
    if password is None:
        return url, None
    user, host = parts.username, parts.netloc.rpartition("@")[2]
    query["passfile"] = str(file)
    netloc = f"{user}@{host}" if user else host
    return urlunsplit(parts._replace(netloc=netloc, query=urlencode(query, quote_via=quote))), password


def write_home(home: Path, database_url: str) -> None:
    """Write `dagster.yaml`, `workspace.yaml`, and the password of the database in a file only its owner may read."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    url, password = _without_password(database_url, home.absolute() / _PGPASS)
    if password is not None:
        escaped = password.replace("\\", "\\\\").replace(":", "\\:")
        write_atomically(home / _PGPASS, f"*:*:*:*:{escaped}\n".encode(), mode=0o600)
    settings = {
        "storage": {"postgres": {"postgres_url": sqlalchemy_url(url)}},
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},  # otherwise the first page is a form that asks for an e-mail address
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
        # One run at a time: the limit of one request a second to a host holds only within a run.
        "concurrency": {"runs": {"max_concurrent_runs": 1}},
        "retention": {"schedule": {"purge_after_days": 90}, "sensor": {"purge_after_days": 30}},
    }
    workspace = {"load_from": [{"python_module": {"module_name": MODULE, "location_name": "openpolicy"}}]}
    write_atomically(home / "dagster.yaml", yaml.safe_dump(settings).encode(), mode=0o600)
    write_atomically(home / "workspace.yaml", yaml.safe_dump(workspace).encode())
