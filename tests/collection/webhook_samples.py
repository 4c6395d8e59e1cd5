"""Deliveries of the documented shapes, and the headers that sign them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from feedback.collection.webhooks.deliveries import Delivery

SECRET = "whsec-of-the-tests"

SHOPIFY_ORDER: dict[str, Any] = {
    "id": 5324830114101,
    "admin_graphql_api_id": "gid://shopify/Order/5324830114101",
    "cancel_reason": None,
    "cancelled_at": None,
    "checkout_id": 36646099517750,
    "checkout_token": "2b9ba639fb81a1fb61a02be4c95459b5",
    "closed_at": None,
    "contact_email": "lea@example.org",
    "created_at": "2026-10-14T18:02:44+02:00",
    "currency": "EUR",
    "customer_locale": "fr-FR",
    "email": "lea@example.org",
    "financial_status": "paid",
    "fulfillment_status": None,
    "name": "#1001",
    "phone": None,
    "processed_at": "2026-10-14T18:02:43+02:00",
    "source_name": "web",
    "test": False,
    "total_price": "129.90",
    "updated_at": "2026-10-14T18:02:50+02:00",
    "billing_address": {
        "first_name": "Léa",
        "last_name": "Martin",
        "phone": "+33612345678",
        "city": "Rennes",
        "country_code": "FR",
    },
    "customer": {
        "id": 7012345678901,
        "email": "lea@example.org",
        "first_name": "Léa",
        "last_name": "Martin",
        "phone": None,
        "tags": "vip, newsletter",
    },
    "fulfillments": [],
    "line_items": [
        {"id": 1, "title": "Lampe", "name": "Lampe - noire", "quantity": 2},
        {"id": 2, "title": "Table", "name": "Table", "quantity": 1},
    ],
    "shipping_address": {"city": "Rennes", "country_code": "FR"},
}
SHOPIFY_FULFILLMENT_EVENT: dict[str, Any] = {
    "id": 1234567,
    "fulfillment_id": 123456,
    "status": "delivered",
    "message": None,
    "happened_at": "2026-10-15T10:30:00+02:00",
    "city": "Rennes",
    "country": "FR",
    "order_id": 5324830114101,
    "created_at": "2026-10-15T10:31:00+02:00",
}
SHOPIFY_REFUND: dict[str, Any] = {
    "id": 929361464,
    "order_id": 5324830114101,
    "created_at": "2026-10-15T10:34:55+02:00",
    "note": "trop petite",
    "processed_at": "2026-10-15T10:34:55+02:00",
    "refund_line_items": [
        {
            "id": 1058498311,
            "quantity": 1,
            "restock_type": "return",
            "subtotal": 59.9,
            "line_item": {"id": 1, "title": "Lampe", "name": "Lampe - noire"},
        }
    ],
    "transactions": [
        {"id": 179259969, "amount": "59.90", "kind": "refund", "status": "success"}
    ],
}
SHOPIFY_CHECKOUT: dict[str, Any] = {
    "id": 981820079255243537,
    "token": "2b9ba639fb81a1fb61a02be4c95459b5",
    "cart_token": "eeafa272cebfd4b22385bc4b645e762c",
    "email": "lea@example.org",
    "created_at": "2026-10-15T10:00:00+02:00",
    "updated_at": "2026-10-15T10:05:00+02:00",
    "completed_at": None,
    "abandoned_checkout_url": "https://shop.example/recover?token=1",
    "currency": "EUR",
    "customer_locale": "fr",
    "total_price": "129.90",
    "line_items": [{"title": "Lampe", "quantity": 1}],
    "customer": {"id": 7012345678901, "first_name": "Léa", "last_name": "Martin"},
}
WOO_ORDER: dict[str, Any] = {
    "id": 727,
    "number": "727",
    "status": "processing",
    "currency": "EUR",
    "date_created_gmt": "2026-10-14T16:00:02",
    "date_modified_gmt": "2026-10-14T16:28:08",
    "date_paid_gmt": "2026-10-14T16:28:02",
    "date_completed_gmt": None,
    "total": "29.35",
    "customer_id": 26,
    "payment_method_title": "Carte bancaire",
    "billing": {
        "first_name": "John",
        "last_name": "Doe",
        "company": "",
        "city": "Lyon",
        "country": "FR",
        "email": "john@example.org",
        "phone": "06 12 34 56 78",
    },
    "shipping": {"city": "Lyon", "country": "FR"},
    "line_items": [{"id": 315, "name": "Woo Single #1", "quantity": 2}],
    "refunds": [],
}
ZENDESK_EVENT: dict[str, Any] = {
    "type": "zen:event-type:ticket.status_changed",
    "account_id": 22129848,
    "id": "2b24ef10-19d4-4740-93cf-8f98ec4776c0",
    "time": "2026-10-15T08:58:00Z",
    "zendesk_event_version": "2022-11-06",
    "subject": "zen:ticket:5158",
    "detail": {
        "id": "5158",
        "requester_id": "1234567",
        "status": "SOLVED",
        "subject": "Colis perdu",
        "priority": "HIGH",
        "tags": ["colis", "retard"],
        "type": "INCIDENT",
        "via": {"channel": "web_service"},
        "updated_at": "2026-10-15T08:58:00Z",
    },
    "event": {"current": "SOLVED", "previous": "OPEN"},
}
ZENDESK_TRIGGER: dict[str, Any] = {
    "ticket": {
        "id": "5158",
        "status": "solved",
        "updated_at": "2026-10-15T08:58Z",
        "tags": "colis retard",
        "via": "Mail",
        "group": "Support",
    },
    "requester": {
        "id": "1234567",
        "email": "lea@example.org",
        "name": "Léa Martin",
        "locale": "Français",
    },
}


def _signed(content: bytes, secret: str) -> str:
    digest = hmac.new(secret.encode(), content, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _written(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def shopify(
    topic: str, document: Any, *, secret: str = SECRET
) -> tuple[bytes, dict[str, str]]:
    """What Shopify sends."""
    content = _written(document)
    return content, {
        "Content-Type": "application/json",
        "X-Shopify-Topic": topic,
        "X-Shopify-Shop-Domain": "lampes.myshopify.com",
        "X-Shopify-Webhook-Id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
        "X-Shopify-Event-Id": "98880550-7158-44d4-b7cd-2c97c8a091b5",
        "X-Shopify-Hmac-SHA256": _signed(content, secret),
    }


def woocommerce(
    document: Any, *, topic: str = "order.updated", secret: str = SECRET
) -> tuple[bytes, dict[str, str]]:
    """What WooCommerce sends."""
    content = _written(document)
    return content, {
        "Content-Type": "application/json",
        "X-WC-Webhook-Source": "https://lampes.example/",
        "X-WC-Webhook-Topic": topic,
        "X-WC-Webhook-ID": "5",
        "X-WC-Webhook-Delivery-ID": "a3b5",
        "X-WC-Webhook-Signature": _signed(content, secret),
    }


def zendesk(
    document: Any, *, at: str = "2026-10-15T09:00:00Z", secret: str = SECRET
) -> tuple[bytes, dict[str, str]]:
    """What Zendesk sends."""
    content = _written(document)
    return content, {
        "Content-Type": "application/json; charset=utf-8",
        "X-Zendesk-Webhook-Id": "01GK8E6BKWMJZD2T8Y5AXJQMG5",
        "X-Zendesk-Webhook-Signature-Timestamp": at,
        "X-Zendesk-Webhook-Signature": _signed(at.encode() + content, secret),
    }


def mapped(document: Any, *, secret: str = SECRET) -> tuple[bytes, dict[str, str]]:
    """What any other system sends, signed."""
    content = _written(document)
    signature = hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
    return content, {
        "Content-Type": "application/json",
        "X-Feedback-Signature": signature,
    }


def delivery(sent: tuple[bytes, Mapping[str, str]]) -> Delivery:
    """What arrived of it."""
    content, headers = sent
    return Delivery(
        headers={name.lower(): value for name, value in headers.items()},
        content=content,
    )
