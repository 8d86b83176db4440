// SPDX-License-Identifier: Apache-2.0
// A settlement's file: what it states, and the proof of it. The table of its bytes stands in
// Sources/Settlement/SettlementFile.swift.
"use strict";

{
  const {
    HIDDEN, utf8, need, isWhole, range, same, Reader,
  } = globalThis.starkField;

  /** What a settlement's file says, and the statement its proof has to show. Throws with the reason when it is none. */
  function readSettlement(fileBytes) {
    const reader = new Reader(fileBytes, "settlement");
    const byte = (least, most, what, value = reader.u8()) => {
      need(isWhole(value, least, most), `settlement: ${what}`);
      return value;
    };
    const u64 = () => BigInt(reader.u32()) | BigInt(reader.u32()) << 32n;
    const limbs = (value) => [0n, 16n, 32n, 48n].map((shift) => Number(value >> shift & 0xffffn));
    need(same(reader.take(8), utf8.encode("dvsettle")), "settlement: it is none");
    byte(3, 3, "another version");
    const hash = byte(1, 2, "no such hash"), depth = byte(1, 24, "depth out of bounds");
    const parameters = byte(1, 2, "no such parameters");
    const most = byte(2, 2 ** 20, "size out of bounds", reader.u32());
    const rootElements = [reader.elements(8), reader.elements(8)];
    const [oldRoot, newRoot] = [fileBytes.slice(16, 48), fileBytes.slice(48, 80)];
    const revenue = u64(), fee = u64(), weights = u64(), revenueIndex = reader.u32(), feeIndex = reader.u32();
    need(fee <= revenue, "settlement: the fee is above the revenue");
    need(Math.max(revenueIndex, feeIndex) < 2 ** depth, "settlement: an account that is not in the tree");
    const recordElements = reader.elements(8), record = fileBytes.slice(112, 144);
    const batch = reader.take(32).slice(), proof = reader.take(fileBytes.length - reader.at).slice();
    const pairs = range(16).map((k) => batch[2 * k] | batch[2 * k + 1] << 8);
    const bytes = (value) => range(8).map((k) => Number(value >> BigInt(8 * k) & 0xffn));

    const bits = (rows) => {
      let count = 10;
      while (2 ** count - HIDDEN < rows) count++;
      return count;
    };
    let nodes = 0;
    for (let level = 0; level < depth; level++) nodes += Math.min(2 ** level, most);
    const hashes = 2 * nodes + 5 * most, one = bits(hashes), payoutBits = bits(most);
    const rest = bits(hashes - 2 ** (one - 1) + HIDDEN);
    const isSplit = one > 16 && rest < one - 1 && 5 * (2 ** (one - 1) + 2 ** rest) <= 4 * 2 ** one;
    const parts = isSplit ? 2 : 1, numbers = payoutBits >= 14 ? 4 + Math.max(0, 17 - payoutBits) : 3;
    const rowBits = [bits(nodes), payoutBits, ...(numbers === 3 ? [14] : []), ...(isSplit ? [one - 1, rest] : [one])];
    const [blowupBits, queries, grindingBits] = parameters === 1 ? [2, 84, 20] : [3, 56, 20];
    const roots = [...rootElements[0], ...rootElements[1]], indices = [revenueIndex, feeIndex];
    const shares = [...recordElements, ...bytes(revenue - fee), ...bytes(weights)];
    const inputs = [...roots, ...limbs(revenue), ...limbs(fee), ...indices, depth, ...shares, ...pairs];
    const statement = { rowBits, blowupBits, queries, grindingBits, inputs };
    const said = { hash, range: numbers, parts, depth, most, parameters, rowBits };
    const money = { revenue, fee, weights, revenueIndex, feeIndex, record, batch };
    return { ...said, ...money, oldRoot, newRoot, statement, proof };
  }

  globalThis.readSettlement = readSettlement;
}
