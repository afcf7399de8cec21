"""The contract of stock keeping."""

from tallystick.api.contract import READING, Capability, Given, Operation
from tallystick.api.problems import KEY_REUSED, REFUSED, RULED_OUT, WAITING
from tallystick.api.proposals.shapes import ProposalShown
from tallystick.api.stocking import handlers as do
from tallystick.api.stocking.shapes import (
    CorrectionProposed,
    CountGiven,
    CountHeard,
    CountShown,
    CountWhere,
    SheetShown,
    TransferShown,
    TransferWhere,
)
from tallystick.messages.catalogue import Lifecycle

TRANSFERS = Capability(
    name="transfers",
    owner="inventory control",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="Goods that move between our own places. What happens to them is sent as reports of `transfers`.",
    quota=READING,
    operations=(
        Operation(
            id="show_transfer",
            method="GET",
            path="/transfers/{transfer}",
            about="A transfer line by line.",
            scope="transfers:read",
            does=do.show_transfer,
            where=TransferWhere,
            gives=(Given(200, "as it stands", TransferShown, ("ETag",)),),
        ),
    ),
)
COUNTS = Capability(
    name="counts",
    owner="inventory control",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="Counts: sheets that say nothing of what the book has, what was counted, and how it was judged.",
    operations=(
        Operation(
            id="show_count_sheet",
            method="GET",
            path="/counts/{count}/sheet",
            about="What is still to be counted, and by whom not. It never says what the book has.",
            scope="counts:count",
            does=do.show_sheet,
            where=CountWhere,
            gives=(Given(200, "what is asked", SheetShown),),
        ),
        Operation(
            id="take_count",
            method="POST",
            path="/counts/{count}/counted",
            about="What the caller counted. The answer is the same whatever the book has; nobody counts a line twice.",
            scope="counts:count",
            does=do.take_count,
            where=CountWhere,
            takes=CountGiven,
            has_key=True,
            gives=(Given(200, "heard", CountHeard),),
            problems=(KEY_REUSED, REFUSED, WAITING),
        ),
        Operation(
            id="show_count",
            method="GET",
            path="/counts/{count}",
            about="A count with what the book had, for whoever answers for the stock.",
            scope="counts:review",
            does=do.show_count,
            where=CountWhere,
            gives=(Given(200, "as it was judged", CountShown, ("ETag",)),),
        ),
        Operation(
            id="propose_stock_correction",
            method="POST",
            path="/proposals/corrections",
            about="Lay a correction that is worth more than one person may decide before another person.",
            scope="stock:adjust",
            does=do.propose_stock_correction,
            takes=CorrectionProposed,
            gives=(Given(201, "laid down, or laid down before under this key", ProposalShown),),
            has_key=True,
            problems=(RULED_OUT, KEY_REUSED),
        ),
    ),
)
