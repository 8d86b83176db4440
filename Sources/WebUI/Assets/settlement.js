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
    byte(1, 1, "another version");
    const hash = byte(1, 2, "no such hash"), depth = byte(1, 24, "depth out of bounds");
    const payoutBits = byte(10, 20, "payout bits out of bounds"), parameters = byte(1, 2, "no such parameters");
    need(reader.take(3).every((value) => value === 0), "settlement: bytes that have to be zero");
    const rootElements = [reader.elements(8), reader.elements(8)];
    const [oldRoot, newRoot] = [fileBytes.slice(16, 48), fileBytes.slice(48, 80)];
    const revenue = u64(), fee = u64(), revenueIndex = reader.u32(), feeIndex = reader.u32();
    need(fee <= revenue, "settlement: the fee is above the revenue");
    need(Math.max(revenueIndex, feeIndex) < 2 ** depth, "settlement: an account that is not in the tree");
    const batch = reader.take(32).slice(), proof = reader.take(fileBytes.length - reader.at).slice();
    const pairs = range(16).map((k) => batch[2 * k] | batch[2 * k + 1] << 8);

    let nodes = 0, nodeBits = 10;
    for (let level = 0; level < depth; level++) nodes += 2 ** Math.min(level, payoutBits);
    while (2 ** nodeBits - HIDDEN < nodes) nodeBits++;
    const share = payoutBits <= 12 ? 3 : 1, rowBits = [nodeBits, payoutBits, 17 - share];
    const [blowupBits, queries, grindingBits] = parameters === 1 ? [2, 84, 20] : [3, 56, 20];
    const roots = [...rootElements[0], ...rootElements[1]], indices = [revenueIndex, feeIndex];
    const inputs = [...roots, ...limbs(revenue), ...limbs(fee), ...indices, depth, ...pairs];
    const statement = { rowBits, blowupBits, queries, grindingBits, inputs };
    const said = { hash, share, depth, payoutBits, parameters, rowBits, revenue, fee, revenueIndex, feeIndex, batch };
    return { ...said, oldRoot, newRoot, statement, proof };
  }

  globalThis.readSettlement = readSettlement;
}
