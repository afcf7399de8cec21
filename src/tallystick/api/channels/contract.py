"""The contract of channels."""

from tallystick.api.channels import handlers as do
from tallystick.api.channels.shapes import ChannelQuery, ChannelsShown, ChannelStock, ChannelWhere
from tallystick.api.contract import READING, Capability, Given, Operation
from tallystick.api.problems import NOT_FOUND
from tallystick.messages.catalogue import Lifecycle

CHANNELS = Capability(
    name="channels",
    owner="sales operations",
    version="1.0.0",
    lifecycle=Lifecycle.ACTIVE,
    about="What each sales channel shows of stock: what it should, was told and took, and how far behind it is.",
    quota=READING,
    operations=(
        Operation(
            id="list_channels",
            method="GET",
            path="/channels",
            about="Every channel that stock is shown to, with what waits and its lag.",
            scope="availability:read",
            does=do.list_channels,
            gives=(Given(200, "as they stand now", ChannelsShown),),
        ),
        Operation(
            id="show_channel_stock",
            method="GET",
            path="/channels/{channel}/stock",
            about="What a channel should show of each product, was told, and took.",
            scope="availability:read",
            does=do.show_channel_stock,
            where=ChannelWhere,
            query=ChannelQuery,
            gives=(Given(200, "a page", ChannelStock),),
            problems=(NOT_FOUND,),
        ),
    ),
)
