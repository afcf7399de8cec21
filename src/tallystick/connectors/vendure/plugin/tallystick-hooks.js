// Tells Tallystick of every change of an order: a signed POST with the order as it stands then. Goes into a Vendure 3.
//
//     const { TallystickHooks } = require("./tallystick-hooks");
//     plugins: [TallystickHooks.init({ url: "https://…/hooks/NAME", secret: "…" })]
//
// x-hub-signature-256 is "sha256=" and the hex HMAC-SHA256 of the body under the secret. The body names the event (`id`,
// the same at every attempt) and when it was sent (`sentAt`), so that an old one cannot be played again for ever.
// A webhook that is lost for good is no loss: Tallystick also asks for what has changed.
"use strict";
const crypto = require("node:crypto");
const core = require("@vendure/core");

const ATTEMPTS_MAX = 5;
const FIRST_PAUSE_MS = 200;
const TIMEOUT_MS = 5000;
const EVENTS = [
    core.OrderStateTransitionEvent,
    core.PaymentStateTransitionEvent,
    core.RefundStateTransitionEvent,
    core.FulfillmentStateTransitionEvent,
];
const RELATIONS = [
    "customer",
    "lines",
    "lines.productVariant",
    "shippingLines",
    "shippingLines.shippingMethod",
    "surcharges",
    "payments",
    "payments.refunds",
    "fulfillments",
    "fulfillments.lines",
];

const pick = (from, ...names) => Object.fromEntries(names.map((name) => [name, from[name] ?? null]));
const text = (id) => (id === null || id === undefined ? null : String(id));
const named = (entity, ...names) => ({ id: text(entity.id), ...pick(entity, ...names) });

// The same shape as Tallystick's own question for an order (connectors/vendure/questions.py): one translator reads both.
function told(order) {
    return {
        ...named(order, "code", "state", "type", "orderPlacedAt", "createdAt", "updatedAt", "currencyCode", "totalWithTax"),
        customer: order.customer && named(order.customer, "emailAddress", "firstName", "lastName", "phoneNumber"),
        shippingAddress: order.shippingAddress,
        lines: order.lines.map((line) => ({
            ...named(line, "quantity", "orderPlacedQuantity", "proratedLinePrice", "proratedLinePriceWithTax"),
            ...pick(line, "proratedUnitPrice", "proratedUnitPriceWithTax"),
            taxLines: line.taxLines.map((tax) => pick(tax, "description", "taxRate")),
            productVariant: { sku: line.productVariant.sku },
        })),
        shippingLines: order.shippingLines.map((line) => ({
            ...named(line, "discountedPrice", "discountedPriceWithTax"),
            shippingMethod: { code: line.shippingMethod?.code ?? "" },
        })),
        surcharges: order.surcharges.map((one) => named(one, "description", "sku", "price", "priceWithTax")),
        payments: order.payments.map((payment) => ({
            ...named(payment, "method", "amount", "state", "transactionId", "errorMessage", "createdAt", "updatedAt"),
            refunds: payment.refunds.map((one) => named(one, "total", "state", "reason", "transactionId", "createdAt", "updatedAt")),
        })),
        fulfillments: order.fulfillments.map((one) => ({
            ...named(one, "state", "method", "trackingCode", "createdAt", "updatedAt"),
            lines: one.lines.map((line) => ({ orderLineId: text(line.orderLineId), quantity: line.quantity })),
        })),
    };
}

async function post({ url, secret }, body) {
    const signature = "sha256=" + crypto.createHmac("sha256", secret).update(body).digest("hex");
    const headers = { "content-type": "application/json", "x-hub-signature-256": signature };
    const answer = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
}

class TallystickHooks {
    static init(options) {
        TallystickHooks.options = options;
        return TallystickHooks;
    }

    constructor(bus, orders) {
        this.bus = bus;
        this.orders = orders;
    }

    onApplicationBootstrap() {
        for (const kind of EVENTS) this.bus.ofType(kind).subscribe((event) => this.tell(kind.name, event));
    }

    async tell(type, event) {
        const orders = event.order ? [event.order] : (event.orders ?? []);
        for (const one of orders) {
            try {
                const order = await this.orders.findOne(event.ctx, one.id, RELATIONS);
                if (order?.orderPlacedAt) await this.send({ id: crypto.randomUUID(), type, order: told(order) });
            } catch (failure) {
                core.Logger.warn(`order ${one.code} was not told: ${failure.message}`, "TallystickHooks");
            }
        }
    }

    async send(event) {
        for (let attempt = 1; ; attempt++) {
            try {
                return await post(TallystickHooks.options, JSON.stringify({ ...event, sentAt: new Date().toISOString() }));
            } catch (failure) {
                if (attempt === ATTEMPTS_MAX) throw failure;
                await new Promise((resume) => setTimeout(resume, FIRST_PAUSE_MS * 2 ** attempt));
            }
        }
    }
}
Reflect.defineMetadata("design:paramtypes", [core.EventBus, core.OrderService], TallystickHooks);
core.VendurePlugin({ imports: [core.PluginCommonModule], compatibility: "^3.0.0" })(TallystickHooks);
module.exports = { TallystickHooks };
