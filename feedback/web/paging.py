"""Lists that are turned over by the address: `page=2`."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for

from feedback.core.pagination import Page, PageRequest

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class TurnedPage(Generic[T]):
    """A page with the addresses of its neighbours, as `pagination` draws it."""

    items: tuple[T, ...]
    number: int
    url_previous: str | None
    url_next: str | None

    @property
    def has_previous(self) -> bool:
        """Whether pages come before this one."""
        return self.url_previous is not None

    @property
    def has_next(self) -> bool:
        """Whether pages come after this one."""
        return self.url_next is not None


def wanted_page() -> PageRequest:
    """Return the page that the address asks for, the first unless it is a number."""
    return PageRequest(number=request.args.get("page", 1, type=int))


def turned(page: Page[T]) -> TurnedPage[T]:
    """Return the page with links that keep everything else in the address."""
    return TurnedPage(
        items=page.items,
        number=page.number,
        url_previous=_address(page.number - 1) if page.has_previous else None,
        url_next=_address(page.number + 1) if page.has_next else None,
    )


def _address(number: int) -> str:
    # Names that mean something to `url_for` itself are none of ours.
    asked = request.args.to_dict(flat=False)
    kept: dict[str, Any] = {
        name: values
        for name, values in asked.items()
        if name != "endpoint" and not name.startswith("_")
    }
    kept |= request.view_args or {}
    assert request.endpoint is not None  # noqa: S101 - a view is running
    return url_for(request.endpoint, **{**kept, "page": number})
