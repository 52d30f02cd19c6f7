"""The words of advice, by language and kind. Placeholders: product, grams, expected, more, candidate."""

PHRASES: dict[str, dict[str, str]] = {
    "en": {
        "unscanned": "About {grams} came into the cart without a scan. Please scan it, or take it out again.",
        "mismatch": "With {product} came {more} more than it weighs. Please scan what came along, or take it out.",
        "mismatch_less": (
            "What was put in weighs {grams}; {product} weighs about {expected}. Please scan what is really in the cart."
        ),
        "not_placed": (
            "{product} was scanned but has not been put into the cart. Please put it in, or remove it from the list."
        ),
        "removed": "{product} (about {grams}) left the cart. Please put it back, or remove it from the list.",
        "not_removed": (
            "{product} was removed from the list but is still in the cart. Please take it out, or scan it again."
        ),
        "basket": (
            "The whole cart weighs {grams} where {expected} were expected. Please check that everything is scanned."
        ),
        "scale_fault": "The cart's scale seems to be off. This is not your fault; a member of staff will help.",
        "candidate": "It may be {candidate}.",
    },
    "de": {
        "unscanned": "Etwa {grams} kamen ohne Scan in den Wagen. Bitte scannen oder wieder herausnehmen.",
        "mismatch": "Mit {product} kamen {more} mehr, als es wiegt. Bitte scannen, was dabei ist, oder herausnehmen.",
        "mismatch_less": (
            "Das Eingelegte wiegt {grams}; {product} wiegt etwa {expected}. Bitte scannen, was wirklich im Wagen liegt."
        ),
        "not_placed": (
            "{product} wurde gescannt, liegt aber nicht im Wagen. Bitte hineinlegen oder von der Liste entfernen."
        ),
        "removed": "{product} (etwa {grams}) hat den Wagen verlassen. Bitte zurücklegen oder von der Liste entfernen.",
        "not_removed": (
            "{product} wurde von der Liste entfernt, liegt aber noch im Wagen. Bitte herausnehmen oder erneut scannen."
        ),
        "basket": "Der ganze Wagen wiegt {grams}, erwartet waren {expected}. Bitte prüfen, ob alles gescannt ist.",
        "scale_fault": (
            "Die Waage des Wagens scheint falsch zu gehen. Das liegt nicht an Ihnen; jemand vom Personal hilft."
        ),
        "candidate": "Es könnte {candidate} sein.",
    },
    "es": {
        "unscanned": "Han entrado unos {grams} en el carro sin escanear. Escanéelo o sáquelo, por favor.",
        "mismatch": (
            "Con {product} han entrado {more} más de lo que pesa. Escanee lo que venía con él o sáquelo, por favor."
        ),
        "mismatch_less": (
            "Lo que ha puesto pesa {grams}; {product} pesa unos {expected}. Escanee lo que hay de verdad en "
            "el carro, por favor."
        ),
        "not_placed": (
            "{product} se ha escaneado, pero no está en el carro. Póngalo dentro o quítelo de la lista, por favor."
        ),
        "removed": "{product} (unos {grams}) ha salido del carro. Devuélvalo o quítelo de la lista, por favor.",
        "not_removed": (
            "{product} se ha quitado de la lista, pero sigue en el carro. Sáquelo o escanéelo otra vez, por favor."
        ),
        "basket": (
            "El carro entero pesa {grams} y se esperaban {expected}. Compruebe que todo está escaneado, por favor."
        ),
        "scale_fault": "Parece que la báscula del carro falla. No es culpa suya; alguien del personal le ayudará.",
        "candidate": "Podría ser {candidate}.",
    },
    "fr": {
        "unscanned": (
            "Environ {grams} sont entrés dans le chariot sans être scannés. Merci de scanner l'article ou de"
            " le retirer."
        ),
        "mismatch": (
            "Avec {product} sont venus {more} de plus que son poids. Merci de scanner ce qui l'accompagne ou"
            " de le retirer."
        ),
        "mismatch_less": (
            "Ce qui a été posé pèse {grams} ; {product} pèse environ {expected}. Merci de scanner ce qui est"
            " vraiment dans le chariot."
        ),
        "not_placed": (
            "{product} a été scanné mais n'est pas dans le chariot. Merci de l'y poser ou de le retirer de la liste."
        ),
        "removed": (
            "{product} (environ {grams}) a quitté le chariot. Merci de le remettre ou de le retirer de la liste."
        ),
        "not_removed": (
            "{product} a été retiré de la liste mais est encore dans le chariot. Merci de le sortir ou de le"
            " scanner à nouveau."
        ),
        "basket": (
            "Le chariot pèse {grams} au total, {expected} étaient attendus. Merci de vérifier que tout est scanné."
        ),
        "scale_fault": (
            "La balance du chariot semble fausse. Ce n'est pas de votre fait ; un membre du personnel va vous aider."
        ),
        "candidate": "C'est peut-être {candidate}.",
    },
}
