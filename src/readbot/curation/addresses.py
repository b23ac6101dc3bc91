"""Which network addresses a link may lead to: public ones on the web's two ports, and nothing else."""

import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass, field

from yarl import URL

from readbot.language import tr

WEB_PORTS = frozenset({80, 443})

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Beside what ``ipaddress`` knows as not global: its table grows with Python's patch releases, and
#: this is the part that must not depend on them. Source: the IANA special-purpose registries.
_REFUSED = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, and the clouds' metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "2001::/23",  # Teredo, ORCHID and other protocols' own
        "2001:db8::/32",
        "2002::/16",  # 6to4 holds an IPv4 address
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
    )
)
#: What is given out as global unicast. Mapped and compatible IPv4, NAT64, ULA, link-local, site-local and
#: multicast addresses all lie outside.
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
#: Interface ids of ISATAP, which hold an IPv4 address: ::0:5efe:a.b.c.d and ::200:5efe:a.b.c.d.
_ISATAP = {0x00005EFE, 0x02005EFE}


class RefusedAddressError(OSError):
    """An address that no link may lead to; an OSError, as networking code expects of a connection."""


@dataclass(frozen=True, kw_only=True)
class AddressRule:
    """Decides where connections may go."""

    #: Addresses with their ports that are fine although they are not public: for tests on loopback alone.
    allowed: Collection[tuple[str, int]] = field(default=frozenset())

    def check_url(self, url: URL) -> None:
        """Refuse a URL by what it says; where its host's name leads is seen when it is resolved.

        Raises:
            RefusedAddressError: It is not http(s), has a user name, another port, or a private address in it.
        """
        if url.scheme not in {"http", "https"}:
            raise RefusedAddressError(
                f"leads to {url.scheme or 'no'} address, and only http and https are asked"
            )
        if url.raw_user is not None or url.raw_password is not None:
            raise RefusedAddressError("leads to an address with a user name, which is not asked")
        host, port = url.raw_host, url.port
        if not host or port is None:
            raise RefusedAddressError("leads to an address without a host")
        if port not in WEB_PORTS and port not in {allowed for _, allowed in self.allowed}:
            raise RefusedAddressError(f"leads to port {port}, and only 80 and 443 are asked")
        if (address := _parse(host)) is not None:
            self._check(address, host, port)

    def check(self, address: str, port: int) -> None:
        """Refuse what is about to be connected to.

        Args:
            address: As a resolver or a socket has it; a zone id may stand behind it.
            port: Of the connection.

        Raises:
            RefusedAddressError: It is not public, or the port is not the web's.
        """
        self._check(_parse(address), address, port)

    def _check(self, address: _Address | None, shown: str, port: int) -> None:
        if (str(address), port) in self.allowed:
            return
        if address is None or not is_public(address):
            raise RefusedAddressError(tr("leads to {host}, which is no public address", host=shown))
        if port not in WEB_PORTS:
            raise RefusedAddressError(f"leads to port {port}, and only 80 and 443 are asked")


def is_public(address: _Address) -> bool:
    """Tell whether *address* belongs to a machine of the public internet, and to nobody's inside."""
    if not address.is_global or any(
        address in network for network in _REFUSED if network.version == address.version
    ):
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return True
    is_isatap = int(address) >> 32 & 0xFFFFFFFF in _ISATAP
    return address in _GLOBAL_UNICAST and address.scope_id is None and not is_isatap


def _parse(host: str) -> _Address | None:
    """Return the address that *host* is, in any spelling that a socket takes; None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        # 127.1, 0177.0.0.1, 0x7f000001, 2130706433: old spellings that still connect.
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None
