"""The people of a Medusa shop: who sets it up, who buys, and a clerk who presses its own buttons."""

import base64
from collections.abc import Mapping
from typing import Any, Final

import httpx

PRICES: Final = {"LAMP": 10.33, "MUG": 3.33}
STOCKED: Final = 10


class Store:
    """A shop in euros that sells two products from one place to Germany, at 19% on top."""

    def __init__(self, url: str, user: str, password: str) -> None:
        """Sign in and set everything up."""
        self._http = httpx.Client(base_url=url, timeout=60, trust_env=False)
        signed = self._post("/auth/user/emailpass", {"email": user, "password": password}, {})["token"]
        made = self._post(
            "/admin/api-keys", {"title": "tally", "type": "secret"}, {"authorization": f"Bearer {signed}"}
        )
        self.api_key: str = made["api_key"]["token"]
        said = base64.b64encode(f"{self.api_key}:".encode()).decode()
        self._clerk = {"authorization": f"Basic {said}"}
        self.place = self.makes("/admin/stock-locations", name="WH")["stock_location"]["id"]
        self.variants: dict[str, str] = {}
        self.items: dict[str, str] = {}
        self._sell()

    def close(self) -> None:
        """Go home."""
        self._http.close()

    def makes(self, path: str, **told: Any) -> Any:
        """Post something as the clerk."""
        return self._post(path, told, self._clerk)

    def sees(self, path: str) -> Any:
        """Read something as the clerk."""
        return self._said(self._http.get(path, headers=self._clerk))

    def free(self, sku: str) -> int:
        """Return what the shop would sell of a product."""
        levels = self.sees(f"/admin/inventory-items/{self.items[sku]}/location-levels")["inventory_levels"]
        return int(levels[0]["available_quantity"])

    def buys(self, **units: int) -> str:
        """Let a buyer order, and return the order's id."""
        address = {"first_name": "A", "last_name": "B", "address_1": "Weg 1", "city": "B", "postal_code": "10115"}
        address["country_code"] = "de"
        cart = self._buyer(
            "/store/carts",
            region_id=self._region,
            email="buyer@example.test",
            shipping_address=address,
            billing_address=address,
            items=[{"variant_id": self.variants[sku], "quantity": n} for sku, n in units.items()],
        )["cart"]["id"]
        self._buyer(f"/store/carts/{cart}/shipping-methods", option_id=self._shipping)
        paying = self._buyer("/store/payment-collections", cart_id=cart)["payment_collection"]["id"]
        self._buyer(f"/store/payment-collections/{paying}/payment-sessions", provider_id="pp_system_default")
        done = self._buyer(f"/store/carts/{cart}/complete")
        assert done["type"] == "order", done
        found: str = done["order"]["id"]
        return found

    def _sell(self) -> None:
        (store,) = self.sees("/admin/stores")["stores"]
        channel = self.makes("/admin/sales-channels", name="Web")["sales_channel"]["id"]
        euros = [{"currency_code": "eur", "is_default": True}]
        self.makes(f"/admin/stores/{store['id']}", supported_currencies=euros, default_sales_channel_id=channel)
        key = self.makes("/admin/api-keys", title="web", type="publishable")["api_key"]
        self.makes(f"/admin/api-keys/{key['id']}/sales-channels", add=[channel])
        self._visitor = {"x-publishable-api-key": key["token"]}
        region = {"currency_code": "eur", "countries": ["de"], "payment_providers": ["pp_system_default"]}
        self._region = self.makes("/admin/regions", name="DE", **region)["region"]["id"]
        tax = {"rate": 19, "name": "DE19", "code": "DE19"}
        self.makes("/admin/tax-regions", country_code="de", provider_id="tp_system", default_tax_rate=tax)
        profile = self._deliver(channel)
        for sku, price in PRICES.items():
            variant = {"title": "S", "sku": sku, "manage_inventory": True, "options": {"Size": "S"}}
            variant["prices"] = [{"amount": price, "currency_code": "eur"}]
            product = self.makes(
                "/admin/products",
                title=sku,
                status="published",
                shipping_profile_id=profile,
                options=[{"title": "Size", "values": ["S"]}],
                variants=[variant],
                sales_channels=[{"id": channel}],
            )["product"]
            self.variants[sku] = product["variants"][0]["id"]
            self.items[sku] = self.sees(f"/admin/inventory-items?sku={sku}")["inventory_items"][0]["id"]
            level = {"location_id": self.place, "stocked_quantity": STOCKED}
            self.makes(f"/admin/inventory-items/{self.items[sku]}/location-levels", **level)

    def _deliver(self, channel: str) -> str:
        place = f"/admin/stock-locations/{self.place}"
        self.makes(f"{place}/fulfillment-providers", add=["manual_manual"])
        sets = self.makes(f"{place}/fulfillment-sets?fields=*fulfillment_sets", name="ship", type="shipping")
        number = sets["stock_location"]["fulfillment_sets"][0]["id"]
        zone = [{"type": "country", "country_code": "de"}]
        made = self.makes(f"/admin/fulfillment-sets/{number}/service-zones", name="de", geo_zones=zone)
        self.makes(f"{place}/sales-channels", add=[channel])
        profiles = self.sees("/admin/shipping-profiles")["shipping_profiles"]
        profile: str = (
            profiles[0]
            if profiles
            else self.makes("/admin/shipping-profiles", name="d", type="default")["shipping_profile"]
        )["id"]
        self._shipping = self.makes(
            "/admin/shipping-options",
            name="Std",
            service_zone_id=made["fulfillment_set"]["service_zones"][0]["id"],
            shipping_profile_id=profile,
            provider_id="manual_manual",
            price_type="flat",
            type={"label": "s", "description": "s", "code": "s"},
            prices=[{"currency_code": "eur", "amount": 4.99}],
            rules=[
                {"attribute": "enabled_in_store", "value": "true", "operator": "eq"},
                {"attribute": "is_return", "value": "false", "operator": "eq"},
            ],
        )["shipping_option"]["id"]
        return profile

    def _buyer(self, path: str, **told: Any) -> Any:
        return self._post(path, told, self._visitor)

    def _post(self, path: str, told: Mapping[str, Any], headers: Mapping[str, str]) -> Any:
        return self._said(self._http.post(path, json=dict(told), headers=dict(headers)))

    @staticmethod
    def _said(reply: httpx.Response) -> Any:
        assert reply.is_success, (str(reply.url), reply.status_code, reply.text[:500])
        return reply.json()
