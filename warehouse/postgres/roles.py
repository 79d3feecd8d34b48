"""Privileges in the databases: one role for each kind of process, with the least that it needs.

`migrate` runs as the owner of the databases, creates the roles if it may, and grants them their privileges on every
table; tables created later get the same by default. A process that connects as the owner needs none of this.

| role | reads | writes |
|---|---|---|
| openpolicy_api | everything | scorecards |
| openpolicy_loader | everything | everything but scorecards and the list of migrations |
| openpolicy_relay | everything | how far it has published |
| openpolicy_consumer | everything | of the catalog what is not loaded from documents |
"""

from collections.abc import Mapping
from typing import Final, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from warehouse.runtime.sqlfiles import queries

Connection = psycopg.Connection[TupleRow]

API: Final = "openpolicy_api"
LOADER: Final = "openpolicy_loader"
RELAY: Final = "openpolicy_relay"
CONSUMER: Final = "openpolicy_consumer"
ROLES: Final = (API, LOADER, RELAY, CONSUMER)

_READ = frozenset({"SELECT"})
_WRITE = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
_KEEP = _WRITE | {"MAINTAIN"}
"""Also VACUUM, ANALYZE and REFRESH MATERIALIZED VIEW."""
_POSITION = frozenset({"SELECT", "INSERT", "UPDATE"})
_NONE: frozenset[str] = frozenset()
_OWNERS_OWN = frozenset({"schema_migrations"})
_API_PREFIX = "scorecard"
"""What callers create; these are the only tables that the API writes."""
_LOADED = frozenset(
    {
        "archived", "ballot_runs", "bucket_arrivals", "bucket_fences", "bucket_moves", "bucket_versions",
        "added_shards", "change_log_archives", "dataset", "documents", "findings", "loads", "members", "members_listed",
        "memberships", "overrides", "quality_documents", "quality_runs", "quarantine", "relay_positions", "sessions",
        "shard_map", "shard_number", "withdrawals",
    }
)  # fmt: skip
"""Tables of the catalog that no consumer writes, besides the change log: those of loaders, editors and moves of
buckets."""


def privileges(database: str, table: str) -> dict[str, frozenset[str]]:
    """The privileges of each role on a table of the `catalog` or of a `shard`."""
    if table in _OWNERS_OWN:
        return dict.fromkeys(ROLES, _READ)
    is_apis = table.startswith(_API_PREFIX)
    is_loaded = database != "catalog" or table in _LOADED or table.startswith("change_log")
    return {
        API: _WRITE if is_apis else _READ,
        LOADER: _READ if is_apis else _KEEP,
        RELAY: _POSITION if table == "relay_positions" else _READ,
        CONSUMER: _READ if is_apis or is_loaded else _KEEP,
    }


def make_roles(connection: Connection) -> list[str]:
    """Create missing roles without login, if allowed; returns the roles that exist now."""
    for role in ROLES:
        if not _exists(connection, role):
            try:
                with connection.transaction():
                    connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(role)))
            except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
                pass  # another process created it meanwhile
            except psycopg.errors.InsufficientPrivilege:
                return [each for each in ROLES if _exists(connection, each)]
    return list(ROLES)


def _exists(connection: Connection, role: str) -> bool:
    return connection.execute("select from pg_roles where rolname = %s", (role,)).fetchone() is not None


def grant(connection: Connection, database: str) -> int:
    """Grant every role its privileges in a database (`catalog` or `shard`), and revoke all others.

    Correct privileges are not touched. Returns the number of pairs of table and role that were changed.
    """
    roles = make_roles(connection)
    if not roles:
        return 0
    names = sql.SQL(", ").join(map(sql.Identifier, roles))
    connection.execute(sql.SQL(_query("enter")).format(roles=names, database=_current(connection)))
    for role in roles:
        default = _KEEP if role == LOADER else _READ
        connection.execute(sql.SQL(_query("default")).format(role=sql.Identifier(role), privileges=_list(default)))
    makers = [role for role in (LOADER, CONSUMER) if role in roles]
    if makers:
        connection.execute(
            sql.SQL(_query("make")).format(
                roles=sql.SQL(", ").join(map(sql.Identifier, makers)), database=_current(connection)
            )
        )
    if LOADER in roles:
        connection.execute(sql.SQL(_query("months")).format(role=sql.Identifier(LOADER)))
    changed = 0
    for table, held in _tables(connection).items():
        for role, wanted in privileges(database, table).items():
            if role in roles:
                changed += _set(connection, table, role, wanted, held.get(role, _NONE))
    return changed


def _set(connection: Connection, table: str, role: str, wanted: frozenset[str], held: frozenset[str]) -> bool:
    """Grant a role what it lacks on a table and revoke what is too much; returns whether anything changed."""
    names = {"table": sql.Identifier(table), "role": sql.Identifier(role)}
    if missing := wanted - held:
        connection.execute(sql.SQL("grant {what} on {table} to {role}").format(what=_list(missing), **names))
    if surplus := held - wanted:
        connection.execute(sql.SQL("revoke {what} on {table} from {role}").format(what=_list(surplus), **names))
    return bool(missing or surplus)


def _tables(connection: Connection) -> dict[str, dict[str, frozenset[str]]]:
    """The privileges of the roles on each table, view and partition: table → role → privileges."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for table, role, held in connection.execute(_query("privileges"), {"roles": list(ROLES)}):
        found.setdefault(table, {})
        if role is not None:
            found[table][role] = frozenset(held)
    return found


def set_passwords(connection: Connection, passwords: Mapping[str, str]) -> None:
    """Let roles log in with their passwords, without further privileges; missing roles are created.

    The server is sent the hash that it stores instead of the password, so that no password gets into its log.
    """
    for role, password in passwords.items():
        if not _exists(connection, role):
            connection.execute(sql.SQL("create role {}").format(sql.Identifier(role)))
        kept = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        connection.execute(sql.SQL(_query("login")).format(role=sql.Identifier(role), kept=sql.Literal(kept)))


def close_to_others(connection: Connection, databases: list[str]) -> None:
    """Let only roles with the privilege connect to these databases; by default everybody may."""
    for database in databases:
        connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(database)))


def own_everything(connection: Connection, role: str) -> None:
    """Make a role the owner of this connection's database and of everything in it that users created."""
    connection.execute(sql.SQL(_query("own")).format(role=sql.Identifier(role), database=_current(connection)))
    for kind, name in connection.execute(_query("owned_by_others"), {"role": role}).fetchall():
        connection.execute(
            sql.SQL("alter {} {} owner to {}").format(sql.SQL(kind), sql.Identifier(name), sql.Identifier(role))
        )


def _current(connection: Connection) -> sql.Identifier:
    return sql.Identifier(connection.info.dbname)


def _list(what: frozenset[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL(name) for name in sorted(what))


def _query(name: str) -> LiteralString:
    return queries("postgres/common/queries/roles.sql")[name]
