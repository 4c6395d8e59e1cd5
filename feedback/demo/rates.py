"""Who complains of what, where and how often: the truth behind the demonstration.

Rates are shares of the answers at a touchpoint, by month from 0 (two years ago) to
23 (the last full month) and 24 (the month that runs).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from feedback.measures.scales import Scale

Rate = Callable[[int], float]


def steady(share: float) -> Rate:
    """Return a rate that never changes."""
    return lambda _month: share


def growing(before: float, after: float, *, since: int, months: int) -> Rate:
    """Return a rate that rises from `before` to `after` over `months` from `since`."""

    def rate(month: int) -> float:
        way = min(1.0, max(0.0, (month - since + 1) / months))
        return before + (after - before) * way

    return rate


def dropping(before: float, after: float, *, at: int) -> Rate:
    """Return a rate that falls at once, from month `at` on."""
    return lambda month: before if month < at else after


@dataclass(frozen=True, kw_only=True)
class Planted:
    """An effect that the product must find, or must not."""

    journey: str
    touchpoint: str
    theme: str
    #: first month in which it shows
    month: int
    #: what happened, in lower_snake
    story: str


CARD_TERMINAL = 18
CLEARER_PAGES = 17
LONGER_QUEUES = 22
PLANTED = (
    Planted(
        journey="baguette",
        touchpoint="caisse",
        theme="payment_billing",
        month=CARD_TERMINAL,
        story="improvement_that_works",
    ),
    Planted(
        journey="concert",
        touchpoint="fiche-concert",
        theme="information",
        month=CLEARER_PAGES,
        story="improvement_that_does_not",
    ),
    Planted(
        journey="baguette",
        touchpoint="comptoir",
        theme="queue_wait",
        month=LONGER_QUEUES,
        story="friction_that_grows",
    ),
    Planted(
        journey="concert",
        touchpoint="panier",
        theme="website_app",
        month=LONGER_QUEUES,
        story="nothing_happened",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """What is asked and heard at one touchpoint."""

    touchpoint: str
    a_month: int
    scales: tuple[Scale, ...]
    frictions: Mapping[str, Rate] = field(default_factory=dict)
    praises: Mapping[str, float] = field(default_factory=dict)


PLACES: Mapping[str, tuple[Place, ...]] = {
    "baguette": (
        Place(
            touchpoint="devanture",
            a_month=30,
            scales=(Scale.CSAT,),
            frictions={"information": steady(0.10)},
            praises={"store_environment": 0.30, "product_or_service_quality": 0.15},
        ),
        Place(
            touchpoint="bouche-a-oreille",
            a_month=14,
            scales=(Scale.CSAT,),
            frictions={"price_fees": steady(0.08)},
            praises={"product_or_service_quality": 0.40, "staff_attitude": 0.15},
        ),
        Place(
            touchpoint="vitrine",
            a_month=34,
            scales=(Scale.CSAT,),
            frictions={
                "out_of_stock": steady(0.14),
                "assortment": steady(0.08),
                "price_fees": steady(0.08),
                "information": steady(0.05),
            },
            praises={"product_or_service_quality": 0.25, "price_fees": 0.05},
        ),
        Place(
            touchpoint="comptoir",
            a_month=80,
            scales=(Scale.CSAT,),
            frictions={
                "queue_wait": growing(0.10, 0.34, since=LONGER_QUEUES, months=2),
                "staff_attitude": steady(0.06),
                "product_or_service_quality": steady(0.05),
            },
            praises={
                "staff_attitude": 0.16,
                "product_or_service_quality": 0.12,
                "queue_wait": 0.03,
                "staff_competence_availability": 0.03,
            },
        ),
        Place(
            touchpoint="caisse",
            a_month=80,
            scales=(Scale.CES,),
            frictions={
                "payment_billing": dropping(0.30, 0.07, at=CARD_TERMINAL),
                "price_fees": steady(0.05),
            },
            praises={"staff_attitude": 0.14, "payment_billing": 0.05},
        ),
        Place(
            touchpoint="reclamation",
            a_month=18,
            scales=(Scale.CSAT, Scale.CES),
            frictions={
                "customer_service": steady(0.28),
                "product_or_service_quality": steady(0.22),
            },
            praises={"staff_attitude": 0.12},
        ),
        Place(
            touchpoint="carte-de-fidelite",
            a_month=48,
            scales=(Scale.NPS,),
            frictions={
                "loyalty_promo": steady(0.16),
                "queue_wait": growing(0.05, 0.14, since=LONGER_QUEUES, months=2),
            },
            praises={"product_or_service_quality": 0.28, "staff_attitude": 0.14},
        ),
    ),
    "concert": (
        Place(
            touchpoint="reseaux-sociaux",
            a_month=24,
            scales=(Scale.CSAT,),
            frictions={"information": steady(0.08), "trust_privacy": steady(0.08)},
            praises={"assortment": 0.26},
        ),
        Place(
            touchpoint="recherche",
            a_month=24,
            scales=(Scale.CSAT,),
            frictions={"website_app": steady(0.12), "trust_privacy": steady(0.10)},
            praises={"website_app": 0.18, "assortment": 0.10},
        ),
        Place(
            touchpoint="fiche-concert",
            a_month=70,
            scales=(Scale.CSAT,),
            frictions={
                "information": steady(0.24),
                "out_of_stock": steady(0.10),
                "trust_privacy": steady(0.04),
            },
            praises={"website_app": 0.12, "assortment": 0.10},
        ),
        Place(
            touchpoint="panier",
            a_month=70,
            scales=(Scale.CES,),
            frictions={
                "website_app": steady(0.15),
                "price_fees": steady(0.14),
                "process_effort": steady(0.08),
                "out_of_stock": steady(0.05),
            },
            praises={"website_app": 0.12, "process_effort": 0.08},
        ),
        Place(
            touchpoint="paiement",
            a_month=42,
            scales=(Scale.CES,),
            frictions={"payment_billing": steady(0.12), "price_fees": steady(0.12)},
            praises={"process_effort": 0.14, "delivery_or_activation_delay": 0.14},
        ),
        Place(
            touchpoint="assistance",
            a_month=34,
            scales=(Scale.CSAT, Scale.CES),
            frictions={"customer_service": steady(0.30), "refund_return": steady(0.20)},
            praises={"customer_service": 0.18},
        ),
        Place(
            touchpoint="newsletter",
            a_month=42,
            scales=(Scale.NPS,),
            frictions={"loyalty_promo": steady(0.10), "price_fees": steady(0.10)},
            praises={"assortment": 0.20, "staff_attitude": 0.10, "price_fees": 0.05},
        ),
    ),
}
