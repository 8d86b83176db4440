// SPDX-License-Identifier: Apache-2.0
// What proofs are checked with: SHA-256, the field of 2³¹ − 2²⁴ + 1 and its extension of degree five, bytes and the
// transcript.
"use strict";

{
  const P = 2130706433;
  const HIDDEN = 256, MASKS = 5, SALTS = 5, CHUNKS = 3, MASKED = 256, FOLD = 3, FINAL = 8;
  const MOST_BYTES = 1 << 22, MOST_TABLES = 64, MOST_OUTSIDE = 2048;
  const EVERY = 0, TRANSITION = 1, FIRST = 2, LAST = 3, DEGREE = [3, 3, 2, 2];
  const MAIN = 0, SUMS = 1, QUOTIENT = 2;
  const utf8 = new TextEncoder();

  class Refusal extends Error {}
  const need = (holds, reason) => { if (!holds) throw new Refusal(reason); };
  const isWhole = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;
  const range = (count) => Array.from({ length: count }, (_, k) => k);
  const same = (a, b) => a.length === b.length && a.every((value, place) => value === b[place]);

  // SHA-256 (FIPS 180-4). WebCrypto's is a promise for each call, and thousands of small hashes are needed.
  const BEGIN = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
  const ROUND = Int32Array.of(
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
  );
  const schedule = new Int32Array(64);
  let scratch = new Uint8Array(1 << 13);

  function compress(state, bytes, at) {
    const w = schedule;
    for (let t = 0; t < 16; t++, at += 4) {
      w[t] = bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3];
    }
    for (let t = 16; t < 64; t++) {
      const x = w[t - 15], y = w[t - 2];
      const s0 = (x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3;
      const s1 = (y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10;
      w[t] = w[t - 16] + s0 + w[t - 7] + s1 | 0;
    }
    let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
    for (let t = 0; t < 64; t++) {
      const s1 = (e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7);
      const t1 = h + s1 + (e & f ^ ~e & g) + ROUND[t] + w[t] | 0;
      const s0 = (a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10);
      const t2 = s0 + (a & b ^ a & c ^ b & c) | 0;
      h = g; g = f; f = e; e = d + t1 | 0; d = c; c = b; b = a; a = t1 + t2 | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((value, k) => { state[k] += value; });
  }

  /** The hash of the parts one after another. */
  function sha256(...parts) {
    const length = parts.reduce((sum, part) => sum + part.length, 0), whole = (length + 72) >>> 6 << 6;
    if (scratch.length < whole) scratch = new Uint8Array(whole);
    let at = 0;
    for (const part of parts) { scratch.set(part, at); at += part.length; }
    scratch.fill(0, length, whole);
    scratch[length] = 0x80;
    const view = new DataView(scratch.buffer);
    view.setUint32(whole - 8, Math.floor(length / 2 ** 29));
    view.setUint32(whole - 4, length << 3);
    const state = Int32Array.from(BEGIN);
    for (at = 0; at < whole; at += 64) compress(state, scratch, at);
    for (at = 0; at < 8; at++) view.setInt32(at * 4, state[at]);
    return scratch.slice(0, 32);
  }

  // The base field. Numbers are below 2³¹, so sums are exact. A product is not, as a double, but its quotient by P is
  // off by less than 2⁻²⁰: the remainder, of which the lowest 32 bits are enough, is then off by one P at most.
  const add = (a, b) => { const sum = a + b - P; return sum < 0 ? sum + P : sum; };
  const sub = (a, b) => a < b ? a - b + P : a - b;
  const mul = (a, b) => {
    const rest = Math.imul(a, b) - Math.imul(a * b * (1 / P), P) | 0;
    return rest < 0 ? rest + P : rest >= P ? rest - P : rest;
  };
  const pow = (a, exponent) => {
    let result = 1;
    for (; exponent > 0; exponent >>>= 1, a = mul(a, a)) if (exponent & 1) result = mul(result, a);
    return result;
  };
  const rootOfUnity = (bits) => pow(3, (P - 1) / 2 ** bits);

  // The extension, modulo X⁵ + X² − 1: five coefficients, lowest first.
  const lift = (a) => Int32Array.of(a, 0, 0, 0, 0);
  const ZERO = lift(0), ONE = lift(1);
  const plus = (a, b) => a.map((value, k) => add(value, b[k]));
  const minus = (a, b) => a.map((value, k) => sub(value, b[k]));
  const scale = (a, factor) => a.map((value) => mul(value, factor));
  const addScaled = (sum, a, factor) => { for (let k = 0; k < 5; k++) sum[k] = add(sum[k], mul(a[k], factor)); };
  const isZero = (a) => same(a, ZERO);
  const times = (a, b) => {
    const c = new Int32Array(9);
    for (let i = 0; i < 5; i++) for (let j = 0; j < 5; j++) c[i + j] = add(c[i + j], mul(a[i], b[j]));
    for (let k = 8; k > 4; k--) { c[k - 5] = add(c[k - 5], c[k]); c[k - 3] = sub(c[k - 3], c[k]); }
    return c.slice(0, 5);
  };
  /** The exponent is a text of bits, as one over an element takes 155 of them. */
  const power = (a, bits) => [...bits].reduce((result, bit) => {
    const square = times(result, result);
    return bit === "1" ? times(square, a) : square;
  }, ONE);
  const toBits = (exponent) => exponent.toString(2);
  const INVERSE = toBits(BigInt(P) ** 5n - 2n);
  /** One over an element, and zero for zero. */
  const inverse = (a) => power(a, INVERSE);
  /** Five elements, opened from the columns that hold one column over the extension, as one: Horner in X. */
  const joined = (five) => five.reduceRight((sum, value) =>
    plus(Int32Array.of(sum[4], sum[0], sub(sum[1], sum[4]), sum[2], sum[3]), value), ZERO);

  // Bytes.
  const number = (value, size = 8) => Uint8Array.from({ length: size }, (_, k) => k < 4 ? value >>> 8 * k : 0);
  const wordAt = (bytes, at) => (bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24) >>> 0;

  class Reader {
    constructor(bytes, what) {
      need(bytes instanceof Uint8Array && bytes.length <= MOST_BYTES, `${what}: no bytes or too many`);
      this.bytes = bytes; this.what = what; this.at = 0;
    }
    take(length) {
      need(length <= this.bytes.length - this.at, `${this.what}: too short`);
      return this.bytes.subarray(this.at, this.at += length);
    }
    u8() { return this.take(1)[0]; }
    u32() { return wordAt(this.take(4), 0); }
    below(count) {
      const value = this.u32();
      need(value < count, `${this.what}: names what is not there`);
      return value;
    }
    element() { return this.elements(1)[0]; }
    elements(count) {
      const bytes = this.take(4 * count);
      return new Int32Array(count).map((_, k) => {
        const value = wordAt(bytes, 4 * k);
        need(value < P, `${this.what}: an element that is not below p`);
        return value;
      });
    }
    extension() { return this.elements(5); }
    /** A count and as many items; each takes a byte at least, so that a wrong count ends with the bytes. */
    list(item) {
      const items = [];
      for (let left = this.u32(); left > 0; left--) items.push(item());
      return items;
    }
    end() { need(this.at === this.bytes.length, `${this.what}: too long`); }
  }

  class Transcript {
    constructor() { this.state = new Uint8Array(32); }
    absorb(name, ...parts) {
      const text = utf8.encode(name), length = parts.reduce((sum, part) => sum + part.length, 0);
      this.state = sha256(this.state, [0, text.length], text, number(length), ...parts);
    }
    /** Gives words until one is not followed by a wish for more. */
    words(isMoreWanted) {
      for (let block = 0, more = true; more; block++) {
        const bytes = sha256(this.state, [1], number(block, 4));
        for (let at = 0; at < 32 && more; at += 4) more = isMoreWanted(wordAt(bytes, at));
      }
      this.state = sha256(this.state, [2]);
    }
    element() {
      const found = [];
      this.words((word) => { word &= 0x7fffffff; if (word < P) found.push(word); return found.length < 5; });
      return Int32Array.from(found);
    }
    /** Each place once, in rising order. */
    places(count, bits) {
      const found = [];
      this.words((word) => found.push(word & (1 << bits) - 1) < count);
      return [...new Set(found)].sort((a, b) => a - b);
    }
  }

  globalThis.starkField = {
    P, HIDDEN, MASKS, SALTS, CHUNKS, MASKED, FOLD, FINAL, MOST_TABLES, MOST_OUTSIDE, EVERY, TRANSITION, FIRST,
    LAST, DEGREE, MAIN, SUMS, QUOTIENT, utf8, Refusal, need, isWhole, range, same, sha256, add, mul, pow,
    rootOfUnity, lift, ZERO, ONE, plus, minus, scale, addScaled, isZero, times, power, toBits, inverse, joined,
    number, Reader, Transcript,
  };
}
