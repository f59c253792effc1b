"""For tests of programs that use the local cloud; `local_cloud.testing.fixtures` has fixtures."""

from local_cloud.hub.access import ACCEPTED, NOT_ACCEPTED
from local_cloud.testing.checksums import crc64nvme, crc64nvme_header
from local_cloud.testing.clients import Clients, clients_of
from local_cloud.testing.hub_server import HubServer
from local_cloud.testing.waiting import wait_for

__all__ = [
    "ACCEPTED",
    "NOT_ACCEPTED",
    "Clients",
    "HubServer",
    "clients_of",
    "crc64nvme",
    "crc64nvme_header",
    "wait_for",
]
