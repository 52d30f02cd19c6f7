"""What the shopper reads while the checkout goes its way, in the shopper's language. Pure."""

from collections.abc import Mapping

MESSAGES: Mapping[str, Mapping[str, str]] = {
    "looking": {
        "en": "One moment: a camera takes a quick look at your cart.",
        "de": "Einen Moment: Eine Kamera wirft einen kurzen Blick auf Ihren Wagen.",
        "es": "Un momento: una cámara echa un vistazo rápido a su carro.",
        "fr": "Un instant : une caméra jette un coup d'œil à votre chariot.",
    },
    "waiting": {
        "en": "Something does not add up yet. Someone from our staff is coming to help.",
        "de": "Etwas passt noch nicht zusammen. Jemand von uns kommt und hilft Ihnen.",
        "es": "Algo no cuadra todavía. Alguien de nuestro equipo viene a ayudarle.",
        "fr": "Quelque chose ne concorde pas encore. Un membre de notre équipe vient vous aider.",
    },
    "claimed": {
        "en": "Someone from our staff is looking at your cart.",
        "de": "Jemand von uns sieht sich Ihren Wagen an.",
        "es": "Alguien de nuestro equipo está revisando su carro.",
        "fr": "Un membre de notre équipe vérifie votre chariot.",
    },
    "cleared": {
        "en": "All is well. You can pay now.",
        "de": "Alles in Ordnung. Sie können jetzt bezahlen.",
        "es": "Todo está en orden. Ya puede pagar.",
        "fr": "Tout est en ordre. Vous pouvez payer.",
    },
    "till": {
        "en": "Nobody can come right now. Please go to a till: choose to pay there, and show the code.",
        "de": "Gerade kann niemand kommen. Bitte gehen Sie an eine Kasse: dort bezahlen wählen und den Code zeigen.",
        "es": "Ahora no puede venir nadie. Vaya a una caja: elija pagar allí y muestre el código.",
        "fr": "Personne ne peut venir pour l'instant. Allez à une caisse : choisissez d'y payer et montrez le code.",
    },
    "corrected": {
        "en": "Our staff has corrected your basket. Please check the new total, then pay.",
        "de": "Wir haben Ihren Einkauf berichtigt. Bitte prüfen Sie die neue Summe und bezahlen Sie dann.",
        "es": "Hemos corregido su compra. Compruebe el nuevo total y pague.",
        "fr": "Nous avons corrigé votre panier. Vérifiez le nouveau total, puis payez.",
    },
    "age": {
        "en": "Someone from our staff is coming to confirm your age. Nothing is written down.",
        "de": "Jemand von uns kommt und bestätigt Ihr Alter. Es wird nichts aufgeschrieben.",
        "es": "Alguien de nuestro equipo viene a confirmar su edad. No se anota nada.",
        "fr": "Un membre de notre équipe vient confirmer votre âge. Rien n'est noté.",
    },
    "problem": {
        "en": "One of your items needs a word with our staff. Someone is coming; you may also take it out and go on.",
        "de": "Zu einem Artikel müssen wir kurz mit Ihnen sprechen. Es kommt jemand; Sie können ihn auch herausnehmen.",
        "es": "Tenemos que hablar de un artículo. Alguien viene; también puede sacarlo y continuar.",
        "fr": "Un article demande l'avis de notre équipe. Quelqu'un arrive ; vous pouvez aussi le retirer.",
    },
    "partly": {
        "en": "Part of the sum is set aside. Please choose how to pay the rest.",
        "de": "Ein Teil der Summe ist reserviert. Bitte wählen Sie, wie Sie den Rest bezahlen.",
        "es": "Una parte del importe está reservada. Elija cómo pagar el resto.",
        "fr": "Une partie de la somme est réservée. Choisissez comment payer le reste.",
    },
    "declined": {
        "en": "The payment was declined. Nothing was charged; please try another way to pay.",
        "de": "Die Zahlung wurde abgelehnt. Es wurde nichts abgebucht; bitte zahlen Sie auf anderem Weg.",
        "es": "El pago fue rechazado. No se ha cobrado nada; pruebe otra forma de pago.",
        "fr": "Le paiement a été refusé. Rien n'a été débité ; essayez un autre moyen de paiement.",
    },
    "paying": {
        "en": "The payment is under way.",
        "de": "Die Zahlung läuft.",
        "es": "El pago está en curso.",
        "fr": "Le paiement est en cours.",
    },
    "unknown": {
        "en": "The payment provider has not answered yet. We keep asking; you will not be charged twice.",
        "de": "Der Zahlungsdienst hat noch nicht geantwortet. Wir fragen weiter nach; es wird nicht doppelt abgebucht.",
        "es": "El proveedor de pago aún no ha respondido. Seguimos preguntando; no se le cobrará dos veces.",
        "fr": "Le prestataire de paiement n'a pas encore répondu. Nous insistons ; vous ne serez pas débité deux fois.",
    },
    "paid": {
        "en": "Paid. Thank you for shopping with us.",
        "de": "Bezahlt. Danke für Ihren Einkauf.",
        "es": "Pagado. Gracias por su compra.",
        "fr": "Payé. Merci de votre visite.",
    },
    "refused": {
        "en": "This purchase can't be completed here. Please speak to our staff.",
        "de": "Dieser Einkauf kann hier nicht abgeschlossen werden. Bitte wenden Sie sich an uns.",
        "es": "Esta compra no se puede completar aquí. Hable con nuestro equipo.",
        "fr": "Cet achat ne peut pas être finalisé ici. Adressez-vous à notre équipe.",
    },
    "abandoned": {
        "en": "You went on shopping. Pay whenever you are ready.",
        "de": "Sie kaufen weiter ein. Bezahlen Sie, wann Sie möchten.",
        "es": "Ha seguido comprando. Pague cuando quiera.",
        "fr": "Vous avez repris vos courses. Payez quand vous serez prêt.",
    },
}
LANGUAGES = ("en", "de", "es", "fr")


def language_of(text: str) -> str:
    """One of ours for a language tag ("de-AT" is "de"); English for what we don't speak."""
    short = text.replace("_", "-").lower().partition("-")[0]
    return short if short in LANGUAGES else "en"


def message(situation: str, language: str) -> str:
    """The sentence for a situation; raises KeyError for one that there is not."""
    return MESSAGES[situation][language_of(language)]
