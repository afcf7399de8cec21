"""What the shop of the tests sells and how: seeded once into the template, through the shop's own API."""

from tests.counterparts.vendure.api import Api

SKUS = ("LAMP", "MUG", "FAN", "VASE")
PRICE, TAX_PERCENT, SHIPPING = 1990, 10, 500
STOCK = 100


def seed(admin: Api) -> None:
    """A country, a tax, a way to ship, two ways to pay, and four products."""
    channel = admin("{activeChannel{id}}")["activeChannel"]
    zone = admin('mutation{createZone(input:{name:"US"}){id}}')["createZone"]["id"]
    land = 'mutation{createCountry(input:{code:"US",enabled:true,translations:[{languageCode:en,name:"US"}]}){id}}'
    country = admin(land)["createCountry"]["id"]
    admin("mutation($z:ID!,$c:[ID!]!){addMembersToZone(zoneId:$z,memberIds:$c){id}}", z=zone, c=[country])
    defaults = {
        "id": channel["id"],
        "defaultTaxZoneId": zone,
        "defaultShippingZoneId": zone,
        "trackInventory": True,
        "outOfStockThreshold": 0,
    }
    admin("mutation($i:UpdateChannelInput!){updateChannel(input:$i){__typename}}", i=defaults)
    category = admin('mutation{createTaxCategory(input:{name:"std",isDefault:true}){id}}')["createTaxCategory"]["id"]
    rate = {"name": "std", "enabled": True, "value": TAX_PERCENT, "categoryId": category, "zoneId": zone}
    admin("mutation($i:CreateTaxRateInput!){createTaxRate(input:$i){id}}", i=rate)
    admin("mutation($i:CreateShippingMethodInput!){createShippingMethod(input:$i){id}}", i=_shipping())
    for code, settles in (("card", "true"), ("card-later", "false")):
        admin("mutation($i:CreatePaymentMethodInput!){createPaymentMethod(input:$i){id}}", i=_payment(code, settles))
    for sku in SKUS:
        _product(admin, sku, category)


def _named(name: str) -> list[dict[str, str]]:
    return [{"languageCode": "en", "name": name, "description": ""}]


def _shipping() -> dict[str, object]:
    rate = {"rate": str(SHIPPING), "includesTax": "auto", "taxRate": str(TAX_PERCENT)}
    return {
        "code": "parcel",
        "fulfillmentHandler": "manual-fulfillment",
        "translations": _named("Parcel"),
        "checker": {
            "code": "default-shipping-eligibility-checker",
            "arguments": [{"name": "orderMinimum", "value": "0"}],
        },
        "calculator": {
            "code": "default-shipping-calculator",
            "arguments": [{"name": name, "value": value} for name, value in rate.items()],
        },
    }


def _payment(code: str, settles: str) -> dict[str, object]:
    handler = {"code": "dummy-payment-handler", "arguments": [{"name": "automaticSettle", "value": settles}]}
    return {"code": code, "enabled": True, "translations": _named(code), "handler": handler}


def _product(admin: Api, sku: str, category: str) -> None:
    product = {"enabled": True, "translations": [{**_named(sku)[0], "slug": sku.lower()}]}
    made = admin("mutation($i:CreateProductInput!){createProduct(input:$i){id}}", i=product)["createProduct"]["id"]
    variant = {
        "productId": made,
        "sku": sku,
        "price": PRICE,
        "stockOnHand": STOCK,
        "trackInventory": "TRUE",
        "taxCategoryId": category,
        "translations": [{"languageCode": "en", "name": sku}],
    }
    admin("mutation($i:[CreateProductVariantInput!]!){createProductVariants(input:$i){id}}", i=[variant])
