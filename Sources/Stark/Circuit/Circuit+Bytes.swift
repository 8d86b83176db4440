// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// A circuit as bytes, which every verifier reads and whose digest stands in every proof's transcript.
/// Numbers are little-endian u32 unless it is said otherwise; a text is its length u8 and UTF-8.
///
///     "dvtape1\n", or "dvtape2\n" where a table has committed columns
///     name: text · inputs · tables · and of each:
///         name: text · columns · and in dvtape2 how many of them are committed
///         steps · and of each its code u8 and
///             0 cell: column · 1 when of the next row, else 0: u8
///             1 input: index
///             2 product: register · register
///             3 sum: constant · terms · and of each: register · coefficient
///         constraints · and of each: register · domain u8, see ``Tape/Domain``
///         interactions · and of each: bus · multiplicity register · fields · and of each its register
///     messages · and of each: bus · times · fields · and of each its code u8 and
///         0 input: index
///         1 constant: the number
extension Circuit {
    /// The bytes.
    public var bytes: [UInt8] {
        let hasCommitted = !committedTables.isEmpty
        var bytes = Array((hasCommitted ? "dvtape2\n" : "dvtape1\n").utf8)
        func write(_ number: Int) { bytes += littleEndian(UInt32(number)) }
        func write(_ text: String) {
            let utf8 = Array(text.utf8.prefix(255))
            bytes += [UInt8(utf8.count)] + utf8
        }
        write(name)
        write(inputs)
        write(tables.count)
        for table in tables {
            write(table.name)
            write(table.columns)
            if hasCommitted { write(table.committed) }
            write(table.tape.steps.count)
            for step in table.tape.steps {
                switch step {
                case .cell(let column, let next):
                    bytes.append(0)
                    write(column)
                    bytes.append(next ? 1 : 0)
                case .input(let index):
                    bytes.append(1)
                    write(index)
                case .product(let a, let b):
                    bytes.append(2)
                    write(a)
                    write(b)
                case .sum(let terms, let constant):
                    bytes.append(3)
                    write(Int(constant.value))
                    write(terms.count)
                    for term in terms {
                        write(term.register)
                        write(Int(term.coefficient.value))
                    }
                }
            }
            write(table.tape.constraints.count)
            for constraint in table.tape.constraints {
                write(constraint.register)
                bytes.append(constraint.domain.rawValue)
            }
            write(table.tape.interactions.count)
            for interaction in table.tape.interactions {
                write(interaction.bus)
                write(interaction.multiplicity)
                write(interaction.fields.count)
                for field in interaction.fields { write(field) }
            }
        }
        write(messages.count)
        for message in messages {
            write(message.bus)
            write(Int(message.times.value))
            write(message.fields.count)
            for field in message.fields {
                switch field {
                case .input(let index):
                    bytes.append(0)
                    write(index)
                case .constant(let value):
                    bytes.append(1)
                    write(Int(value.value))
                }
            }
        }
        return bytes
    }
}
