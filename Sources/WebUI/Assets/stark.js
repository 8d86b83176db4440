// SPDX-License-Identifier: Apache-2.0
// Checks a proof in the visitor's own browser: that a circuit's tables can be filled, with the public inputs of the
// statement, so that every rule holds. Written from docs/formats/proof.md alone and sharing nothing with what makes
// the proofs. It needs no network and runs as well in a worker. Gives globalThis.stark.
"use strict";

{
  const {
    P, HIDDEN, MASKS, SALTS, CHUNKS, MASKED, FOLD, FINAL, MOST_TABLES, MOST_OUTSIDE, EVERY, TRANSITION, FIRST,
    LAST, DEGREE, MAIN, SUMS, QUOTIENT, utf8, Refusal, need, isWhole, range, same, sha256, add, mul, pow,
    rootOfUnity, lift, ZERO, ONE, plus, minus, scale, addScaled, isZero, times, power, toBits, inverse, joined,
    number, Reader, Transcript,
  } = globalThis.starkField;

  // The circuit.
  function readTable(reader, inputs, hasCommitted, message) {
    reader.take(reader.u8());
    const columns = reader.u32(), committed = hasCommitted ? reader.below(columns + 1) : 0;
    need(isWhole(columns, 1, 65000), "tape: no columns, or too many");
    const next = new Set(), degrees = [], looksAhead = [];
    const register = () => reader.below(degrees.length);
    const steps = reader.list(() => {
      const code = reader.u8(), step = { code };
      need(code <= 3, "tape: no such step");
      let degree = 0, ahead = false;
      if (code === 0) {
        Object.assign(step, { column: reader.below(columns), row: reader.u8() });
        need(step.row <= 1, "tape: no such row");
        need(step.row === 0 || step.column >= committed, "tape: a step looks at a committed cell of the next row");
        [degree, ahead] = [1, step.row === 1];
        if (ahead) next.add(step.column);
      } else if (code === 1) {
        step.input = reader.below(inputs);
      } else if (code === 2) {
        const both = step.factors = [register(), register()];
        degree = degrees[both[0]] + degrees[both[1]];
        ahead = both.some((factor) => looksAhead[factor]);
      } else {
        step.constant = reader.element();
        step.terms = reader.list(() => ({ register: register(), factor: reader.element() }));
        degree = step.terms.reduce((most, { register }) => Math.max(most, degrees[register]), 0);
        ahead = step.terms.some(({ register }) => looksAhead[register]);
      }
      degrees.push(degree);
      looksAhead.push(ahead);
      return step;
    });
    const constraints = reader.list(() => {
      const at = register(), domain = reader.u8();
      need(domain <= LAST, "tape: no such domain");
      need(degrees[at] <= DEGREE[domain], "tape: a degree too high");
      need(!looksAhead[at] || domain === TRANSITION || domain === FIRST, "tape: a constraint looks at a hidden row");
      return { register: at, domain };
    });
    const linear = () => {
      const at = register();
      need(degrees[at] <= 1 && !looksAhead[at], "tape: an interaction that is not linear or looks ahead");
      return at;
    };
    const interactions = reader.list(() => message(linear, linear));
    return { columns, committed, next: [...next].sort((a, b) => a - b), steps, constraints, interactions };
  }

  function readTape(bytes) {
    const reader = new Reader(bytes, "tape"), lengths = new Map();
    const message = (count, field) => {
      const read = { bus: reader.u32(), count: count(), fields: reader.list(field) };
      need(isWhole(read.bus, 1, 65535), "tape: no such bus");
      if (!lengths.has(read.bus)) lengths.set(read.bus, read.fields.length);
      need(lengths.get(read.bus) === read.fields.length, "tape: messages of two lengths on a bus");
      return read;
    };
    const magic = reader.take(8), hasCommitted = same(magic, utf8.encode("dvtape2\n"));
    need(hasCommitted || same(magic, utf8.encode("dvtape1\n")), "tape: it is none");
    reader.take(reader.u8());
    const inputs = reader.u32();
    const tables = reader.list(() => readTable(reader, inputs, hasCommitted, message));
    need(isWhole(tables.length, 1, MOST_TABLES), "tape: too few or too many tables");
    need(hasCommitted === tables.some(({ committed }) => committed > 0), "tape: no committed column");
    const outside = reader.list(() => message(() => reader.element(), () => {
      const code = reader.u8();
      need(code <= 1, "tape: no such field");
      return code === 0 ? { isInput: true, value: reader.below(inputs) } : { isInput: false, value: reader.element() };
    }));
    need(outside.length <= MOST_OUTSIDE, "tape: too many messages from outside");
    reader.end();
    return { inputs, tables, outside };
  }

  /** The statement with what follows from it; everything in it is the verifier's. */
  function readStatement(circuit, { rowBits, blowupBits, queries, grindingBits, inputs, committed }) {
    need(isWhole(blowupBits, 2, 4), "statement: blowup out of bounds");
    need(isWhole(queries, 1, HIDDEN / 2 - 5), "statement: queries out of bounds");
    need(isWhole(grindingBits, 0, 30), "statement: grinding out of bounds");
    need(Array.isArray(rowBits) && rowBits.length === circuit.tables.length, "statement: row bits of other tables");
    need(Array.isArray(inputs) && inputs.length === circuit.inputs, "statement: too few or too many inputs");
    rowBits = Array.from(rowBits); inputs = Array.from(inputs);
    need(rowBits.every((bits) => isWhole(bits, 10, 24 - blowupBits)), "statement: row bits out of bounds");
    need(inputs.every((value) => isWhole(value, 0, P - 1)), "statement: an input that is not below p");
    const holders = circuit.tables.filter((table) => table.committed > 0).length;
    const hasRoots = holders ? Array.isArray(committed) && committed.length === holders : committed === undefined;
    need(hasRoots, "statement: committed roots of other tables");
    const roots = Array.from(committed ?? [], (root) => {
      need(typeof root === "string" && /^[0-9a-f]{64}$/.test(root), "statement: a committed root that is none");
      return Uint8Array.from(root.match(/../g), (byte) => parseInt(byte, 16));
    });
    const longest = Math.max(...rowBits) + blowupBits, last = FINAL + blowupBits;
    const tables = circuit.tables.map((table, k) => ({
      ...table, rows: 2 ** rowBits[k], bits: rowBits[k] + blowupBits, omega: rootOfUnity(rowBits[k]),
      main: table.columns + MASKS, sums: 5 * (Math.ceil(table.interactions.length / 2) + 1),
      hasRandom: k === rowBits.indexOf(longest - blowupBits), root: table.committed ? roots.shift() : null,
    }));
    const messages = tables.reduce((sum, { rows, interactions }) => sum + rows * interactions.length, 0);
    need(messages < P, "statement: too many messages");
    const folds = [];
    for (let size = longest; size > last;) {
      const stop = Math.max(last, ...tables.map(({ bits }) => bits < size ? bits : 0));
      folds.push({ bits: size, fold: Math.min(FOLD, size - stop) });
      size -= folds.at(-1).fold;
    }
    const given = { blowupBits, queries, grindingBits, rowBits, inputs };
    return { ...given, tables, folds, longest, last, outside: circuit.outside };
  }

  // Points and trees.
  function point(longest, bits, place) {
    let turned = 0;
    for (let k = 0; k < bits; k++) turned = turned << 1 | place >> k & 1;
    return mul(pow(3, 2 ** (longest - bits)), pow(rootOfUnity(bits), turned));
  }
  const shifted = (places, bits) => [...new Set(places.map((place) => place >> bits))];

  /** The rows of each matrix by place, once they and the siblings that follow have led to the root. */
  function openTree(reader, root, matrices, height, places) {
    const rows = matrices.map(({ bits, cells }) => new Map(shifted(places, height - bits).map((place) => {
      const from = reader.at, values = reader.elements(cells);
      return [place, { values, bytes: reader.bytes.subarray(from, reader.at) }];
    })));
    const rowHash = (bits, place) =>
      sha256([0], ...rows.filter((_, k) => matrices[k].bits === bits).map((matrix) => matrix.get(place).bytes));
    let known = new Map(places.map((place) => [place, rowHash(height, place)]));
    for (let bits = height - 1; bits >= 0; bits--) {
      const above = new Map(), hasRows = matrices.some((matrix) => matrix.bits === bits);
      for (const [place, node] of known) {
        const up = place >> 1;
        if (above.has(up)) continue;
        const sibling = known.get(place ^ 1) || reader.take(32);
        const parent = place & 1 ? sha256([1], sibling, node) : sha256([1], node, sibling);
        above.set(up, hasRows ? sha256([2], parent, rowHash(bits, up)) : parent);
      }
      known = above;
    }
    need(same(known.get(0), root), "proof: an opening does not lead to its root");
    return rows.map((matrix) => new Map([...matrix].map(([place, row]) => [place, row.values])));
  }

  // Messages and constraints.
  function fingerprint({ alpha, beta }, bus, fields) {
    let sum = minus(beta, lift(bus)), weight = alpha;
    for (const field of fields) { sum = minus(sum, times(weight, field)); weight = times(weight, alpha); }
    return sum;
  }

  /** What all terminals and messages from outside come to. */
  function balance(parts, challenges, terminals) {
    return parts.outside.reduce((sum, { bus, count, fields }) => {
      const values = fields.map(({ isInput, value }) => lift(isInput ? parts.inputs[value] : value));
      return plus(sum, scale(inverse(fingerprint(challenges, bus, values)), count));
    }, terminals.reduce(plus));
  }

  /** The openings of a table: what the tape and the constraints read, and the list of all in order. */
  function readOpenings(reader, table) {
    const list = [];
    const open = (tree, columns, ahead) => columns.map((column) => {
      list.push({ tree, column, ahead, value: reader.extension() });
      return list.at(-1).value;
    });
    const fives = (values) => range(values.length / 5).map((k) => joined(values.slice(5 * k, 5 * k + 5)));
    const { columns, next, main, sums } = table, running = range(5).map((k) => sums - 5 + k);
    // A tape may say more columns than there are bytes for: those are not counted out. The order below is the proof's.
    need(columns + sums < reader.bytes.length, "proof: too short");
    return {
      list, main: open(MAIN, range(main), 0), ahead: new Map(open(MAIN, next, 1).map((value, k) => [next[k], value])),
      sums: fives(open(SUMS, range(sums), 0)), sumAhead: joined(open(SUMS, running, 1)),
      chunks: fives(open(QUOTIENT, range(5 * CHUNKS), 0)),
    };
  }

  function runTape(table, { main, ahead }, inputs) {
    const values = [];
    for (const step of table.steps) {
      if (step.code === 0) values.push(step.row ? ahead.get(step.column) : main[step.column]);
      else if (step.code === 1) values.push(lift(inputs[step.input]));
      else if (step.code === 2) values.push(times(...step.factors.map((factor) => values[factor])));
      else {
        const sum = lift(step.constant);
        for (const { register, factor } of step.terms) addScaled(sum, values[register], factor);
        values.push(sum);
      }
    }
    return values;
  }

  function holdsAtZeta(table, openings, terminal, inputs, challenges) {
    const { lambda, zeta } = challenges, { rows, omega } = table;
    const registers = runTape(table, openings, inputs), of = (register) => registers[register];
    const sums = [ZERO, ZERO, ZERO, ZERO];
    let weight = ONE, gain = openings.sums.slice(0, -1).reduce(plus, ZERO);
    const constrain = (domain, value) => {
      sums[domain] = plus(sums[domain], times(weight, value));
      weight = times(weight, lambda);
    };
    for (const { register, domain } of table.constraints) constrain(domain, of(register));
    const messages = table.interactions.map(({ bus, count, fields }) =>
      ({ count: of(count), print: fingerprint(challenges, bus, fields.map(of)) }));
    const helpers = openings.sums.slice(0, -1), running = openings.sums[helpers.length];
    helpers.forEach((helper, k) => {
      const one = messages[2 * k], two = messages[2 * k + 1];
      if (!two) { constrain(EVERY, minus(times(helper, one.print), one.count)); return; }
      const both = plus(times(one.count, two.print), times(two.count, one.print));
      constrain(EVERY, minus(times(helper, times(one.print, two.print)), both));
    });
    for (let mask = 1; mask <= MASKS; mask++) {
      const share = inverse(fingerprint(challenges, 0, [lift(mask)]));
      gain = plus(gain, times(openings.main[table.columns + mask - 1], share));
    }
    constrain(FIRST, running);
    constrain(TRANSITION, minus(openings.sumAhead, plus(running, gain)));
    constrain(LAST, minus(plus(running, gain), terminal));

    const active = rows - HIDDEN, last = lift(pow(omega, active - 1));
    let hidden = ONE, at = pow(omega, active);
    for (let k = 0; k < HIDDEN; k++, at = mul(at, omega)) hidden = times(hidden, minus(zeta, lift(at)));
    const toLast = minus(zeta, last), step = power(zeta, toBits(active));
    const overZ = times(hidden, inverse(minus(power(zeta, toBits(rows)), ONE)));
    const left = [
      times(plus(sums[EVERY], times(sums[TRANSITION], toLast)), overZ),
      times(sums[FIRST], inverse(minus(zeta, ONE))), times(sums[LAST], inverse(toLast)),
    ].reduce(plus);
    return same(left, openings.chunks.reduceRight((sum, chunk) => plus(times(sum, step), chunk), ZERO));
  }

  // Codewords and their folding.
  /** A table's codeword at a place, out of the opened rows of its matrices. */
  function codeword(table, k, opened, place, challenges, longest) {
    const rows = opened.map((tree) => tree[k].get(place));
    if (table.root) rows[MAIN] = [...table.held.get(place).subarray(0, table.committed), ...rows[MAIN]];
    const sums = [new Int32Array(5), new Int32Array(5)];
    for (const one of table.openings.list) addScaled(sums[one.ahead], one.weight, rows[one.tree][one.column]);
    const x = lift(point(longest, table.bits, place));
    const at = [challenges.zeta, scale(challenges.zeta, table.omega)];
    const parts = sums.map((sum, i) => times(minus(sum, table.opened[i]), inverse(minus(x, at[i]))));
    if (table.hasRandom) parts.push(rows[QUOTIENT].slice(5 * CHUNKS, 5 * CHUNKS + 5));
    return parts.reduce(plus);
  }

  /** What a row of a layer folds to, and the challenge for what is added there. */
  function foldRow(values, row, { bits, fold, beta }, longest) {
    const half = (P + 1) / 2;
    for (; fold > 0; fold--, bits--) {
      const halved = [];
      for (let k = 0; k < values.length; k += 2) {
        const x = point(longest, bits, row * values.length + k);
        const even = scale(plus(values[k], values[k + 1]), half);
        const odd = scale(minus(values[k], values[k + 1]), pow(add(x, x), P - 2));
        halved.push(plus(even, times(beta, odd)));
      }
      values = halved;
      beta = times(beta, beta);
    }
    return { value: values[0], beta };
  }

  function checkFolding({ tables, folds, longest, last }, opened, layers, polynomial, places, challenges) {
    const atLength = (bits, place) => tables.reduce((sum, table, k) =>
      table.bits === bits ? plus(sum, codeword(table, k, opened, place, challenges, longest)) : sum, ZERO);
    let expected = new Map(places.map((place) => [place, atLength(longest, place)]));
    folds.forEach((step, layer) => {
      const size = 1 << step.fold, rest = step.bits - step.fold, rows = layers[layer], folded = new Map();
      for (const [place, value] of expected) {
        const row = place >> step.fold, start = 5 * (place & size - 1), cells = rows.get(row);
        need(same(value, cells.subarray(start, start + 5)), "proof: a layer is not what the one before gives");
        if (folded.has(row)) continue;
        const values = range(size).map((k) => cells.subarray(5 * k, 5 * k + 5));
        const { value: below, beta } = foldRow(values, row, step, longest);
        folded.set(row, plus(below, times(beta, atLength(rest, row))));
      }
      expected = folded;
    });
    for (const [place, value] of expected) {
      const x = point(longest, last, place);
      const there = polynomial.reduceRight((sum, coefficient) => plus(scale(sum, x), coefficient), ZERO);
      need(same(value, there), "proof: the last polynomial is not what the last fold gives");
    }
  }

  function verify(tapeBytes, statement, proofBytes) {
    const parts = readStatement(readTape(tapeBytes), statement);
    const { blowupBits, queries, grindingBits, rowBits, inputs, tables, folds, longest } = parts;
    const proof = new Reader(proofBytes, "proof"), transcript = new Transcript(), challenges = {};
    /** Reads and absorbs what was read, as it is in the proof. */
    const absorbed = (name, read) => {
      const from = proof.at, value = read();
      transcript.absorb(name, proofBytes.subarray(from, proof.at));
      return value;
    };
    const root = (name) => absorbed(name, () => proof.take(32));
    const sizes = [blowupBits, queries, grindingBits, HIDDEN, FINAL, FOLD, MASKED, CHUNKS, SALTS, MASKS];
    transcript.absorb("domain", utf8.encode("dividend/stark/v2"));
    transcript.absorb("circuit", sha256(tapeBytes));
    transcript.absorb("parameters", ...sizes.map((size) => number(size)));
    transcript.absorb("lengths", ...rowBits.map((bits) => number(bits)));
    const holders = tables.filter((table) => table.root);
    if (holders.length) transcript.absorb("committed", ...holders.map((table) => table.root));
    transcript.absorb("inputs", Uint8Array.from(inputs.flatMap((value) => [...number(value, 4)])));

    const roots = [root("main")];
    challenges.alpha = transcript.element();
    challenges.beta = transcript.element();
    const terminals = absorbed("terminals", () => tables.map(() => proof.extension()));
    roots.push(root("sums"));
    challenges.lambda = transcript.element();
    roots.push(root("quotient"));
    const zeta = challenges.zeta = transcript.element();
    for (const { rows, bits } of tables) {
      const ofExtension = lift(pow(point(longest, bits, 0), 2 ** bits));
      const isOutside = !same(power(zeta, toBits(rows)), ONE) && !same(power(zeta, toBits(2 ** bits)), ofExtension);
      need(isOutside, "proof: the point is a row's or one of an extension");
    }
    need(isZero(balance(parts, challenges, terminals)), "proof: messages do not come out even");

    absorbed("openings", () => { for (const table of tables) table.openings = readOpenings(proof, table); });
    const holds = tables.every((table, k) => holdsAtZeta(table, table.openings, terminals[k], inputs, challenges));
    need(holds, "proof: a constraint does not hold");
    const gamma = transcript.element();
    let weight = ONE;
    for (const table of tables) {
      table.opened = [ZERO, ZERO];
      for (const opening of table.openings.list) {
        opening.weight = weight = times(weight, gamma);
        table.opened[opening.ahead] = plus(table.opened[opening.ahead], times(weight, opening.value));
      }
    }
    for (const step of folds) { step.root = root("fold"); step.beta = transcript.element(); }
    const polynomial = absorbed("final", () => range(2 ** FINAL).map(() => proof.extension()));
    const nonce = proof.take(8), work = sha256(transcript.state, [3], nonce);
    const zeros = Math.clz32(new DataView(work.buffer).getUint32(0));
    need(grindingBits ? zeros >= grindingBits : nonce.every((byte) => byte === 0), "proof: the nonce is wrong");
    transcript.absorb("nonce", nonce);

    const places = transcript.places(queries, longest);
    const widths = tables.map((table) =>
      [table.main - table.committed, table.sums, 5 * (table.hasRandom ? CHUNKS + 1 : CHUNKS)]);
    const matricesOf = (tree) => tables.map(({ bits }, k) => ({ bits, cells: widths[k][tree] + SALTS }));
    for (const table of holders) { // each in a tree of its own, as high as the table
      const { bits, committed, root } = table, matrix = { bits, cells: committed + SALTS };
      [table.held] = openTree(proof, root, [matrix], bits, shifted(places, longest - bits));
    }
    const opened = roots.map((root, tree) => openTree(proof, root, matricesOf(tree), longest, places));
    const layers = folds.map(({ bits, fold, root }) => {
      const height = bits - fold;
      return openTree(proof, root, [{ bits: height, cells: 5 << fold }], height, shifted(places, longest - height))[0];
    });
    proof.end();
    checkFolding(parts, opened, layers, polynomial, places, challenges);
  }

  /** Whether a proof shows its statement: {taken: true}, or {taken: false, reason}. Does not throw. */
  async function verifyProof(tapeBytes, statement, proofBytes) {
    try {
      verify(tapeBytes, statement, proofBytes);
      return { taken: true };
    } catch (error) {
      return { taken: false, reason: error instanceof Refusal ? error.message : "it cannot be read" };
    }
  }

  globalThis.stark = { verifyProof };
}
