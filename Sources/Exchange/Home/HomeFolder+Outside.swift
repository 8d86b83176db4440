// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// What is written for others, or away, must not land among an exchange's own files.
extension HomeFolder {
    /// Refuses a place that is, or lies in, the folder of any exchange or backup.
    ///
    /// - Throws: ``ExchangeError/inside(_:_:)``, and for an empty path
    ///   ``ExchangeError/refused(_:)``.
    package static func checkOutside(_ path: String) throws(ExchangeError) {
        guard !path.isEmpty else { throw .refused("no place is named; name a folder or file") }
        let plain = URL(fileURLWithPath: path).standardizedFileURL.path
        for start in [real(path), real(plain)] {
            var folder = URL(fileURLWithPath: start)
            while true {
                let home = HomeFolder(path: folder.path)
                if home.exists || FileManager.default.fileExists(atPath: home.database) {
                    throw .inside(path, home.path)
                }
                if folder.path == "/" { break }
                folder.deleteLastPathComponent()
            }
        }
    }

    /// The path without links, as far as there is anything of it.
    private static func real(_ path: String) -> String {
        var rest =
            path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        while rest.count > 1 {
            if let found = realpath(rest, nil) {
                defer { free(found) }
                return String(cString: found)
            }
            rest = String(rest[..<(rest.lastIndex(of: "/") ?? rest.startIndex)])
        }
        return "/"
    }
}
