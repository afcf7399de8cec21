"""Bugs of the pure core: processes, decisions, posting rules; and of the book in memory that drives it."""

from typing import Final

from tallystick.simulator.mutants.change import Code, InRow, Posted
from tallystick.simulator.mutants.mutant import Mutant

_ORDER, _PAYMENT = "processes.orders.order_steps", "processes.payments"
_PLACED = "order: NEW on OrderPlaced, reserved"

_PROCESSES: Final = (
    Mutant("kept_reservation", "processes", "an order that ends lets go of nothing",
           (Code(f"{_ORDER}:_let_go", "data.kept_lines()", "()"),), 0, "reserved_off"),
    Mutant("unreleased_payment", "processes", "an order that expires tells its payment nothing",
           (Code(f"{_ORDER}:expire", '_with_payment_released(_let_go("expired", data, "no payment in time"))',
                 '_let_go("expired", data, "no payment in time")'),), 0, "not_at_rest"),
    Mutant("no_deadline", "processes", "an order waits for its payment for ever",
           (InRow(_PLACED, {"within": None}),), 0, "not_at_rest"),
    Mutant("silent_refusal", "processes", "a location's refusal does not reach the order",
           (Code("processes.orders.fulfilment:refused", ", tells=((ORDER, ShipmentStopped(step.data.reason)),)", ""),),
           2, "not_at_rest"),
    Mutant("capture_twice", "processes", "a capture reported again is booked again",
           (Code(f"{_PAYMENT}.payment_money:captured", "data.captures.get(report.reference)", "None"),), 2, "money_truth"),
    Mutant("payout_twice", "processes", "a part of a payout reported again is booked again",
           (Code(f"{_PAYMENT}.payment_money:settled", "data.payouts.get(report.payout)", "None"),), 7, "posted_twice"),
    Mutant("refund_twice", "processes", "a refund reported again is booked again",
           (Code(f"{_PAYMENT}.refund:paid", "data.payments.get(report.reference)", "None"),), 0, "money_truth"),
    Mutant("parcel_twice", "processes", "a parcel that came back is booked again when it is reported again",
           (Code("processes.orders.goods_return:receive", "before.named.get(report.parcel)", "None"),), 7, "units_truth"),
    Mutant("shipment_twice", "processes", "a shipment reported again is booked again",
           (Code("processes.orders.fulfilment:left", "before.shipments.get(report.shipment)", "None"),), 0, "posted_twice"),
    Mutant("line_twice", "processes", "a sale reported again under another id is booked again",
           (Code("processes.records.recording:_known",
                 "return {n for first, last in ranges for n in range(first, last + 1)}", "return set()"),),
           0, "posted_twice"),
    Mutant("generous_credit", "processes", "more is given back than was kept",
           (Code(f"{_PAYMENT}.payment_money:credit", "min(told.amount, data.kept)", "told.amount"),), 96, "refunds_off"),
    Mutant("lost_deadline", "processes", "a repeated report makes a member forget its deadline",
           (InRow("payment: CAPTURING on CaptureReported, repeated", {"moves": True}),), 604, "not_at_rest"),
    Mutant("unpaid_release", "processes", "goods are released when the payment is declined",
           (Code(f"{_ORDER}:payment_failed", 'return _let_go("cancelled", data, step.data.reason)',
                 'return replace(_let_go("cancelled", data, ""), data=data)'),), 0, "reserved_off"),
    Mutant("collected_twice", "processes", "what captures under way cover is asked for once more",
           (Code(f"{_PAYMENT}.payment_data:asking", "data.owed + data.given_back - max(data.asked, data.captured)",
                 "data.owed + data.given_back - data.captured"),), 28, "asked_off"),
    Mutant("early_ignored", "processes", "what overtook its order is dropped",
           (Code("processes.fold:_Run.left_alone", "isinstance(found, Ignored)", "isinstance(found, Ignored | Early)"),),
           2, "money_truth"),
)  # fmt: skip

_DECISIONS: Final = (
    Mutant("line_by_line", "decisions", "two lines of one item are each promised the same units",
           (Code("decisions.reservation:promised", "total.get(line.sku, 0) + line.quantity", "line.quantity"),),
           0, "parked"),
    Mutant("one_too_many", "decisions", "one unit more is promised than is there",
           (Code("decisions.reservation:_are_plain", "layer.sellable < units", "layer.sellable < units - 1"),), 0, "parked"),
    Mutant("uncovered", "decisions", "a single missing unit is not taken from the unexplained",
           (Code("decisions.valuation:Shelf.take", "if missing > 0:", "if missing > 1:"),), 3, "parked"),
    Mutant("rounded_cost", "decisions", "the last unit leaves a minor unit behind",
           (Code("decisions.valuation:Shelf.take", "proportion(layer.value, quantity, layer.on_hand)",
                 "layer.value // layer.on_hand * quantity"),), 3, "value_without_units"),
    Mutant("over_explained", "decisions", "more missing units explain themselves than are missing",
           (Code("decisions.valuation:Shelf._explain", "min(layer.short, came.quantity)", "came.quantity"),), 3, "parked"),
    Mutant("sold_twice_back", "decisions", "units taken back can be taken back again",
           (Code("decisions.return_match:match_credit", "if sale.left == 0:", "if False:"),), 118, "parked"),
    Mutant("free_return", "decisions", "goods of a known sale come back at no cost",
           (Code("decisions.return_match:match_credit", "proportion(sale.cost_left, taken, sale.left)", "0"),),
           5, "open_sale_off"),
    Mutant("kept_price", "decisions", "what comes back keeps its tax with the order",
           (Code("processes.orders.order_data:OpenLine.comes_back", "sent_tax=self.sent_tax - values[1],", ""),),
           0, "receivable_off"),
)  # fmt: skip

_POSTING: Final = (
    Mutant("skipped_reservation", "posting", "the order believes that it holds goods, the book was never told",
           (Posted("stock_reserved.lines.quantity"),), 0, "reserved_off"),
    Mutant("unbalanced_rule", "posting", "a dispatch earns revenue, and its cost stays in the inventory",
           (Posted("goods_dispatched.lines.cost"),), 0, "inventory_off"),
    Mutant("fee_the_wrong_way", "posting", "the provider's fee is added to what it owes us",
           (Posted("payment_settled.fee", {"debit": "psp_clearing:{provider}", "credit": "psp_fees:{provider}"}),),
           0, "clearing_off"),
    Mutant("credit_unposted", "posting", "a return leaves the customer owing what it was sold for",
           (Posted("goods_returned.lines.net"),), 0, "receivable_off"),
    Mutant("tax_as_revenue", "posting", "the tax of a sale is booked as revenue",
           (Posted("sale_recorded.goods.tax", {"credit": "revenue:{channel}"}),), 0, "tax_off"),
    Mutant("dispatch_from_sellable", "posting", "goods an order held leave from what others may still buy",
           (Posted("goods_dispatched.lines.quantity", {"credit": "stock:sellable:{location}"}),), 0, "reserved_off"),
    Mutant("unpaid_tills", "posting", "what was paid at the till stays owed",
           (Posted("sale_recorded.paid"),), 0, "owed_off"),
    Mutant("shortage_without_value", "posting", "missing units are covered at no value",
           (Posted("shortage_covered.lines.value"),), 12, "inventory_off"),
    Mutant("all_returns_sellable", "posting", "a damaged lamp goes back on the shelf",
           (Posted("goods_returned.lines.quantity", {"debit": "stock:sellable:{location}"}),), 3, "state_off"),
)  # fmt: skip

_SIMULATOR: Final = (
    Mutant("double_posting", "simulator", "neither the gate nor the shipment's own number stops a repeated report",
           (Code("simulator.memory_book:MemoryBook.deliver", "self.answers.get(key)", "None"),
            Code("simulator.memory_book:MemoryBook.work", "if (message.source, message.id) not in self.answers:", "if True:"),
            Code("processes.orders.fulfilment:left", "before.shipments.get(report.shipment)", "None")),
           0, "posted_twice"),
    Mutant("lost_outbox_row", "simulator", "every seventh message loses its commands",
           (Code("simulator.memory_book:MemoryBook._commit", "for n, c in enumerate(folded.commands))",
                 "for n, c in enumerate(folded.commands) if folded.event % 7)"),), 0, "command_lost"),
    Mutant("negative_stock", "simulator", "a promise is made on stock that is not there, and nothing stops it",
           (Code("decisions.reservation:lines_without_stock", "return promise.lacking", "return ()"),
            Code("processes.fold:_Run.check_layers", "if least < 0 and", "if False and")), 1, "below_zero"),
)  # fmt: skip

CORE: Final = (*_PROCESSES, *_DECISIONS, *_POSTING, *_SIMULATOR)
