"""Every station has its share of the intake: who floods is let go, who does not never waits behind him."""

from ui.county.shares import HELD, HELD_BYTES, PER_TURN, Shares


def shares() -> Shares[bytes]:
    return Shares(len)


def test_a_flood_is_let_go_and_counted_and_the_others_are_all_taken() -> None:
    ours = shares()
    taken: list[bytes] = []
    for second in range(10):
        for nth in range(1000):
            ours.add("flood", b"f%d-%d" % (second, nth))
        ours.add("calm", b"c%d" % second)
        taken += ours.turn()
    assert [one for one in taken if one.startswith(b"c")] == [b"c%d" % second for second in range(10)]
    assert sum(one.startswith(b"f") for one in taken) == 10 * PER_TURN
    waiting = HELD - PER_TURN
    assert ours.let_go == {"flood": 10 * 1000 - 10 * PER_TURN - waiting}


def test_what_is_held_comes_in_its_order_and_none_twice() -> None:
    ours = shares()
    sent = [b"%d" % nth for nth in range(HELD)]
    assert [ours.add("one", item) for item in sent] == [True] * HELD
    assert not ours.add("one", b"too many")
    taken: list[bytes] = []
    while ours.waits:
        taken += ours.turn()
    assert taken == sent


def test_large_messages_fill_a_share_sooner_but_one_always_fits() -> None:
    ours, large = shares(), bytes(HELD_BYTES // 2 + 1)
    assert ours.add("one", bytes(HELD_BYTES + 1))
    assert not ours.add("one", large)
    assert ours.add("two", large)
    assert not ours.add("two", large)
    assert ours.let_go == {"one": 1, "two": 1}
    ours.turn()
    assert ours.add("one", large)
