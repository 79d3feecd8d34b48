"""`python -m deploy.servers.elasticsearch install|start|stop|status`: Elasticsearch for a developer's shell."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from deploy.local.accounts import server_account
from deploy.servers.elasticsearch.install import install as bring
from deploy.servers.elasticsearch.node import ElasticsearchNode
from warehouse.runtime.errors import OpenPolicyError

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)
Folder = Annotated[Path, typer.Option(help="Where the node keeps what it has.")]
_DEFAULT = Path(".openpolicy/elasticsearch")


@app.command()
def install() -> None:
    """Bring Elasticsearch into the cache by Maven, and compile its plugin."""
    print(bring(server_account(None)))


@app.command()
def start(folder: Folder = _DEFAULT) -> None:
    """Start the node; it goes on until `stop`."""
    node = ElasticsearchNode(folder)
    try:
        node.start()
    except BaseException:
        node.stop()
        raise
    print(f"OPENPOLICY_SEARCH_URL={node.url}")


@app.command()
def stop(folder: Folder = _DEFAULT) -> None:
    """End the node; what it has stays."""
    print("Ended." if ElasticsearchNode(folder).stop() else f"Nothing runs in {folder}.")


@app.command()
def status(folder: Folder = _DEFAULT) -> None:
    """Whether the node runs, and where."""
    node = ElasticsearchNode(folder)
    print(f"{node.url or folder}  {'running' if node.is_running() else 'ended'}")


if __name__ == "__main__":
    try:
        app()
    except OpenPolicyError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
