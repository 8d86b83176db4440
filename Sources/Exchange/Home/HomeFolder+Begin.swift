// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Foundation
internal import Identity

/// What has to hold before an exchange begins.
extension Exchange {
    /// Makes a new exchange where nothing else lies, by words that a receipt can carry.
    ///
    /// - Throws: ``ExchangeError`` before anything is made: for a folder that holds other things, and
    ///   for words that break their rule, by the name of their option.
    package static func begin(
        in home: HomeFolder, name: String, operator words: Operator,
        surroundings: Surroundings = .system
    ) async throws -> Exchange {
        try check(name, words, surroundings)
        try home.prepare()
        return try await create(
            in: home, name: name, operator: words, surroundings: surroundings)
    }

    private static func check(
        _ name: String, _ words: Operator, _ surroundings: Surroundings
    ) throws {
        let isURL = ["https:", "http:", "mailto:"].contains {
            words.contact.hasPrefix($0) && words.contact.utf8.count > $0.utf8.count
        }
        guard isURL else {
            throw ExchangeError.refused(
                "--contact: a URL wanted, such as mailto:me@example.org or https://example.org, "
                    + "not '\(words.contact)'")
        }
        // The rules do not depend on the key, which is made only after them.
        var random = surroundings.generator
        do {
            _ = try words.controller(node: SigningKey(using: &random).id, name: name)
        } catch let error as MemberError {
            let option = error.member.split(separator: ".").last.map(String.init) ?? error.member
            throw ExchangeError.refused("--\(option): \(error.reason)")
        }
    }
}

extension HomeFolder {
    /// What lies in the folder; nothing when it is not there.
    ///
    /// - Throws: ``ExchangeError/folder(_:_:)`` when it is no folder, or may not be read.
    func entries() throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            return []
        }
        guard isFolder.boolValue else {
            throw ExchangeError.folder(path, "it is a file; name a folder")
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw ExchangeError.folder(path, "it may not be read; look at its owner and mode")
        }
        return names
    }

    /// Refuses a folder with other things in it, and closes an empty one to others. What a
    /// beginning that was cut short left is no other thing.
    fileprivate func prepare() throws {
        let names = try entries()
        guard !names.contains("node.key") else { return }
        if !names.contains("exchange.sqlite") { try HomeFolder.checkOutside(path) }
        let own: Set = [
            "custody.key", "vault-1.key", "keys", "lock", "vault", "state", "checkpoint",
            "exchange.sqlite", "exchange.sqlite-wal", "exchange.sqlite-shm",
        ]
        let stranger = names.sorted().first { name in
            !own.contains(name)
                && !(name.hasSuffix(".new") && own.contains { name.hasPrefix($0 + ".") })
                && !(name.hasSuffix(".new") && name.hasPrefix("node.key."))
        }
        if let stranger {
            throw ExchangeError.folder(
                path, "it holds other things, such as '\(stranger)'; name a new folder")
        }
        guard FileManager.default.fileExists(atPath: path) else { return }
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    }
}
