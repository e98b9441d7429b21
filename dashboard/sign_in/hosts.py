"""Which addresses are this computer and nobody else. Loads nothing slow."""

import ipaddress
import socket
from collections.abc import Sequence


def is_loopback(address: str) -> bool:
    """Say whether an address in numbers is this computer's own.

    >>> [is_loopback(a) for a in ("127.0.0.1", "::1", "0.0.0.0", "::", "192.168.1.7", "x")]
    [True, True, False, False, False, False]
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback


def is_loopback_name(host: str) -> bool:
    """Say whether a host as browsers name it is this computer's own.

    >>> [is_loopback_name(h) for h in ("localhost", "127.0.0.1", "::1", "localhost.example.org")]
    [True, True, True, False]
    """
    return host.lower().rstrip(".") == "localhost" or is_loopback(host.strip("[]"))


def addresses_of(host: str) -> Sequence[str]:
    """Give the addresses in numbers that a name stands for on this computer, IPv4 first.

    Raises
    ------
    OSError
        It stands for none.
    """
    # The server would listen everywhere for an empty name.
    if not host.strip() or "://" in host or "/" in host:
        msg = f"{host!r} is not a host; give a name or an address in numbers, for example 127.0.0.1"
        raise OSError(msg)
    found = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
    ordered = sorted(found, key=lambda entry: entry[0] != socket.AF_INET)
    return list(dict.fromkeys(str(entry[4][0]) for entry in ordered))
