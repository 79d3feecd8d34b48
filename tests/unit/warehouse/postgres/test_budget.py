"""How the connections of a server are shared."""

import pytest

from warehouse.postgres.connections.budget import Budget, Turns, server_of, share_of


@pytest.mark.parametrize(
    ("available", "processes", "total", "share"),
    [
        (97, 1, 0, 57),  # 40 stay for loaders, relay, consumers and Dagster
        (97, 4, 0, 14),
        (97, 64, 0, 1),  # never none
        (60, 1, 0, 30),  # of a small server half
        (197, 4, 80, 20),  # as the setting says
        (50, 1, 80, 50),  # but not more than there are
    ],
)
def test_the_share_of_one_process(available: int, processes: int, total: int, share: int) -> None:
    assert share_of(available, processes, total) == share


class Taker:
    def __init__(self, budget: Budget) -> None:
        self.turns: Turns = budget.add(self)


@pytest.mark.parametrize("processes", range(1, 58))
@pytest.mark.parametrize("available", [97, 197])
def test_all_processes_together_leave_the_server_open(available: int, processes: int) -> None:
    budget = Budget(processes=processes)
    takers = [Taker(budget) for _ in range(5)]
    budget.learn(available)
    own = {id(taker.turns): taker.turns.most for taker in takers}
    listeners = 5 if budget.listens else 0
    assert min(own.values()) >= 1
    assert processes * (sum(own.values()) + listeners + 1) <= max(available - 40, 2 * processes)


def test_databases_share_turns_only_where_there_are_fewer_connections_than_databases() -> None:
    few, many = Budget(processes=16), Budget(processes=4)
    takers = {budget: [Taker(budget) for _ in range(5)] for budget in (few, many)}
    for budget in (few, many):
        budget.learn(97)
    assert len({id(taker.turns) for taker in takers[few]}) == 1
    assert [taker.turns.most for taker in takers[many]] == [3, 3, 3, 2, 2]


def test_databases_of_one_host_and_port_are_of_one_server() -> None:
    assert server_of("postgresql://a:b@127.0.0.1:5433/catalog") == server_of("postgresql://127.0.0.1:5433/shard_0")
    assert server_of("postgresql://db/catalog") == ("db", 5432)
