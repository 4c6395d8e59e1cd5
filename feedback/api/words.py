"""Words for what only a call by another system can do wrong."""

from feedback.i18n.catalogs import mark

#: what a code is called in one line, by the status with which it is answered
TITLES = {
    400: mark("This call cannot be read"),
    401: mark("This call does not say who it comes from"),
    403: mark("This key does not allow it"),
    404: mark("Nothing stands at this address"),
    405: mark("This address is not called in this way"),
    409: mark("This cannot be done now"),
    413: mark("This call is too large"),
    415: mark("This kind of content is not read here"),
    422: mark("Something in what you sent is wrong"),
    429: mark("Too many calls"),
    500: mark("Something went wrong on our side"),
}
WORDS = {
    "no_key": mark("Send the key in the header: Authorization: Bearer fb_..."),
    "unknown_key": mark("This key is unknown, or was revoked."),
    "scope_missing": mark("The key lacks the right “%(scope)s”."),
    "too_many_calls": mark("This key makes too many calls. Wait %(seconds)s seconds."),
    "too_many_tries": mark("Too many calls were refused. Wait %(seconds)s seconds."),
    "no_such_address": mark("Nothing stands at this address."),
    "wrong_method": mark("This address answers to %(methods)s."),
    "bad_request": mark("The call could not be read."),
    "invalid": mark("See “errors” for what is wrong, and where."),
    "not_json_type": mark(
        "Send JSON, and say so in the header: Content-Type: application/json"
    ),
    "not_a_number": mark("This must be a number."),
    "not_a_whole_number": mark("This must be a whole number."),
    "not_a_list": mark("This must be a list, in square brackets."),
    "not_true_or_false": mark("This must be true or false."),
    "not_a_choice": mark("This is none of the values that are possible here."),
    "not_a_day": mark("This must be a day, as 2026-10-15."),
    "empty_period": mark("The last day must come after the first."),
    "not_a_cursor": mark("This is not a place in the list that Feedback has given."),
    "out_of_range": mark("This number is too small or too large."),
    "unknown_field": mark("Nothing of this name is read here."),
    "call_too_large": mark("The content may have %(most)s megabytes at most."),
    "too_many_events": mark("At most %(most)s events can be sent at a time."),
    "no_events": mark("There is no event in the call."),
    "no_event_accepted": mark("None of the events could be taken."),
    "unexpected": mark("The call was not carried out. Try again in a moment."),
}
