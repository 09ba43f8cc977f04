"""One lock for each object, which the thread that holds it may take again, and which goes when nobody wants it any more."""

import threading
import weakref

from halfmoon.base import locks
from halfmoon.base.locks import lock_of


class Thing:
    pass


def test_an_object_has_one_lock_while_somebody_holds_it():
    one, other = Thing(), Thing()
    lock = lock_of(one)
    assert lock_of(one) is lock
    assert lock_of(other) is not lock
    with lock, lock_of(one):
        pass
    gone = weakref.ref(lock)
    del lock
    assert gone() is None
    assert vars(one) == {}


def test_another_thread_waits():
    thing, order = Thing(), []

    def work():
        with lock_of(thing):
            order.append("other")

    with lock_of(thing):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join(0.05)
        order.append("first")
    thread.join()
    assert order == ["first", "other"]


def test_locks_of_many_objects_fill_no_memory():
    things = [Thing() for _ in range(10 * locks.MANY)]
    with lock_of(things[0]):
        held = weakref.ref(lock_of(things[0]))
        for thing in things[1:]:
            with lock_of(thing):
                pass
        assert len(locks._locks) < 2 * locks.MANY
        assert lock_of(things[0]) is held()
