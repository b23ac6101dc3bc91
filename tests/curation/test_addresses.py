import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from readbot.curation.addresses import AddressRule, RefusedAddressError, is_public

PRIVATE = [
    # this machine
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",  # noqa: S104 - one to refuse
    "0.1.2.3",
    "::1",
    "::",
    # somebody's inside
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "100.127.255.255",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
    # link-local, and the clouds' metadata
    "169.254.169.254",
    "fe80::1",
    "fe80::1%1",
    "fd00:ec2::254",
    # IPv4 inside of IPv6
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "::8.8.8.8",
    "2002:7f00:1::",
    "2002:808:808::1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::a00:1",
    "2001:0:7f00:1::",
    "2606:4700::5efe:7f00:1",
    "2606:4700::200:5efe:a00:1",
    # multicast, broadcast, documentation, benchmarks, relays, reserved
    "224.0.0.1",
    "239.255.255.255",
    "255.255.255.255",
    "240.0.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "198.51.100.7",
    "203.0.113.7",
    "198.18.0.1",
    "192.88.99.1",
    "ff02::1",
    "2001:db8::1",
    "3fff::1",
    "100::1",
    "5f00::1",
    "2606:4700::1%eth0",
]
PUBLIC = ["8.8.8.8", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700::1", "2a00:1450:4001:82f::200e"]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_may_not_be_connected_to(address: str) -> None:
    with pytest.raises(RefusedAddressError, match="no public address"):
        AddressRule().check(address, 443)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_connected_to(address: str) -> None:
    AddressRule().check(address, 80)
    AddressRule().check_url(URL(f"http://[{address}]/" if ":" in address else f"http://{address}/"))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://127.0.1/",
        "http://①②⑦.⓪.⓪.①/",
        "http://１２７.0.0.1/",
        "http://127。0。0。1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[0:0:0:0:0:ffff:127.0.0.1]/",
        "http://[fe80::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "https://169.254.169.254/latest/meta-data/",
        "http://0/",
        "http://user@8.8.8.8/",
        "http://user:word@example.org/",
        "http://@example.org:22/",
        "http://example.org:22/",
        "https://example.org:8443/",
        "http://example.org:0/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "javascript:alert(1)",
        "//example.org/",
        "/etc/passwd",
        "",
    ],
)
def test_a_url_that_leads_inside_or_past_the_web_is_refused(url: str) -> None:
    with pytest.raises((RefusedAddressError, ValueError)):
        AddressRule().check_url(URL(url))


@given(st.integers(0, 2**32 - 1))
def test_no_spelling_of_an_address_changes_whether_it_is_public(number: int) -> None:
    address = ipaddress.IPv4Address(number)
    for spelling in (str(address), str(number), hex(number), f"0{number:o}"):
        try:
            AddressRule().check_url(URL.build(scheme="http", host=spelling, path="/"))
        except RefusedAddressError:
            assert not is_public(address), spelling
        else:
            assert is_public(address), spelling


@given(st.integers(0, 2**32 - 1))
def test_no_ipv6_address_that_holds_an_ipv4_address_is_public(number: int) -> None:
    for prefix in ("::", "::ffff:0:0", "64:ff9b::", "2606:4700::5efe:0:0"):
        assert not is_public(ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) | number))
    assert not is_public(ipaddress.IPv6Address((0x2002 << 112) | (number << 80)))


def test_an_address_that_is_allowed_is_allowed_on_its_own_port_alone() -> None:
    rule = AddressRule(allowed={("127.0.0.1", 8080)})
    rule.check("127.0.0.1", 8080)
    for address, port in (("127.0.0.1", 80), ("127.0.0.1", 8081), ("127.0.0.2", 8080)):
        with pytest.raises(RefusedAddressError):
            rule.check(address, port)
