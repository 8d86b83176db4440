// SPDX-License-Identifier: Apache-2.0
internal import Fields
public import Stark
internal import Synchronization

/// What a proof of an answer shows, as tables and messages.
///
/// **Public**: the root of the columns, that of the noise, how many rows there may be, what is asked, each number with
/// its noise, and what the proof belongs to. **Shown**: each of these numbers is what the columns behind the one root
/// give, plus the noise behind the other. **Hidden**: the columns, how many rows there are, the noise.
///
/// Tables, joined by buses:
///
/// - *rows*, four rows of data side by side in each of the area: it sends the codes of the columns that are asked about,
///   where there is a row. What stands behind the area is random, and sends nothing.
/// - *codes*, all codes: it receives them and so counts how often each stands in a column. From the counts everything
///   follows: how many rows there are, how many have a value or a code, and how many values are above a code, which
///   added up over the codes from low to high is the sum of the clipped values. Of parts of the codes it is told from outside
///   where each begins, and what is counted is added up from there to the next. Totals are kept in two digits, so
///   that they are whole numbers and not only what is left of them by the prime. Digits are codes, and are sent here too.
/// - *noise*, a row for each number: it receives the total, adds the noise, and receives what is public from outside.
public struct AnswerCircuit: Sendable {
    /// What is asked.
    public let numbers: [AnswerNumber]
    /// How many columns are committed to, without the first one that is 1 in every row.
    public let columns: Int
    /// The circuit.
    public let circuit: Circuit
    /// The logarithm of the rows of each table.
    public let rowBits: [Int]

    /// The version of the statement.
    public static let version = 2

    let layout: Layout

    /// The buses.
    enum Bus {
        static let codes = 1
        static let digits = 2
        static let totals = 3
        static let answer = 4
        static let parts = 5
    }

    /// Where the tables stand.
    enum Place {
        static let rows = 0
        static let codes = 1
        static let noise = 2
    }

    /// Where the public inputs stand: the area, what the proof belongs to, how many groups there are; then of each
    /// number its units, the codes from which and up to which a sum or a part goes, and what is let out.
    enum Input {
        static let area = 0
        static let context = 1
        static let groups = 17
        static let numbers = 18
        static let units = 0
        static let from = 1
        static let end = 2
        static let rest = 3
        static let digits = 4
        static let width = digits + Digits.count
    }

    /// Which of the tapes it is: everything that is not in the public inputs.
    struct Layout: Hashable {
        /// A number, by the place of its column among those that are asked about.
        enum Number: Hashable {
            case rows(Int)
            case present(Int)
            case missing(Int)
            /// From 0 on; from a low bound above 0; about the middle.
            case sum(Int)
            case lifted(Int)
            case centred(Int)
            case group(Int)
            case part(Int)
        }

        let columns: Int
        /// The columns that are asked about, each once.
        let asked: [Int]
        let numbers: [Number]
        /// The numbers that are sums, by their places.
        let sums: [Int]
        /// The asked columns of which the number of values is wanted in every row of the codes.
        let held: [Int]

        init(_ numbers: [AnswerNumber], columns: Int) {
            var asked: [Int] = []
            let shapes = numbers.map { number -> Number in
                if !asked.contains(number.column) { asked.append(number.column) }
                let place = asked.firstIndex(of: number.column) ?? 0
                switch number.kind {
                case .rows: return .rows(place)
                case .present: return .present(place)
                case .missing: return .missing(place)
                case .sum(_, let low, _): return low > 0 ? .lifted(place) : .sum(place)
                case .centred: return .centred(place)
                case .group: return .group(place)
                case .part: return .part(place)
                }
            }
            (self.asked, self.columns, self.numbers) = (asked, columns, shapes)
            sums = shapes.indices.filter { place in
                switch shapes[place] {
                case .sum, .lifted, .centred: true
                case .rows, .present, .missing, .group, .part: false
                }
            }
            let kinds = Set(shapes)
            held = asked.indices.filter {
                kinds.contains(.lifted($0)) || kinds.contains(.centred($0))
            }
        }

        var isGrouped: Bool { if case .group = numbers[0] { true } else { false } }
        /// How many parts there are; all numbers but the last are, where any is.
        var parts: Int {
            if case .part = numbers[0] { numbers.count - 1 } else { 0 }
        }
    }

    /// Writes the circuit down.
    ///
    /// - Parameters:
    ///   - columns: of the ``CodedTable``.
    ///   - rowBits: of the same.
    /// - Throws: ``AnswerProofError``.
    public init(
        _ numbers: [AnswerNumber], columns: Int, rowBits: Int
    ) throws(AnswerProofError) {
        guard CodedTable.widths.contains(columns) else { throw .columns(columns) }
        guard CodedTable.sizes.contains(rowBits) else { throw .rows(1 << rowBits) }
        if let fault = AnswerNumber.fault(in: numbers, columns: columns) { throw fault }
        let room = Int64(CodedTable.room(rowBits: rowBits))
        guard numbers.allSatisfy({ $0.isWithin(rows: room) }) else { throw .overflow }
        (self.numbers, self.columns) = (numbers, columns)
        self.rowBits = [rowBits, CodedTable.codeBits, CommittedNoise.rowBits]
        layout = Layout(numbers, columns: columns)
        do { circuit = try AnswerCircuit.circuit(layout) } catch {
            throw .numbers("\(error)")
        }
    }

    /// How many cells all tables have: what the work and the memory of a proof go by.
    public var cells: Int {
        zip(circuit.tables, rowBits).reduce(0) { $0 + $1.0.columns << $1.1 }
    }

    /// How many rows of the table that is committed to may hold data.
    var area: Int { CodedTable.area(rowBits: rowBits[Place.rows]) }
    /// How many rows of data there may be.
    var room: Int { CodedTable.room(rowBits: rowBits[Place.rows]) }

    /// What is sent from outside of a number: which one it is, and some of its inputs.
    private static func told(
        _ number: Int, _ inputs: ClosedRange<Int>, on bus: Int
    ) -> Circuit.Message {
        let first = Input.numbers + Input.width * number
        return Circuit.Message(
            [.constant(KoalaBear(reducing: UInt64(number)))]
                + inputs.map { .input(first + $0) },
            on: bus, times: 1)
    }

    /// Circuits that were written down: the same serves tables of all lengths.
    private static let known = Mutex<[Layout: Circuit]>([:])

    private static func circuit(_ layout: Layout) throws(CircuitError) -> Circuit {
        if let circuit = known.withLock({ $0[layout] }) { return circuit }
        let circuit = try Circuit(
            "dividend/answer/v\(version)",
            inputs: Input.numbers + Input.width * layout.numbers.count,
            tables: [rows(layout), codes(layout), noise()],
            messages: layout.numbers.indices.map { number in
                told(number, Input.rest...Input.rest + Digits.count, on: Bus.answer)
            }
                + (0..<layout.parts).map { told($0, Input.from...Input.from, on: Bus.parts) })
        known.withLock { known in
            // What is asked is the buyers' to choose: so many are kept, and no more.
            if known.count >= 64 { known.removeAll() }
            known[layout] = circuit
        }
        return circuit
    }
}
