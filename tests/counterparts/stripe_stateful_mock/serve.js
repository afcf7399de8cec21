// Serves stripe-stateful-mock on loopback: `node serve.js PACKAGES PORT`. It knows charges; payment intents, as our door speaks
// of, are put over them here. Idempotency, declines, 429 and what may be paid back stay its own.
"use strict";

const { createRequire } = require("node:module");
const [packages, port] = process.argv.slice(2);
const load = createRequire(`${packages}/`);
const part = (name) => load(`stripe-stateful-mock/dist/${name}`);
const { routes, getRequestAccountId } = part("routes");
const { charges } = part("api/charges");
const { refunds } = part("api/refunds");
const { RestError } = part("api/RestError");

const ours = load("express").Router();
const intents = new Map();
const shown = ({ token, ...intent }) => intent;

function intentOf(id) {
  const found = intents.get(id);
  if (!found) throw new RestError(404, { code: "resource_missing", message: `No such payment_intent: ${id}` });
  return found;
}

const steps = {
  confirm(account, intent) {
    try {
      const asked = { amount: intent.amount, currency: intent.currency, source: intent.token, capture: "false" };
      intent.latest_charge = charges.create(account, asked).id;
    } catch (error) {
      if (error.statusCode === 402) {
        Object.assign(intent, { status: "requires_payment_method", last_payment_error: error.error });
      }
      throw error;
    }
    Object.assign(intent, { status: "requires_capture", amount_capturable: intent.amount });
  },
  capture(account, intent, { amount_to_capture: amount, metadata }) {
    charges.capture(account, intent.latest_charge, { amount });
    Object.assign(intent.metadata, metadata);
    Object.assign(intent, { status: "succeeded", amount_received: +amount, amount_capturable: 0 });
  },
  cancel(account, intent) {
    if (intent.latest_charge) refundOf(account, { charge: intent.latest_charge });
    Object.assign(intent, { status: "canceled", amount_capturable: 0 });
  },
};

ours.post("/v1/payment_intents", (request, response) => {
  const { amount, currency, payment_method: token, capture_method, metadata } = request.body;
  const intent = {
    id: `pi_${intents.size + 1}`,
    object: "payment_intent",
    created: Math.floor(Date.now() / 1000),
    amount: +amount,
    amount_received: 0,
    amount_capturable: 0,
    status: "requires_confirmation",
    latest_charge: null,
    last_payment_error: null,
    ...{ currency, token, capture_method, metadata },
  };
  intents.set(intent.id, intent);
  response.status(200).json(shown(intent));
});
ours.get("/v1/payment_intents", (_, response) =>
  response.status(200).json({ object: "list", data: [...intents.values()].reverse().map(shown), has_more: false }),
);
ours.get("/v1/payment_intents/:id", (request, response) =>
  response.status(200).json(shown(intentOf(request.params.id))),
);
ours.post("/v1/payment_intents/:id/:step", (request, response) => {
  const intent = intentOf(request.params.id);
  steps[request.params.step](getRequestAccountId(request), intent, request.body);
  response.status(200).json(shown(intent));
});

const [refundOf, listed] = [refunds.create, refunds.list];
refunds.create = (account, { payment_intent: id, ...asked }) => {
  const refund = refundOf(account, { ...asked, charge: id ? intentOf(id).latest_charge : asked.charge });
  return Object.assign(refund, { payment_intent: id ?? null });
};
refunds.list = (account, { payment_intent: id, ...asked }) => {
  const found = listed(account, asked);
  return id ? { ...found, data: found.data.filter((refund) => refund.payment_intent === id) } : found;
};

routes.stack.unshift(...ours.stack); // before its own, whose last answers 404 to everything
load("loglevel").setLevel("silent");
part("index").createExpressApp().listen(+port, "127.0.0.1");
