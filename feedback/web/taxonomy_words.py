"""What was done to the themes, and words that phrases catch, ready to be shown."""

from feedback.i18n.catalogs import mark
from feedback.i18n.locales import SUPPORTED
from feedback.nlp.taxonomy import OwnPhrase
from feedback.voice.highlighting import cut
from feedback.voice.taxonomy import theme_name
from feedback.voice.theme_history import Change, ThemeState
from feedback.voice.trying import Example
from feedback.voice.wording import polarity_name
from feedback.web.context import current_session, locale
from feedback.web.desk import TextPart
from feedback.web.forms.taxonomy import BRAKE_WORDS
from feedback.web.language import gettext, named

ACTIONS = {
    "theme_added": mark("Added “%(theme)s”"),
    "theme_split": mark("Split “%(theme)s” from “%(other)s”"),
    "theme_changed": mark("Changed “%(theme)s”: %(what)s"),
    "theme_hidden": mark("Hid “%(theme)s”"),
    "theme_shown": mark("Showed “%(theme)s” again"),
    "theme_merged": mark("Merged “%(theme)s” into “%(other)s”"),
    "theme_separated": mark("Separated “%(theme)s” from “%(other)s”"),
    "theme_moved": mark("Moved “%(theme)s”"),
}
UNDONE = mark("Undid: %(change)s")
_WHAT = {
    "names": mark("name"),
    "brake": mark("brake"),
    "descriptions": mark("description"),
    "phrases": mark("phrases"),
}


def change_words(change: Change) -> str:
    """Return a change in words."""
    undone = change.action.startswith("undone_")
    before, after = change.before, change.after
    if undone:
        before, after = after, before
    old, new = before.get(change.subject), after.get(change.subject)
    state = new or old
    told = gettext(
        ACTIONS[change.action.removeprefix("undone_")],
        theme=named(state.kept.theme.names) if state else change.subject,
        other=_other(old, new),
        what=_what(old, new),
    )
    return gettext(UNDONE, change=told) if undone else told


def change_details(change: Change) -> tuple[str, ...]:
    """Return line by line what was there before a change and what came of it."""
    old, new = change.before.get(change.subject), change.after.get(change.subject)
    if old is None or new is None:
        return ()
    was, now = old.kept.theme, new.kept.theme
    pairs = [
        (before.get(code, ""), after.get(code, ""))
        for before, after in (
            (was.names, now.names),
            (was.negative, now.negative),
            (was.positive, now.positive),
        )
        for code in SUPPORTED
    ]
    pairs.append((gettext(BRAKE_WORDS[was.brake]), gettext(BRAKE_WORDS[now.brake])))
    return (
        *(
            f"{before or '–'} → {after or '–'}"
            for before, after in pairs
            if before != after
        ),
        *(f"− {one.pattern} ({one.language})" for one in _less(old, new)),
        *(f"+ {one.pattern} ({one.language})" for one in _less(new, old)),
    )


def _less(one: ThemeState, other: ThemeState) -> list[OwnPhrase]:
    return [phrase for phrase in one.phrases if phrase not in other.phrases]


def parts_of(example: Example) -> tuple[TextPart, ...]:
    """Cut a text at the words that phrases catch; each says what it would count as."""
    return tuple(
        TextPart(
            text=part.text,
            sign=part.polarity and part.polarity.value,
            label=part.polarity and polarity_name(part.polarity, locale()),
        )
        for part in cut(example.text, example.mentions)
    )


def _other(old: ThemeState | None, new: ThemeState | None) -> str:
    """Return the name of the theme that it was merged into, or split from."""
    keys = [
        key
        for state in (new, old)
        if state
        for key in (state.kept.merged_into, state.kept.split_from)
        if key
    ]
    return theme_name(current_session(), keys[0], locale()) if keys else ""


def _what(old: ThemeState | None, new: ThemeState | None) -> str:
    if old is None or new is None:
        return ""
    was, now = old.kept.theme, new.kept.theme
    changed = {
        "names": was.names != now.names,
        "brake": was.brake != now.brake,
        "descriptions": (was.negative, was.positive) != (now.negative, now.positive),
        "phrases": old.phrases != new.phrases,
    }
    return ", ".join(gettext(_WHAT[key]) for key, is_so in changed.items() if is_so)
