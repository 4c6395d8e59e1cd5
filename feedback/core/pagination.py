"""The one shape of a list that does not end."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

PAGE_SIZE = 25
LARGEST_PAGE = 200
#: a number beyond is no page of ours, and no integer of a database
LAST_PAGE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class PageRequest:
    """Which part of a list is wanted; numbers start at 1, sizes are bounded."""

    number: int = 1
    size: int = PAGE_SIZE

    def __post_init__(self) -> None:
        object.__setattr__(self, "number", min(max(1, self.number), LAST_PAGE))
        object.__setattr__(self, "size", min(max(1, self.size), LARGEST_PAGE))

    @property
    def offset(self) -> int:
        """How many items come before this page."""
        return (self.number - 1) * self.size


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list.

    `has_next` comes from reading one item more than is shown, so that no list
    has to be counted to be turned over.
    """

    items: tuple[T, ...]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        """Whether pages come before this one."""
        return self.number > 1


def page_of(found: list[T], wanted: PageRequest) -> Page[T]:
    """Make a page of what was read with a limit of `wanted.size + 1`."""
    return Page(
        items=tuple(found[: wanted.size]),
        number=wanted.number,
        has_next=len(found) > wanted.size,
    )
