# SPDX-License-Identifier: Apache-2.0
"""What `stark_verify.py` reckons with: the extension of KoalaBear, and bytes that are read once from front to back."""
import hashlib
import struct

PRIME = 2**31 - 2**24 + 1
GENERATOR = 3
TWO_ADICITY = 24


class Refused(Exception):
    """Why something is not taken."""


def demand(holds, reason):
    if not holds:
        raise Refused(reason)


class Element(tuple):
    """An element of the extension: the coefficients, lowest first, of a polynomial modulo X^5 + X^2 - 1."""
    __slots__ = ()

    def __add__(self, other):
        return Element([(a + b) % PRIME for a, b in zip(self, other)])

    def __sub__(self, other):
        return Element([(a - b) % PRIME for a, b in zip(self, other)])

    def __mul__(self, other):
        if isinstance(other, int):
            return Element([a * other % PRIME for a in self])
        a, b, c, d, e = self
        v, w, x, y, z = other
        x5, x6 = b * z + c * y + d * x + e * w, c * z + d * y + e * x
        x7, x8 = d * z + e * y, e * z
        # X^5 = 1 - X^2, X^6 = X - X^3, X^7 = X^2 - X^4, X^8 = X^3 + X^2 - 1.
        return Element(((a * v + x5 - x8) % PRIME,
                        (a * w + b * v + x6) % PRIME,
                        (a * x + b * w + c * v - x5 + x7 + x8) % PRIME,
                        (a * y + b * x + c * w + d * v - x6 + x8) % PRIME,
                        (a * z + b * y + c * x + d * w + e * v - x7) % PRIME))

    def __pow__(self, exponent):
        power = ONE
        for bit in bin(exponent)[2:]:
            power = power * power * self if bit == "1" else power * power
        return power


ZERO, ONE, X = Element((0, 0, 0, 0, 0)), Element((1, 0, 0, 0, 0)), Element((0, 1, 0, 0, 0))


def lift(base):
    return Element((base % PRIME, 0, 0, 0, 0))


def inverse(value):
    return value ** (PRIME**5 - 2)


def polynomial(coefficients, x):
    """The value at x, lowest coefficient first."""
    value = ZERO
    for coefficient in reversed(coefficients):
        value = value * x + coefficient
    return value


def scalar(weights, values):
    """The sum of weight times value."""
    total = ZERO
    for weight, value in zip(weights, values):
        total += weight * value
    return total


def root_of_unity(bits):
    return pow(GENERATOR, (PRIME - 1) >> bits, PRIME)


def packed(elements):
    return struct.pack(f"<{len(elements)}I", *elements)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


class Reader:
    """Bytes, read from their beginning to their end. Nothing is made that is larger than what is left of them."""

    def __init__(self, data, what):
        self.data, self.what, self.place = data, what, 0

    def take(self, count):
        demand(count <= len(self.data) - self.place, f"the {self.what} ends too early")
        self.place += count
        return self.data[self.place - count:self.place]

    def number(self, size=4):
        return int.from_bytes(self.take(size), "little")

    def index(self, bound, what):
        number = self.number()
        demand(number < bound, f"the {self.what} names a {what} that is not there")
        return number

    def text(self):
        return ascii(self.take(self.number(1)).decode(errors="replace"))  # to be shown anywhere

    def elements(self, count):
        """Elements of the base field: each has one spelling, the number below the prime."""
        elements = struct.unpack(f"<{count}I", self.take(4 * count))
        demand(max(elements, default=0) < PRIME, f"a number in the {self.what} is not below the prime")
        return elements

    def extended(self, count):
        flat = self.elements(5 * count)
        return [Element(flat[start:start + 5]) for start in range(0, 5 * count, 5)]

    def end(self):
        demand(self.place == len(self.data), f"bytes follow the {self.what}")
