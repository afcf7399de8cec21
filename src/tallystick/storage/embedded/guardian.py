"""The guardian: a small process that stops the server when its last user is gone, also when that user was killed.

    python -m tallystick.storage.embedded.guardian FOLDER DESCRIPTOR

DESCRIPTOR is an inherited, already locked guardian lock. The guardian sleeps in the kernel until it holds the lease
alone, stops the server if it still runs, and ends. It imports no more than that needs.
"""

import os
import signal
import sys
from pathlib import Path

from tallystick.storage.embedded.cluster import Cluster, stop
from tallystick.storage.embedded.locks import lock_alone, open_lock


def watch(cluster: Cluster, guardian_lock: int) -> None:
    """Wait for the last lease to end, then stop the server."""
    try:
        lease = open_lock(cluster.lease_lock, create=False)
    except FileNotFoundError:
        return  # the folder is gone, and with it all that could be guarded
    lock_alone(lease)
    stop(cluster)
    # In this order: a newcomer who gets the lease must already see that no guardian lives, and start its own.
    os.close(guardian_lock)
    os.close(lease)


def main() -> None:
    """Leave the process that started us behind, so that it need not wait for us, and watch."""
    folder, guardian_lock = Path(sys.argv[1]), int(sys.argv[2])
    # Meant for the users of the server, sent to everything on a terminal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if os.fork():
        os._exit(0)
    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, 2)
    watch(Cluster(folder), guardian_lock)


if __name__ == "__main__":
    main()
