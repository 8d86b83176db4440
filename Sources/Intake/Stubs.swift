// SPDX-License-Identifier: Apache-2.0
enum AppleImporter { static func format(ofHead head: [UInt8]) throws(IntakeError) -> Format { throw IntakeError(.unknownFormat, "x") } }
