// SPDX-License-Identifier: Apache-2.0
import Exchange
import Foundation

/// Files that a person names.
enum Files {
    static func read(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ExchangeError.folder(path, "there is no such file, or it cannot be read")
        }
        return Array(data)
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw ExchangeError.folder(path, error.localizedDescription)
        }
    }
}

extension Files {
    /// Whether there is a plain file of that name.
    static func isFile(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            && !isFolder.boolValue
    }
}
