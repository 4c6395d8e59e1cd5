"""Questions that push, ask two things, or are long; and those that only seem to."""

import pytest

from feedback.surveys.review import review
from feedback.surveys.review.wording import count_words, find_double, find_leading
from tests.surveys.drafts import choices, question, said, survey

LEADING = [
    ("fr", "Ne pensez-vous pas que nos prix sont justes ?"),
    ("fr", "N’avez-vous pas aimé la boutique ?"),
    ("fr", "La livraison a été rapide, n’est-ce pas ?"),
    ("fr", "Que pensez-vous de notre excellent service ?"),
    ("fr", "Comment jugez-vous cette formidable nouveauté ?"),
    ("fr", "Êtes-vous d’accord pour dire que le site est clair ?"),
    ("fr", "À quel point avez-vous aimé votre visite ?"),
    ("fr", "Comme la plupart de nos clients, préférez-vous le retrait ?"),
    ("fr", "Vous reviendrez, bien sûr ?"),
    ("fr", "Que pensez-vous des horribles files d’attente de cet affreux magasin ?"),
    ("fr-CA", "Est-ce que vous n’avez pas trouvé cela simple ?"),
    ("en", "Don’t you think our prices are fair?"),
    ("en", "Wouldn't you recommend us?"),
    ("en", "Do you agree that the shop was tidy?"),
    ("en", "How amazing was your visit?"),
    ("en", "How would you rate our world-class support?"),
    ("en", "How much did you enjoy your visit?"),
    ("en", "It was easy, right?"),
    ("en", "As you know, delivery is free. Will you order again?"),
    ("en-GB", "Like most customers, do you prefer collecting?"),
]

FAIR = [
    ("fr", "À quel point êtes-vous satisfait de votre livraison ?"),
    ("fr", "Qu’est-ce qui vous a déplu ?"),
    ("fr", "Qu’avez-vous aimé ?"),
    ("fr", "Le site m’a permis de trouver facilement ce que je cherchais."),
    ("fr", "Pourquoi n’avez-vous pas terminé votre commande ?"),
    ("fr", "Avez-vous trouvé l’information que vous cherchiez ?"),
    ("en", "How satisfied are you with the delivery?"),
    ("en", "What did you like?"),
    ("en", "What would you like to see next?"),
    ("en", "The company made it easy for me to handle my issue."),
    ("en", "Why did you not complete your order?"),
    ("en", "Why didn’t you complete your order?"),
    ("en", "How likely are you to recommend us?"),
    ("fr", "Votre colis est-il arrivé en parfait état ?"),
    ("en", "Was the perfect size available?"),
    ("de", "Finden Sie nicht auch?"),
]

DOUBLE = [
    ("fr", "Êtes-vous satisfait du prix et de la livraison ?"),
    ("fr", "L’accueil était-il rapide et agréable ?"),
    ("fr", "Le site ou l’application vous a-t-il aidé ?"),
    ("en", "How satisfied are you with price and delivery?"),
    ("en", "Was it quick and easy?"),
    ("en", "The staff as well as the shop were pleasant."),
]

SINGLE = [
    ("fr", "Nous recommanderiez-vous à un ami ou à un collègue ?"),
    ("fr", "Recommanderiez-vous notre boutique à vos proches ou à vos collègues ?"),
    ("fr", "Vous avez été livré et facturé. Êtes-vous satisfait de votre achat ?"),
    ("fr", "Êtes-vous satisfait de votre retrait click & collect ?"),
    ("fr", "Quelle note, entre 0 et 10, nous donneriez-vous ?"),
    ("fr", "La boutique où vous êtes allé vous a-t-elle plu ?"),
    ("en", "How likely are you to recommend us to a friend or colleague?"),
    ("en", "Would you recommend us to your friends and family?"),
    ("en", "Your parcel came and was opened. How satisfied are you?"),
    ("en", "What grade between 0 and 10 would you give?"),
    ("en", "Was the terms and conditions page clear?"),
    ("fr", "Êtes-vous satisfait ou insatisfait de votre achat ?"),
    ("fr", "La commande a-t-elle été facile ou difficile ?"),
    ("fr", "De 0 à 10, où 0 est le pire et 10 le meilleur, quelle note ?"),
    ("en", "Overall, how satisfied or dissatisfied are you?"),
    ("en", "Was it easy or difficult?"),
    ("en", "From 0 to 10, where 0 is the worst and 10 the best, how was it?"),
    ("de", "Preis und Lieferung?"),
]


@pytest.mark.parametrize(("language", "words"), LEADING)
def test_words_that_push_are_found(language: str, words: str) -> None:
    assert find_leading(words, language)


@pytest.mark.parametrize(("language", "words"), FAIR)
def test_fair_questions_are_left_alone(language: str, words: str) -> None:
    assert find_leading(words, language) is None


@pytest.mark.parametrize(("language", "words"), DOUBLE)
def test_two_things_asked_at_once_are_found(language: str, words: str) -> None:
    assert find_double(words, language)


@pytest.mark.parametrize(("language", "words"), SINGLE)
def test_one_thing_said_with_two_words_is_left_alone(language: str, words: str) -> None:
    assert find_double(words, language) is None


def test_the_words_found_stand_in_the_finding() -> None:
    drawn = survey(
        question("q", text={"fr": "Aimez-vous notre excellent thé ?", "en": "Tea?"})
    )

    (found,) = review(drawn, anonymous=False).findings

    assert (found.code, found.place) == ("leading", "pages.0.questions.0.text")
    assert found.values == {"language": "fr", "words": "notre excellent"}


def test_only_scores_and_rows_are_looked_at_for_two_things() -> None:
    both = said("Price and delivery?")
    drawn = survey(
        question("score", "csat", text=both),
        question("why", "long_text", text=both),
        question("grid", "matrix", text=both, rows=choices("price and speed", "other")),
    )

    found = review(drawn, anonymous=False).findings

    assert {(one.code, one.place) for one in found} == {
        ("double", "pages.0.questions.0.text"),
        ("double", "pages.2.questions.0.rows.0"),
    }


def test_a_long_question_is_counted_in_words() -> None:
    drawn = survey(question("q", text={"fr": "mot " * 26, "en": "word " * 25}))

    (found,) = review(drawn, anonymous=False).findings

    assert found.code == "long_question"
    assert found.values == {"language": "fr", "number": 26, "most": 25}


def test_what_is_filled_in_counts_as_one_word() -> None:
    assert count_words("Bonjour {attribute:first_name|cher client}, ça va ?") == 4
    assert count_words("L’aujourd’hui, c’est-à-dire maintenant !") == 3
