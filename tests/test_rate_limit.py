"""Token buckets."""

from readbot.rate_limit import RateLimit


class Watch:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_minutes_worth_may_come_at_once_and_no_more() -> None:
    limit = RateLimit(3, clock=Watch())
    assert [limit.wait_s("ada") for _ in range(4)] == [0, 0, 0, 20]


def test_it_fills_again_with_time() -> None:
    watch = Watch()
    limit = RateLimit(60, clock=watch)
    for _ in range(60):
        limit.wait_s("ada")
    watch.seconds = 1.5
    assert limit.wait_s("ada") == 0
    assert limit.wait_s("ada") == 0.5


def test_people_do_not_share_a_bucket() -> None:
    limit = RateLimit(1, clock=Watch())
    assert [limit.wait_s(who) for who in ("ada", "grace", "ada")] == [0, 0, 60]


def test_less_than_one_a_minute_still_lets_one_through() -> None:
    limit = RateLimit(0.5, clock=Watch())
    assert [limit.wait_s("ada"), limit.wait_s("ada")] == [0, 120]
