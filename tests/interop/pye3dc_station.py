# SPDX-License-Identifier: MIT
"""What the clients made of python-e3dc share."""
import sys

from e3dc import E3DC


def connect():
    """The station of the command line: HOST PORT USER PASSWORD KEY."""
    host, port, user, password, key = sys.argv[1:6]
    return E3DC(E3DC.CONNECT_LOCAL, username=user, password=password, ipAddress=host, key=key,
                port=int(port), configuration={})


def plain(value):
    """What JSON can hold of it."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value if isinstance(value, (int, float, str, bool, type(None))) else str(value)
