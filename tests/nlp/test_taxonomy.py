"""The shipped themes and their rules belong together."""

from feedback.nlp.loading import load_grammar
from feedback.nlp.taxonomy import shipped_taxonomy


def test_every_theme_has_a_brake_and_words_in_both_languages() -> None:
    for theme in shipped_taxonomy():
        assert theme.brake in {"time", "money", "choice", "psychology", "service"}
        for words in (theme.names, theme.negative, theme.positive):
            assert set(words) == {"fr", "en"}
        assert all(theme.names.values())
        assert all(theme.negative.values())


def test_keys_are_unique() -> None:
    keys = [theme.key for theme in shipped_taxonomy()]
    assert len(keys) == len(set(keys)) == 22


def test_every_theme_has_rules_in_both_languages_and_no_rule_lacks_its_theme() -> None:
    keys = {theme.key for theme in shipped_taxonomy()}
    for language in ("fr", "en"):
        ruled = {
            rule.theme
            for rules in load_grammar(language).rules.values()
            for rule in rules
        }
        assert ruled - {""} == keys
