"""One or three brokers, each also a controller, below one folder. Running processes are recorded there and stopped by
their pids."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

import msgspec

from deploy.local.system import children, ports, processes
from deploy.local.system.files import write_atomically
from deploy.local.system.processes import ProcessMark
from deploy.servers.kafka.install import HERE, install
from warehouse.runtime.errors import DataFolderUnusable, StoreUnavailable

USER = "openpolicy"
CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qg"
_READY = "Kafka Server started"
_READY_S = 120.0
_LOGGING = f"-Dlog4j2.configurationFile={HERE / 'log4j2.yaml'}"


_PLAIN = (
    "org.apache.kafka.common.security.plain.PlainLoginModule required "
    f'username="{USER}" password="@PASSWORD@" user_{USER}="@PASSWORD@";'
)
_WITH_PASSWORD = f"""
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=PLAIN
sasl.mechanism.controller.protocol=PLAIN
listener.name.plaintext.plain.sasl.jaas.config={_PLAIN}
listener.name.plaintext.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config={_PLAIN}
"""


class Broker(msgspec.Struct, frozen=True):
    """One broker's place on this machine; `process` is None while it does not run."""

    number: int
    port: int
    controller_port: int
    process: ProcessMark | None = None


class KafkaCluster:
    """The brokers of one folder."""

    def __init__(self, folder: Path, password: str = "") -> None:
        """With a password only the user `openpolicy` is served, and brokers authenticate to each other."""
        self.folder = folder.absolute()
        self._password = password
        self._file = self.folder / "brokers.json"
        self.brokers: list[Broker] = []
        if self._file.exists():
            self.brokers = msgspec.json.decode(self._file.read_bytes(), type=list[Broker])

    @property
    def url(self) -> str:
        """The value of `OPENPOLICY_KAFKA_URL` for these brokers."""
        brokers = ",".join(f"{ports.LOOPBACK}:{broker.port}" for broker in self.brokers)
        return f"kafka://{USER}:{self._password}@{brokers}?mechanism=PLAIN" if self._password else f"kafka://{brokers}"

    def start(self, count: int) -> None:
        """Start `count` brokers, or the former ones; all answer when this returns.

        Raises:
            StoreUnavailable: a broker ended at its start, or Kafka is not available.
            DataFolderUnusable: the folder has another number of brokers.
        """
        libs = install()
        if not self.brokers:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.brokers = [Broker(number, ports.free_port(), ports.free_port()) for number in range(1, count + 1)]
            self._write()
        if len(self.brokers) != count:
            raise DataFolderUnusable(
                f"{self.folder} holds {len(self.brokers)} brokers, not {count}.", fix="Choose another folder."
            )
        started = [self._launch(broker, libs) for broker in self.brokers if not self.is_running(broker.number)]
        for child, offset in started:
            child.wait_until(lambda child=child, offset=offset: _said(child.log, offset), _READY_S)  # type: ignore[misc]

    def is_running(self, number: int) -> bool:
        """Whether a broker runs."""
        process = self.brokers[number - 1].process
        return process is not None and processes.is_alive(process)

    def kill(self, number: int) -> None:
        """Kill one broker, as in a crash."""
        self._signal(number, signal.SIGKILL)
        self._wait_gone(number, 10)

    def restart(self, number: int) -> None:
        """Start one stopped broker, and wait until it answers."""
        child, offset = self._launch(self.brokers[number - 1], install())
        child.wait_until(lambda: _said(child.log, offset), _READY_S)

    def stop(self) -> list[int]:
        """Stop every running broker; the data stays. Returns their numbers."""
        running = [broker.number for broker in self.brokers if self.is_running(broker.number)]
        for number in running:
            self._signal(number, signal.SIGCONT)  # a frozen one would not handle the next signal
            self._signal(number, signal.SIGTERM)
        for number in running:
            if not self._wait_gone(number, 30):
                self.kill(number)
        return running

    def _launch(self, broker: Broker, libs: Path) -> tuple[children.Child, int]:
        home = self.folder / f"broker-{broker.number}"
        properties = home / "server.properties"
        if not properties.exists():
            home.mkdir(parents=True, exist_ok=True)
            self._format(broker, home, properties, libs)
        log = home / f"kafka-{broker.number}.log"
        offset = log.stat().st_size if log.exists() else 0
        command = [
            "java", "-Xms256m", "-Xmx256m", "-XX:+UseG1GC", "-XX:TieredStopAtLevel=1", _LOGGING,
            "-cp", f"{libs}/*", "kafka.Kafka", str(properties),
        ]  # fmt: skip
        child = children.start(f"kafka-{broker.number}", command, logs=home, environment=dict(os.environ), cwd=home)
        self.brokers[broker.number - 1] = msgspec.structs.replace(broker, process=child.mark)
        self._write()
        return child, offset

    def _format(self, broker: Broker, home: Path, properties: Path, libs: Path) -> None:
        """Write its settings and create its empty storage. The settings come last, so that an interrupted set-up is
        repeated."""
        count = len(self.brokers)
        values = {
            "ID": broker.number, "PORT": broker.port, "CONTROLLER_PORT": broker.controller_port, "FOLDER": home,
            "VOTERS": ",".join(f"{each.number}@{ports.LOOPBACK}:{each.controller_port}" for each in self.brokers),
            "REPLICATION": min(3, count), "IN_SYNC": 2 if count >= 3 else 1,
        }  # fmt: skip
        text = (HERE / "server.properties").read_text(encoding="utf-8")
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        if self._password:
            text = text.replace(":PLAINTEXT", ":SASL_PLAINTEXT") + _WITH_PASSWORD.replace("@PASSWORD@", self._password)
        fresh = home / "new.properties"
        write_atomically(fresh, text.encode(), mode=0o600)
        command = [
            "java", "-Xmx128m", "-XX:TieredStopAtLevel=1", _LOGGING, "-cp", f"{libs}/*",
            "kafka.tools.StorageTool", "format", "--ignore-formatted", "-t", CLUSTER_ID, "-c", str(fresh),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode != 0:
            raise StoreUnavailable(f"Kafka could not make its storage: {(done.stderr or done.stdout).strip()[:300]}")
        fresh.rename(properties)

    def _signal(self, number: int, which: signal.Signals) -> None:
        process = self.brokers[number - 1].process
        if process is not None and processes.is_alive(process):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, which)

    def _wait_gone(self, number: int, seconds: float) -> bool:
        end = time.monotonic() + seconds
        process = self.brokers[number - 1].process
        while self.is_running(number):
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        if process is not None:
            processes.reap_one(process.pid)
        return True

    def _write(self) -> None:
        write_atomically(self._file, msgspec.json.encode(self.brokers))


def _said(log: Path, offset: int) -> bool:
    """Whether a broker has logged since `offset` that it is ready; its port accepts connections earlier."""
    with log.open("rb") as file:
        file.seek(offset)
        return _READY.encode() in file.read()
