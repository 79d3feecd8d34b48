"""`python -m deploy.servers.kafka install|start|stop|status`: brokers for a developer's shell."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.servers.kafka.cluster import KafkaCluster
from deploy.servers.kafka.install import install as bring
from deploy.servers.shell import Folder, run, shell, whole_or_ended

app = shell()
_DEFAULT = Path(".openpolicy/kafka")


@app.command()
def install() -> None:
    """Download Kafka into the cache with Maven."""
    print(bring())


@app.command()
def start(
    folder: Folder = _DEFAULT,
    brokers: Annotated[int, typer.Option(min=1, max=3)] = 1,
) -> None:
    """Start one broker or three; they run until `stop`."""
    cluster = KafkaCluster(folder)
    with whole_or_ended(cluster.stop):
        cluster.start(brokers)
    print(f"OPENPOLICY_KAFKA_URL={cluster.url}")


@app.command()
def stop(folder: Folder = _DEFAULT) -> None:
    """Stop the brokers; their data stays."""
    ended = KafkaCluster(folder).stop()
    print(f"Ended {len(ended)} brokers." if ended else f"Nothing runs in {folder}.")


@app.command()
def status(folder: Folder = _DEFAULT) -> None:
    """Show which brokers run."""
    cluster = KafkaCluster(folder)
    for broker in cluster.brokers:
        print(f"{broker.number}  port {broker.port}  {'running' if cluster.is_running(broker.number) else 'ended'}")


if __name__ == "__main__":
    run(app)
