// SPDX-License-Identifier: Apache-2.0
internal import SwiftProtobuf

/// A file in the Open Neural Network Exchange format: one graph, and what else is to be known of it.
package struct ONNXFile: Sendable {
    /// The edition of the standard operators: the first in which texts may be compared.
    package static let operators: Int64 = 19
    /// The edition of the format that came with it.
    package static let format: Int64 = 9

    private let message: ModelProto

    /// Wraps a graph.
    ///
    /// - Parameters:
    ///   - producer: the program that writes it.
    ///   - note: for people.
    ///   - properties: what else is to be known, in this order.
    /// - Requires: keys that are each there once.
    package init(
        _ graph: Graph, producer: String, note: String,
        properties: KeyValuePairs<String, String>
    ) {
        precondition(
            Set(properties.map(\.key)).count == properties.count, "each key is there once")
        var message = ModelProto()
        message.irVersion = ONNXFile.format
        message.producerName = producer
        message.docString = note
        message.graph = graph.message
        var standard = OperatorSetIdProto()
        (standard.domain, standard.version) = ("", ONNXFile.operators)
        message.opsetImport = [standard]
        message.metadataProps = properties.map { key, value in
            var entry = StringStringEntryProto()
            (entry.key, entry.value) = (key, value)
            return entry
        }
        self.message = message
    }

    /// The file's bytes: the same for the same graph on every machine, since there are no maps in it and fields
    /// are written by their numbers.
    ///
    /// - Throws: ``ONNXError/size`` where they would be more than the format can hold, 2 GiB.
    package func bytes() throws(ONNXError) -> [UInt8] {
        do { return try message.serializedBytes() } catch { throw .size }
    }
}

/// What cannot be written.
package enum ONNXError: Error, Hashable, Sendable {
    /// An input with a name that is empty or taken.
    case name(String)
    /// More than the format can hold.
    case size
}
