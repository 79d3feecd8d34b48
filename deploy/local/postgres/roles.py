"""The roles of the embedded PostgreSQL: each process connects as its own, and only administration as the superuser."""

import msgspec
import psycopg

from deploy.local.postgres.server import PostgresServer
from warehouse.postgres import roles
from warehouse.runtime.settings import Settings

DAGSTER = "openpolicy_dagster"
"""Owns the database of Dagster, and has no rights in the others."""
LOGINS = (*roles.ROLES, DAGSTER)
_TEMPLATES = ["postgres", "template1"]


def prepare(server: PostgresServer, databases: list[str]) -> None:
    """Let the roles log in to a running server, and everybody else out of its databases; also of an earlier version."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        roles.set_passwords(connection, server.role_passwords(LOGINS))
        roles.close_to_others(connection, [*_TEMPLATES, *databases])
    if "dagster" in databases:
        with psycopg.connect(server.url("dagster")) as connection:
            roles.own_everything(connection, DAGSTER)


def settings_for(server: PostgresServer, role: str, settings: Settings) -> Settings:
    """The settings with the databases of the embedded server as a role sees them; those elsewhere stay as they are."""
    return msgspec.structs.replace(
        settings,
        catalog_url=server.as_role(role, settings.catalog_url),
        shard_urls=tuple(server.as_role(role, url) for url in settings.shard_urls),
    )
