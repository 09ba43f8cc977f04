"""One lock for each object, which the thread that holds it may take again."""

import gc
import threading
import weakref

from halfmoon.base.locks import lock_of


class Thing:
    pass


def test_an_object_has_one_lock_for_as_long_as_it_lives():
    one, other = Thing(), Thing()
    lock = lock_of(one)
    assert lock_of(one) is lock
    assert lock_of(other) is not lock
    with lock, lock:
        pass
    gone = weakref.ref(one)
    del one
    gc.collect()
    assert gone() is None


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
