"""The command line `openpolicy`. Each command imports what it needs when it is called, so that `--help` is fast."""

import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from deploy.cli.dagster import app as dagster
from deploy.cli.dlq import app as dlq
from deploy.cli.homes import app as homes
from deploy.cli.log import app as log
from deploy.cli.options import AsJson, Commands, DataDir, Size, WithFaults, run_example
from deploy.cli.overrides import app as override
from deploy.cli.releases import app as releases
from deploy.cli.shards import app as shards
from deploy.terminal.invocation import program
from warehouse.runtime.errors import OpenPolicyError, StoreUnavailable
from warehouse.runtime.masking import mask_text

if TYPE_CHECKING:
    from deploy.local.folder import DataFolder
    from deploy.local.sources import SessionChoice
    from warehouse.runtime.settings import Settings

app = typer.Typer(
    cls=Commands,
    name="openpolicy",
    help="The open data platform of Canada's federal Parliament: bills, votes, ballots and members, in English and "
    f"French.\n\nFirst steps: {program()} run --source demo",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(dlq)
app.add_typer(override)
app.add_typer(shards)
app.add_typer(log)
app.add_typer(dagster)
app.add_typer(homes)
app.add_typer(releases)

REFUSED_EXIT = 13
"""Exit code of `ingest --strict` if a document was refused or could not be fetched; everything good was loaded."""
SourceText = Annotated[
    str,
    typer.Option("--source", metavar="auto|live|demo|DIR", help="Where documents come from. auto: live if it answers."),
]
SessionsText = Annotated[
    str,
    typer.Option("--sessions", metavar="44-1,45-1|all", help="Default: the current one for the live source, else all."),
]
Port = Annotated[int, typer.Option(min=1, max=65535, help="Port of the API.")]
MetricsPort = Annotated[int | None, typer.Option(min=1, max=65535, help="Serve Prometheus metrics on this local port.")]


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        from importlib.metadata import version as version_of

        print(f"openpolicy {version_of('openpolicy')}")
        raise typer.Exit
    _start_log()


@app.command(
    epilog=run_example(
        "run --source demo", "run --source ../shared/data --detach", "run --source live --sessions 44-1,45-1"
    )
)
def run(  # noqa: PLR0917
    source: SourceText = "auto",
    data_dir: DataDir = None,
    sessions: SessionsText = "",
    port: Port = 8000,
    dagster_port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the Dagster UI.")] = 3000,
    dagster: Annotated[bool, typer.Option("--dagster/--no-dagster", help="With the Dagster UI and daemon.")] = True,
    size: Size = None,
    detach: Annotated[
        bool, typer.Option("--detach", help="Return after the first load; everything keeps running.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Start the servers that have no URL set, load Parliament's data and serve it. Ctrl-C stops all."""
    from deploy.commands import run as running
    from deploy.local import sources
    from deploy.terminal.heartbeat import Heartbeat
    from deploy.terminal.output import print_json, say
    from deploy.terminal.progress import open_progress

    voice = Heartbeat(say, open_progress())
    options = running.RunOptions(
        source=sources.resolve(source, _settings(), size=size or ""),
        sessions=_sessions(sessions),
        data_dir=data_dir,
        port=port,
        dagster_port=dagster_port,
        with_dagster=dagster,
        detach=detach,
    )
    running.run(options, voice, announce=print_json if as_json else running.show)


@app.command(epilog=run_example("status", "status --json"))
def status(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Show servers, sources, shards, read models, findings and quarantine. Exits with 5 if a database is down."""
    from deploy.commands import status as report
    from deploy.terminal.output import print_json

    settings = _settings()
    facts = report.collect(_folder_unless_external(data_dir, settings), settings)
    if as_json:
        print_json(report.as_json(facts))
    else:
        report.show(facts)
    raise typer.Exit(StoreUnavailable.exit_code if facts["down"] else 0)


@app.command(epilog=run_example("stop", "stop --data-dir .openpolicy/demo"))
def stop(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Stop what `run` started. The data stays."""
    from deploy.commands import run as running
    from deploy.local.folder import find_folder
    from deploy.terminal.output import print_json

    folder = find_folder(data_dir)
    ended = running.stop(folder)
    if as_json:
        print_json({"data_dir": str(folder.path), "ended": ended})
    else:
        print(f"Ended {', '.join(ended)}." if ended else f"Nothing runs in {folder.path}.")


@app.command(hidden=True)
def watch(data_dir: DataDir = None) -> None:
    """Watch the servers of `run --detach` and restart those that stop. A signal stops this process and all of them."""
    from deploy.commands import run as running
    from deploy.local.folder import find_folder
    from deploy.terminal.output import say

    running.watch(find_folder(data_dir), say)


@app.command(epilog=run_example("ingest", "ingest --source ../shared/data --sessions 45-1"))
def ingest(
    source: Annotated[
        str, typer.Option("--source", metavar="auto|live|demo|DIR", help="Default: the source of the data folder.")
    ] = "",
    data_dir: DataDir = None,
    sessions: SessionsText = "",
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 13 if a document was refused or could not be fetched.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Load new documents in this process. Starts the databases for the duration if they are not running."""
    from deploy.commands.ingest import load
    from deploy.terminal.invocation import runnable
    from deploy.terminal.output import print_json, say
    from deploy.terminal.progress import open_progress

    report = load(source, data_dir, _sessions(sessions), _settings(), progress=open_progress(), say=say)
    if as_json:
        print_json(report.as_dict())
    else:
        for line in [*report.summary, report.verdict]:
            print(runnable(line))
    raise typer.Exit(REFUSED_EXIT if strict and report.held_back else 0)


@app.command(
    epilog=run_example(
        "serve --port 8000", "serve --host 0.0.0.0 --workers 4", "serve --service bills --service votes --port 8001"
    )
)
def serve(
    port: Port = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes.")] = 1,
    service: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A service to run; may be repeated. Default: all of them."),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Run only the API, or some of its services, in the foreground. Starts the databases if they are not running and no
    URL is set."""
    from deploy.commands.serve import serve as serve_api

    serve_api(host, port, _settings(), workers=workers, data_dir=data_dir, services=service or [])


@app.command(
    cls=WithFaults,
    epilog=run_example("upstream --source demo --port 8100", "upstream --source demo --port 8100 --fault tie"),
)
def upstream(
    source: Annotated[str, typer.Option("--source", metavar="demo|DIR", help="Documents to serve.")],
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")],
    fault: Annotated[list[str] | None, typer.Option(help="A fault to simulate; may be repeated. Demo only.")] = None,
    size: Size = None,
) -> None:
    """Serve recorded or simulated documents at Parliament's addresses, in the foreground."""
    from deploy.commands.serve import serve_upstream

    serve_upstream(source, port, fault or [], size or "")


@app.command(epilog=run_example("migrate"))
def migrate(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Migrate the databases to this version."""
    from deploy.commands.ingest import migrate as apply
    from deploy.terminal.output import print_json, say

    applied = apply(data_dir, _settings(), say)
    if as_json:
        print_json({"applied": applied})
    else:
        print("\n".join(applied) or "Nothing to apply.")


@app.command(epilog=run_example("verify", "verify --json"))
def verify(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Check that state, change log and read models agree, shard by shard. Exits with 1 if they differ."""
    from deploy.commands.ingest import verify as prove
    from deploy.terminal.output import print_json, say

    report = prove(data_dir, _settings(), say)
    if as_json:
        print_json(report.as_dict())
    else:
        print("\n".join(report.lines))
        print("Everything agrees." if report.clean else "Differences found.")
    raise typer.Exit(0 if report.clean else 1)


@app.command(epilog=run_example("relay", "relay --metrics-port 9101"))
def relay(data_dir: DataDir = None, metrics_port: MetricsPort = None) -> None:
    """Publish the change logs to Kafka, in the foreground. Of several relays, one is active for each log."""
    from deploy.commands.stream import relay as publish
    from deploy.terminal.output import say

    publish(data_dir, _settings(), say, metrics_port=metrics_port)


@app.command(epilog=run_example("consume all", "consume lists"))
def consume(
    name: Annotated[str, typer.Argument(metavar="NAME|all", help="Read models to keep up to date: lists, …, or all.")],
    data_dir: DataDir = None,
    metrics_port: MetricsPort = None,
) -> None:
    """Apply changes to read models, in the foreground: from Kafka, or from the change logs if Kafka is not used."""
    from deploy.commands.stream import consume as apply
    from deploy.terminal.output import say

    apply(name, data_dir, _settings(), say, metrics_port=metrics_port)


@app.command(epilog=run_example("quality", "quality --json"))
def quality(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Show doubtful records, records that were not published and why, and how complete each session is."""
    from deploy.commands import quality as report
    from deploy.terminal.output import print_json, say

    found = report.collect(data_dir, _settings(), say)
    if as_json:
        print_json(found)
    else:
        report.show(found)


@app.command(epilog=run_example("rebuild lists"))
def rebuild(
    name: Annotated[str, typer.Argument(metavar="NAME|all", help="Read models to rebuild: lists, …, or all.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Rebuild a read model from the change logs. The old one is read until the new one is complete."""
    from deploy.commands.stream import rebuild as build
    from deploy.terminal.output import print_json, say
    from deploy.terminal.progress import open_progress

    done = build(name, data_dir, _settings(), progress=open_progress(), say=say)
    if as_json:
        print_json(done)
        return
    for read_model, result in done.items():
        dead_letters = f", {result.dead_letters} changes in dead letters" if result.dead_letters else ""
        print(f"{read_model}: {result.rows} rows{dead_letters}")


@app.command(epilog=run_example("kong > kong.yaml", "kong --target api:8000 --jwt-key https://id.example.org=key.pem"))
def kong(
    target: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where services listen; {service} is the name of each.")
    ] = "{service}:8000",
    redis_host: Annotated[str, typer.Option(metavar="HOST", help="Redis that keeps the counts of callers.")] = "redis",
    traces_url: Annotated[
        str, typer.Option(metavar="URL", help="Where Kong sends traces, as OTLP over HTTP.")
    ] = "http://otel-collector:4318/v1/traces",
    jwt_key: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ISSUER=FILE", help="Accept tokens of this issuer, signed with RS256; its public key in PEM."
        ),
    ] = None,
) -> None:
    """Print Kong's declarative file, made from the services' routes."""
    from deploy.commands.kong import declarative_file

    deadline_ms = _settings().deadline_ms
    print(declarative_file(target, redis_host, traces_url, jwt_key or [], deadline_ms=deadline_ms), end="")


@app.command(
    epilog=run_example("nginx > nginx.conf", "nginx --target bills=10.0.0.1:8000 --target bills=10.0.0.2:8000")
)
def nginx(
    target: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SERVICE=HOST:PORT", help="A process of a service; may be repeated. Default: its name, port 8000."
        ),
    ] = None,
    listen: Annotated[str, typer.Option(metavar="[HOST:]PORT", help="Where nginx listens.")] = "8000",
) -> None:
    """Print nginx's configuration, made from the services' routes."""
    from deploy.commands.nginx import configuration

    print(configuration(target or [], listen, deadline_ms=_settings().deadline_ms), end="")


@app.command(epilog=run_example("settings", "settings --json"))
def settings(as_json: AsJson = False) -> None:
    """Show every setting with its variable. Secrets are masked."""
    from deploy.terminal.output import print_json
    from warehouse.runtime.settings import PREFIX

    masked = _settings().masked()
    if as_json:
        print_json(masked)
        return
    for name, value in masked.items():
        shown = ",".join(value) if isinstance(value, list) else value
        print(f"{PREFIX}{name.upper()}={shown}" if shown != "" else f"# {PREFIX}{name.upper()} is not set")


@app.command(epilog=run_example("doctor", "doctor --port 8080"))
def doctor(
    data_dir: DataDir = None,
    port: Port = 8000,
    dagster_port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the Dagster UI.")] = 3000,
    as_json: AsJson = False,
) -> None:
    """Check what would prevent start-up on this machine and how to fix it. Exits with 1 if anything would."""
    from deploy.commands.doctor import examine
    from deploy.terminal.invocation import runnable
    from deploy.terminal.output import print_json

    found = examine(data_dir, port, dagster_port)
    if as_json:
        print_json(found)
    else:
        for item in found:
            fix = f"  Fix: {runnable(item.fix)}" if item.fix else ""
            print(f"{'ok ' if item.good else 'BAD'}  {item.message}{fix}")
    raise typer.Exit(0 if all(item.good for item in found) else 1)


def _settings() -> "Settings":
    from warehouse.runtime.settings import read_settings

    return read_settings()


def _start_log() -> None:
    """Set up the log of this process: to stderr, as JSON unless it is a terminal, with passwords masked."""
    from warehouse.runtime import logging

    level = os.environ.get("OPENPOLICY_LOG_LEVEL", "").strip()
    logging.configure(json=not sys.stderr.isatty(), level=level if level in {"DEBUG", "WARNING", "ERROR"} else "INFO")
    logging.log_uncaught()


def _sessions(text: str) -> "SessionChoice":
    if text in {"", "all"}:
        return "all" if text else None
    from warehouse.model.keys import SessionCode

    try:
        return [SessionCode.parse(part.strip()) for part in text.split(",")]
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--sessions") from error


def _folder_unless_external(data_dir: Path | None, settings: "Settings") -> "DataFolder | None":
    from deploy.local.folder import find_folder, named_folder

    if named_folder(data_dir) is None and settings.catalog_url and settings.shard_urls:
        return None
    return find_folder(data_dir)


def main() -> NoReturn:
    """Run one command. An error is one line, and the exit code gives its kind."""
    try:
        app()
    except OpenPolicyError as error:
        _end_with(error)
    except Exception as error:
        from deploy.local.system.disk import refusal

        if isinstance(error, OSError) and (refused := refusal(error)):
            _end_with(refused)
        print(mask_text(traceback.format_exc()), file=sys.stderr, end="")
        sys.exit(1)
    raise AssertionError("unreachable: typer ends the process")


def _end_with(error: OpenPolicyError) -> NoReturn:
    from deploy.terminal.output import print_error

    print_error(error, as_json="--json" in sys.argv)
    sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
