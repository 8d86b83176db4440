// SPDX-License-Identifier: Apache-2.0
enum BrowserDatabase { static func format(of entry: Parcel.Entry) throws(IntakeError) -> Format { throw IntakeError(.unknownFormat, "x") } }
enum AppleImporter { static func format(ofHead head: [UInt8]) throws(IntakeError) -> Format { throw IntakeError(.unknownFormat, "x") } }
enum JSONSniff { static func format(ofHead head: [UInt8]) throws(IntakeError) -> Format { throw IntakeError(.unknownFormat, "x") } }
