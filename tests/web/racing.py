"""Several acts at the same moment, each in a thread with a connection of its own. The test needs rows that are really there: transactions."""

import threading
from collections.abc import Callable

from django.db import connections

from dudao_web.orgs.actions import Refused


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act returned, in the order given, or the ``Refused`` that it raised. Any other exception of any of them fails the test."""
    start, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(n: int, act: Callable[[], object]) -> None:
        start.wait()
        try:
            found[n] = act()
        except Exception as error:
            found[n] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    unexpected = [one for one in found if isinstance(one, Exception) and not isinstance(one, Refused)]
    if unexpected:
        raise ExceptionGroup("acts that ended in an exception", unexpected)
    return found
