"""Everybody in the estate, put into a town and connected to the outbox."""

from msgspec import Struct

from tallystick.messages.fulfilment import RecallLines, RecallShipment, RedirectShipment, ShipOrder
from tallystick.messages.payments import AuthorisePayment, CapturePayment, PayRefund, VoidPayment
from tallystick.messages.sales import CancelLines, CancelOrder, RefuseOrder
from tallystick.simulator.estate.bank import Bank
from tallystick.simulator.estate.channels import AGORA, BAZAAR, Channels
from tallystick.simulator.estate.collector import Collector, Marketplace
from tallystick.simulator.estate.depot import Depot
from tallystick.simulator.estate.ledger import Erp
from tallystick.simulator.estate.people import PROVIDER, People
from tallystick.simulator.estate.tills import Tills
from tallystick.simulator.estate.town import Town


class Partners(Struct, frozen=True):
    """Everybody in the estate."""

    channels: Channels
    depot: Depot
    tills: Tills
    collectors: dict[str, Collector]
    bank: Bank
    erp: Erp
    people: People


class _Money:
    """The outbox's one address for all who collect money: each command names its provider."""

    def __init__(self, collectors: dict[str, Collector]) -> None:
        self.collectors = collectors

    def take(self, key: str, command: Struct) -> None:
        self.collectors[getattr(command, "provider", "")].take(key, command)


def settled_in(town: Town) -> Partners:
    """Put the partners into *town* and connect them to the outbox."""
    channels, depot, bank = Channels(town), Depot(town), Bank(town)
    collectors: dict[str, Collector] = {PROVIDER: Collector(town, PROVIDER, 29, bank.is_paid)}
    collectors.update({name: Marketplace(town, name, 150, bank.is_paid) for name in (BAZAAR, AGORA)})
    money = _Money(collectors)
    town.partners.update(dict.fromkeys((AuthorisePayment, CapturePayment, VoidPayment, PayRefund), money))
    town.partners.update(dict.fromkeys((ShipOrder, RecallShipment, RecallLines, RedirectShipment), depot))
    town.partners.update(dict.fromkeys((RefuseOrder, CancelOrder, CancelLines), channels))
    people = People(town, channels, depot, collectors)
    return Partners(channels, depot, Tills(town, depot), collectors, bank, Erp(town), people)
