// SPDX-License-Identifier: Apache-2.0

/// Why a key file cannot be read or written; the text of the error never holds a secret.
public enum KeyFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text is not a key file.
    case format(String)
    /// The text was changed or cut after it was written.
    case damaged
    /// The key is sealed and no passphrase was given.
    case passphraseWanted
    /// The passphrase does not open the key.
    case wrongPassphrase
    /// An empty passphrase protects nothing.
    case emptyPassphrase
    /// There is too little memory for scrypt.
    case noMemory(bytes: Int)
    /// There is a file of that name.
    case exists(path: String)
    /// Others than its owner may read or write the file.
    case openToOthers(path: String, mode: UInt32)
    /// The file belongs to another user.
    case foreignOwner(path: String, user: UInt32)
    /// There is something other than a regular file at the path.
    case notAFile(path: String)
    /// The system refused.
    case system(path: String, step: String, reason: String)

    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .format(let reason): "not a key file: \(reason)"
        case .damaged: "the key file was changed or cut off; restore it from a copy"
        case .passphraseWanted:
            "the key is sealed; give its passphrase, on the command line in DIVIDEND_PASSPHRASE"
        case .wrongPassphrase: "wrong passphrase"
        case .emptyPassphrase: "a passphrase has at least one character"
        case .noMemory(let bytes): "\(bytes >> 20) MiB of memory are needed to open the key"
        case .exists(let path):
            "\(path) exists; a key file is never overwritten: take another name"
        case .openToOthers(let path, let mode):
            "\(path) is open to others (mode \(String(mode, radix: 8))); "
                + "run: chmod 600 '\(path)'"
        case .foreignOwner(let path, let user):
            "\(path) belongs to user \(user), not to you; run this as that user, or chown it"
        case .notAFile(let path):
            "\(path) is not a regular file; move it away and bring the key back from a copy"
        case .system(let path, let step, let reason): "\(path): \(step) failed: \(reason)"
        }
    }
}
