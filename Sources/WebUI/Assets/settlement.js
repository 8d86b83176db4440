// SPDX-License-Identifier: Apache-2.0
// A settlement's file: what it states, and the proof of it. The table of its bytes stands in
// Sources/Settlement/SettlementFile.swift.
"use strict";

{
  const {
    HIDDEN, utf8, need, isWhole, range, same, sha256, Reader,
  } = globalThis.starkField;

  /** What each circuit's tape hashes to (docs/formats/settlement.md): whoever makes a proof could else give one along
      that asks for nothing. */
  const CIRCUITS = {
    "1-3-1": "faf4ff8990f1cf4d80ad47648fd3eed5da7dfa0e3bae760223269914d4e3331b",
    "1-3-2": "66a4e99b388d07ae473cb708eac63581d33699ad8bc85a725b845b925a24d590",
    "1-4-1": "a7e9506a87a8ff73e3c0800d5376b6db06605e4ce80cd88466561cfae6250e60",
    "1-4-2": "1c4e21c1fa2c237f9201b444f2cab77bf85f096a9d1c15da96ab8e1f93eb9d01",
    "1-5-1": "94fad28bb74c7c5f9835f11b65cce277d3efba87cf1b3b7e38b4f66e90d731cd",
    "1-5-2": "57a3fd6caad4b2af28055a737be4876b9f89b6d8cc8aeb752fd85aa99054a0b0",
    "1-6-1": "80632d97021d6217f4f65da1c321fb3504d676c7c2be283f0a8d20da8b6586a0",
    "1-6-2": "dca228adb4e3c533e6e8bb97400608ffe5b7bff9180509caa53b66c3612131f4",
    "1-7-1": "d7b03b81c46b269eb3753fd720f188c1688a59fb3fbeb40e80b20f88b95d088b",
    "1-7-2": "0dc1e68e6e89bdeba88ed3a0115e85bbbe9525f2c30e23795c9edf3f4b5530c9",
    "2-3-1": "d07a124ad7387313c3d91fac50e44b16fd8033219784530d1f1881e0264cb969",
    "2-3-2": "c66525c1f95408a1753b88398e091c5c342f4535b36d4b7f66be82413bb41081",
    "2-4-1": "6b9d90232097548206f8e29bdb262d42b6a7b117980b61edb2d87f2392d58ba3",
    "2-4-2": "cc68cf5f2e14dea75f8b1b38108f629f659c83b1256c652aa49d3e666897fdf8",
    "2-5-1": "827be404f0f5ad17ff2ffb8ae71c40958a831fb76fcb1ebc671d288313ded9b0",
    "2-5-2": "fa2e675e9c0649a3c32b688a8a93dbaa294fa3995e34dc8191c5dfeda0e86622",
    "2-6-1": "58c986b81e393b2f115e687cb03b2072a89dbf0a42cb4172e031d4204595b340",
    "2-6-2": "9181d4bfe54a623605486351d90e9c9700f1936e88018f394613a27fc7163d93",
    "2-7-1": "dd4d695fcd747886b3b7486d61885d17d980bc6b0d684044639d33ce04163e6f",
    "2-7-2": "b7f80d0f1cae922f3f41f96623f6434e2e240a1e4aea99023a66e2a5c595f575",
  };

  /** Whether a tape is that of a settlement's circuit. */
  function isCircuit(settlement, tapeBytes) {
    const digest = Array.from(sha256(tapeBytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
    return CIRCUITS[`${settlement.hash}-${settlement.range}-${settlement.parts}`] === digest;
  }

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
    // With more accounts a proof of these parameters can be one of fewer than 100 bits.
    const most = byte(2, 2 ** 17, "size out of bounds", reader.u32());
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
  globalThis.isSettlementCircuit = isCircuit;
}
