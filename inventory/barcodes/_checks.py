"""Check digits of GS1 keys and of embedded prices and weights, and the expansion of UPC-E."""

from typing import Final

_ZERO: Final = ord("0")

# GenSpecs 7.9.2: weighted digits "2-", "3", "5+" and "5-", by digit 0 to 9.
_TWO_MINUS: Final = (0, 2, 4, 6, 8, 9, 1, 3, 5, 7)
_THREE: Final = (0, 3, 6, 9, 2, 5, 8, 1, 4, 7)
_FIVE_PLUS: Final = (0, 5, 1, 6, 2, 7, 3, 8, 4, 9)
_FIVE_MINUS: Final = (0, 5, 9, 4, 8, 3, 7, 2, 6, 1)
_FOUR_DIGITS: Final = (_TWO_MINUS, _TWO_MINUS, _THREE, _FIVE_MINUS)
_FIVE_DIGITS: Final = (_FIVE_PLUS, _TWO_MINUS, _FIVE_MINUS, _FIVE_PLUS, _TWO_MINUS)


def is_digits(text: str) -> bool:
    """Whether all of it is 0 to 9 (str.isdigit alone also takes superscripts and other scripts' digits)."""
    return text.isascii() and text.isdigit()


def check_digit(payload: str) -> str:
    """Modulo-10 check digit of digits without theirs (GS1 General Specifications 7.9.1)."""
    digits = payload.encode()
    total = 3 * sum(digits[-1::-2]) + sum(digits[-2::-2])
    count = len(digits)
    total -= _ZERO * (3 * ((count + 1) // 2) + count // 2)
    return str(-total % 10)


def has_check_digit(code: str) -> bool:
    """Whether the last of these digits is the right modulo-10 check digit (GS1 General Specifications 7.9.1)."""
    digits = code.encode()
    count = len(digits)
    total = sum(digits[-1::-2]) + 3 * sum(digits[-2::-2]) - _ZERO * ((count + 1) // 2 + 3 * (count // 2))
    return count > 1 and total % 10 == 0


def measure_check_digit(value: str) -> str:
    """Check digit of an embedded price or weight of four or five digits (GS1 General Specifications 7.9.3, 7.9.4).

    Raises ValueError for another length: GS1 defines none.
    """
    if len(value) == 4:
        total = sum(weights[int(digit)] for digit, weights in zip(value, _FOUR_DIGITS, strict=True))
        return str(total * 3 % 10)
    if len(value) == 5:
        total = sum(weights[int(digit)] for digit, weights in zip(value, _FIVE_DIGITS, strict=True))
        return str(_FIVE_MINUS.index(-total % 10))
    raise ValueError(f"no check digit is defined for a value of {len(value)} digits; use four or five")


def has_check_pair(text: str) -> bool:
    """Whether the last two characters are the check pair of a GMN or MUDI (GS1 General Specifications 7.9.5)."""
    if len(text) < 2 or len(text) > 2 + len(_PRIMES):
        return False
    body = text[:-2]
    if any(character not in _CSET82_VALUE for character in body):
        return False
    total = sum(_CSET82_VALUE[character] * prime for character, prime in zip(reversed(body), _PRIMES, strict=False))
    high, low = divmod(total % 1021, 32)
    return text[-2] == _CSET32[high] and text[-1] == _CSET32[low]


CSET82: Final = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CSET82_VALUE: Final = {character: value for value, character in enumerate(CSET82)}
_CSET32: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PRIMES: Final = tuple(n for n in range(2, 420) if all(n % d for d in range(2, int(n**0.5) + 1)))


def expand_upce(code: str) -> str | None:
    """The UPC-A (12 digits) that a UPC-E stands for, or None if it stands for none.

    Takes 8 digits (number system, six, check digit) or the six alone, which mean number system 0 (GS1 General
    Specifications 5.2.3.4.2, zero suppression).
    """
    if len(code) == 8 and code[0] in "01":
        system, six, check = code[0], code[1:7], code[7]
    elif len(code) == 6:
        system, six, check = "0", code, ""
    else:
        return None
    last = six[5]
    if last in "012":
        body = six[:2] + last + "0000" + six[2:5]
    elif last == "3":
        body = six[:3] + "00000" + six[3:5]
    elif last == "4":
        body = six[:4] + "00000" + six[4]
    else:
        body = six[:5] + "0000" + last
    digit = check_digit(system + body)
    return system + body + digit if check in ("", digit) else None
