"""A worker that keeps ending is started more and more seldom; one that ran well for a while at once again."""

from deploy.local.system.restarts import Restarts


class Clock:
    """Says what it is told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_wait_doubles_up_to_a_minute_and_begins_anew_after_a_good_one() -> None:
    clock = Clock()
    restarts = Restarts(clock)
    waits = []
    for _ in range(8):
        waits.append(restarts.ended())
        assert not restarts.is_due()
        clock.now += waits[-1]
        assert restarts.is_due()
        restarts.started()
        assert restarts.due_at is None
        clock.now += 1
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    clock.now += 61
    assert restarts.ended() == 1
