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
    "1-3-1": "396235567c6cc3af413367a2ad97dc6f9aeca72d6c17981574c92be169ec7d49",
    "1-3-2": "e6bdd0f7cf0e09588497e46981283b0882632fd10e8e62953d152b0a9e18ccff",
    "1-4-1": "c17b2bd0689b62b27e9bd3472c1f227b06e9cdb76276cb6741a928d13af641a3",
    "1-4-2": "f03441f13e8d9137516e4388176ec0b18dc8021adbcaa4073ad610d66e458172",
    "1-4-3": "9edfb92164d4a95c16199287bd14e1bdffe0f8bf4129d26f1802ab62db96f3f6",
    "1-5-1": "2564b345dbe59eda33d9aae10a3e78cdc9fdb2a2ef8a1f471e0e9bcd93ff3daa",
    "1-5-2": "aaeb6933dc3077b3fdae6efe15002acb2d439b7f11bbdb2babce29ccd799d0a6",
    "1-5-3": "1f36015245df572a9b921861a296b05b305beba9834f4d910550b20ded8ec02c",
    "1-6-1": "86ed54c96130e1094024ab17a9ceb40e15ea22cf0f3ec2d13cb02824236e3ff7",
    "1-6-2": "4e15c296aad47fb8ab7dcdf54ca04725e04ce41716ccf4b2a6c3f63f4c523417",
    "1-6-3": "cb64e6bb5877ee88184b043d7bb979e3430db7e25f25f53a4d3ac8e433fc7c49",
    "1-7-1": "ae3ca3efca139aea65fcb1e94c9b89dba61f4de26cc589870fee903b7b8ab1e2",
    "1-7-2": "13045488ddc938538bee98f9bcfe3d2b753dd3fb60a347848e6a9f7ea6457ed9",
    "1-7-3": "689e3f2b9a95af31429b2131ab655cce5eebab5b45f1926a0be3ba80ce199dd6",
    "2-3-1": "a3c6089e71b3bf6e1a25bedc2c22d0076705d2baa0bcbdaa06c5d4bbad702500",
    "2-3-2": "1883cd4a7629f0d2b6a0e944e71a48aa285ff9dd6ad0a5b3153ba394e8469522",
    "2-4-1": "9fc26859c044b8234f5bbc79dcc4ecd933ac3c38df53924b0e8b044e6f755ebc",
    "2-4-2": "0ffdf369c86834aad20c6ba45e218ae21ed3b3e37ebf74f6ad0fb2bffcb3a082",
    "2-4-3": "5c632b3c77ea21af60ad836982cf4b5d31930d5834a08a6bb7d3f636bc047a9e",
    "2-5-1": "22b4964eccd14e14a6363e2dca08b224f182fd3d9df38b13da0db40fdc575ff9",
    "2-5-2": "4c230ec5b7039627967b0524782e7c5aff307e8e70e71556371c87f278391c14",
    "2-5-3": "519cfd069ca4931de55066a4b8238c3eb3610f20910ec3be0364fa40ff01a09c",
    "2-6-1": "441177b62b1dc371d563d8345ca5707ca707c6ce87720c1636b30e0725d57edc",
    "2-6-2": "d130f1b36858891d9bd06f54c89cf6f06c071c28696247af11af16effa34c1cb",
    "2-6-3": "e8f64d000f7f7d38ac22326966d55ba2297078614120d44480fad97897c28dd0",
    "2-7-1": "116d0936b777fad98b1a92d1d6ba293957cd666680d89d5598a7175867f857bc",
    "2-7-2": "039234284b196731d508b437535e6cf9a5da4dd392fece55a7cb7200c36be261",
    "2-7-3": "2afed1a947eb18bd1f804020d74ac75d37e39d45e7169781658b3912e9a47964",
  };

  /** Whether a tape is that of a settlement's circuit. */
  function isCircuit(settlement, tapeBytes) {
    const digest = Array.from(sha256(tapeBytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
    return CIRCUITS[`${settlement.hash}-${settlement.range}-${settlement.parts}`] === digest;
  }

  /** The form of a class's proofs: its range, how hashes stand, the logarithms of rows; null for more than a batch is made for. */
  function formOf(depth, most) {
    const bits = (rows) => {
      let count = 10;
      while (2 ** count - HIDDEN < rows) count++;
      return count;
    };
    let nodes = 0;
    for (let level = 0; level < depth; level++) nodes += Math.min(2 ** level, most);
    const hashes = 2 * nodes + 5 * most, one = bits(hashes), payoutBits = bits(most);
    const rest = bits(hashes - 2 ** (one - 1) + HIDDEN);
    const third = (count) => bits(Math.ceil(count / 3));
    const isWide = one > 18 && third(hashes) <= one - 2 && rest >= one - 3;
    const isSplit = one > 16 && rest < one - 1 && 5 * (2 ** (one - 1) + 2 ** rest) <= 4 * 2 ** one;
    const parts = isWide ? 3 : isSplit ? 2 : 1, numbers = payoutBits >= 14 ? 4 + Math.max(0, 17 - payoutBits) : 3;
    const hashBits = isWide ? [third(hashes)] : isSplit ? [one - 1, rest] : [one];
    const rowBits = [isWide ? third(nodes) : bits(nodes), payoutBits, ...(numbers === 3 ? [14] : []), ...hashBits];
    return most <= 2 ** 16 || Math.max(...rowBits) <= 19 ? { numbers, parts, rowBits } : null;
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
    byte(4, 4, "another version");
    const hash = byte(1, 2, "no such hash"), depth = byte(1, 24, "depth out of bounds");
    const parameters = byte(1, 2, "no such parameters");
    // With more accounts, or from 2^16 on with longer tables, a proof of these parameters can be one of fewer than 100 bits.
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

    const form = formOf(depth, most);
    need(form !== null, "settlement: too many accounts in so deep a tree");
    const isLargest = most === 2 ** 17 || JSON.stringify(formOf(depth, most + 1)) !== JSON.stringify(form);
    need(isLargest, "settlement: the most accounts of its class are written otherwise");
    const { numbers, parts, rowBits } = form;
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
