"""`python -m deploy.servers.elasticsearch install|start|stop|status`: Elasticsearch for a developer's shell."""

from pathlib import Path

from deploy.local.system.accounts import server_account
from deploy.servers.elasticsearch.install import install as bring
from deploy.servers.elasticsearch.node import ElasticsearchNode
from deploy.servers.shell import Folder, run, shell, whole_or_ended

app = shell()
_DEFAULT = Path(".openpolicy/elasticsearch")


@app.command()
def install() -> None:
    """Download Elasticsearch into the cache with Maven, and compile its plugin."""
    print(bring(server_account(None)))


@app.command()
def start(folder: Folder = _DEFAULT) -> None:
    """Start the node; it runs until `stop`."""
    node = ElasticsearchNode(folder)
    with whole_or_ended(node.stop):
        node.start()
    print(f"OPENPOLICY_SEARCH_URL={node.url}")


@app.command()
def stop(folder: Folder = _DEFAULT) -> None:
    """Stop the node; its data stays."""
    print("Ended." if ElasticsearchNode(folder).stop() else f"Nothing runs in {folder}.")


@app.command()
def status(folder: Folder = _DEFAULT) -> None:
    """Whether the node runs, and where."""
    node = ElasticsearchNode(folder)
    print(f"{node.url or folder}  {'running' if node.is_running() else 'ended'}")


if __name__ == "__main__":
    run(app)
