// A Vendure for tests: on loopback, over the database that the environment names, with our plugin where SHOP_HOOK is set.
"use strict";
require("reflect-metadata");
const core = require("@vendure/core");
const env = process.env;
const hooks = () => [require(env.SHOP_PLUGIN).TallystickHooks.init({ url: env.SHOP_HOOK, secret: env.SHOP_HOOK_SECRET })];

core.bootstrap({
    apiOptions: { port: Number(env.SHOP_PORT), hostname: "127.0.0.1", adminApiPath: "admin-api", shopApiPath: "shop-api" },
    authOptions: {
        tokenMethod: ["bearer", "api-key"],
        superadminCredentials: { identifier: "superadmin", password: env.SHOP_PASSWORD },
        cookieOptions: { secret: "for tests" },
        requireVerification: false,
    },
    dbConnectionOptions: {
        type: "postgres",
        host: env.PGHOST,
        port: Number(env.PGPORT),
        username: env.PGUSER,
        password: env.PGPASSWORD,
        database: env.PGDATABASE,
        synchronize: env.SHOP_NEW === "1",
        logging: false,
    },
    logger: new core.DefaultLogger({ level: core.LogLevel.Warn }),
    paymentOptions: { paymentMethodHandlers: [core.dummyPaymentHandler] },
    plugins: [core.DefaultJobQueuePlugin.init({ useDatabaseForBuffer: true }), ...(env.SHOP_HOOK ? hooks() : [])],
})
    .then((app) => app.get(core.JobQueueService).start())
    .catch((failure) => {
        console.error(failure);
        process.exit(1);
    });
