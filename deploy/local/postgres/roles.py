"""The roles of the embedded PostgreSQL: each process connects with its own role, and only administration as the
superuser."""

import msgspec
import psycopg

from deploy.local.postgres.server import PostgresServer
from warehouse.postgres import roles
from warehouse.runtime.settings import Settings

DAGSTER = "openpolicy_dagster"
"""Owns the database of Dagster and has no privileges in the others."""
LOGINS = (*roles.ROLES, DAGSTER)
_TEMPLATES = ["postgres", "template1"]


def prepare(server: PostgresServer, databases: list[str]) -> None:
    """Let only the roles log in to the databases of a running server, also if an earlier version created it."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        roles.set_passwords(connection, server.role_passwords(LOGINS))
        roles.close_to_others(connection, [*_TEMPLATES, *databases])
    if "dagster" in databases:
        with psycopg.connect(server.url("dagster")) as connection:
            roles.own_everything(connection, DAGSTER)


def settings_for(server: PostgresServer, role: str, settings: Settings) -> Settings:
    """The settings with URLs of the embedded server's databases for a role; URLs of other servers stay unchanged."""
    return msgspec.structs.replace(
        settings,
        catalog_url=server.as_role(role, settings.catalog_url),
        shard_urls=tuple(server.as_role(role, url) for url in settings.shard_urls),
    )
