"""Lists that do not end are read in bounded pages."""

from hypothesis import given
from hypothesis import strategies as st

from feedback.core.pagination import LARGEST_PAGE, LAST_PAGE, PageRequest, page_of


@given(st.integers(), st.integers())
def test_no_request_is_without_bounds(number: int, size: int) -> None:
    wanted = PageRequest(number=number, size=size)

    assert 1 <= wanted.number <= LAST_PAGE
    assert 1 <= wanted.size <= LARGEST_PAGE
    assert wanted.offset >= 0


@given(st.lists(st.integers(), max_size=60), st.integers(1, 10))
def test_turning_every_page_reads_every_item_once(items: list[int], size: int) -> None:
    read: list[int] = []
    number, has_next = 1, True
    while has_next:
        wanted = PageRequest(number=number, size=size)
        found = items[wanted.offset : wanted.offset + wanted.size + 1]
        page = page_of(found, wanted)
        assert len(page.items) <= size
        assert page.has_previous == (number > 1)
        read.extend(page.items)
        number, has_next = number + 1, page.has_next

    assert read == items
