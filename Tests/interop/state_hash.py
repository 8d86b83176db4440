# SPDX-License-Identifier: Apache-2.0
"""The hash of the tree of hidden accounts, from its papers alone: Poseidon over KoalaBear with width 16 (eprint
2019/458), its constants drawn anew by the Grain generator of appendix E, feed-forward as docs/formats/settlement.md
has it. Slow, and enough for the few digests that have to be known beforehand."""
from stark_field import PRIME

WIDTH, FULL, PARTIAL = 16, 8, 20
ROW = [1, 1, 51, 1, 11, 17, 2, 1, 101, 63, 15, 2, 67, 22, 13, 3]
MATRIX = [[ROW[(j - i) % WIDTH] for j in range(WIDTH)] for i in range(WIDTH)]
LEAF = 0x4c454146


def constants():
    """A prime field, x to a power, 31 bits, the width, the rounds, ones; then two bits a step, the second kept where
    the first is set."""
    fields = [(1, 2), (0, 4), (31, 12), (WIDTH, 12), (FULL, 10), (PARTIAL, 10), ((1 << 30) - 1, 30)]
    state = [value >> count - 1 - k & 1 for value, count in fields for k in range(count)]

    def step():
        state.append(state[62] ^ state[51] ^ state[38] ^ state[23] ^ state[13] ^ state[0])
        del state[0]
        return state[-1]

    def kept():
        while True:
            first, second = step(), step()
            if first:
                return second

    for _ in range(160):
        step()
    numbers = []
    while len(numbers) < (FULL + PARTIAL) * WIDTH:
        number = 0
        for _ in range(31):
            number = number << 1 | kept()
        if number < PRIME:
            numbers.append(number)
    return numbers


CONSTANTS = constants()


def permuted(state):
    """Sixteen elements after all rounds."""
    for turn in range(FULL + PARTIAL):
        state = [(x + CONSTANTS[WIDTH * turn + k]) % PRIME for k, x in enumerate(state)]
        whole = not FULL // 2 <= turn < FULL // 2 + PARTIAL
        state = [pow(x, 3, PRIME) if whole or k == 0 else x for k, x in enumerate(state)]
        state = [sum(a * x for a, x in zip(row, state)) % PRIME for row in MATRIX]
    return state


def compressed(elements):
    """Eight elements of sixteen, with feed-forward."""
    return [(a + b) % PRIME for a, b in zip(permuted(elements), elements)][:8]


def leaf(balance):
    """The leaf of an account without a salt."""
    return compressed([LEAF] + [balance >> 16 * k & 0xffff for k in range(4)] + [0] * 11)


class Empty:
    """Roots of trees where nothing happened, by their levels."""
    roots = [leaf(0)]

    @classmethod
    def root(cls, levels):
        while len(cls.roots) <= levels:
            cls.roots.append(compressed(cls.roots[-1] * 2))
        return cls.roots[levels]


def grown(root, levels, wanted):
    """A root of so many levels, as it is with more."""
    for level in range(levels, wanted):
        root = compressed(root + Empty.root(level))
    return root


def genesis(levels):
    """The root of an exchange's first tree: all the money is in the first account."""
    return grown(leaf(1 << 62), 0, levels)


def text(root):
    return b"".join(x.to_bytes(4, "little") for x in root).hex()


def elements(words):
    """The elements of a root in hexadecimal digits."""
    data = bytes.fromhex(words)
    return [int.from_bytes(data[k:k + 4], "little") for k in range(0, 32, 4)]
