// SPDX-License-Identifier: Apache-2.0

/// What a person at the edge can do something about.
package enum ExchangeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The folder cannot be used.
    case folder(String, String)
    /// Another process holds the folder.
    case busy(String)
    /// There is no exchange in the folder.
    case noExchange(String)
    /// There is an exchange in the folder already.
    case exists(String)
    /// The keys are there, and no journal.
    case journalLost(String)
    /// The journal is older than what is known of it.
    case journalBehind(String)
    /// What says whether the journal is the newest is gone, and why.
    case checkpointLost(String, String)
    /// The folder is a backup.
    case backup(String)
    /// What is to be written lies in an exchange's own folder.
    case inside(String, String)
    /// Nothing is known by that name.
    case unknown(what: String, name: String, hint: String)
    /// The journal cannot be replayed.
    case replay(line: UInt64, reason: String)
    /// A file's rows take more memory than they may, in bytes.
    case tooMuch(Int)
    /// Something given makes no sense.
    case refused(String)

    /// What is wrong and how to mend it.
    package var description: String {
        switch self {
        case .folder(let path, let reason): "\(path) cannot be used: \(reason)"
        case .busy(let path):
            "another process is using \(path), such as `dividend serve`: ask it through its API, or wait for it to end"
        case .noExchange(let path): "there is no exchange in \(path); run `dividend init` first"
        case .exists(let path): "there is an exchange in \(path) already"
        case .journalLost(let path):
            "the journal in \(path) is empty: if `dividend init` was cut short, run it again; if "
                + "the file was lost, move the folder away and bring back a backup"
        case .journalBehind(let path):
            "the journal in \(path) is older than the file `checkpoint` or `state` beside it, or "
                + "another one: going on would give back money and privacy that were spent. Bring "
                + "back the newest exchange.sqlite, or restore a backup into a new folder"
        case .checkpointLost(let path, let reason):
            "\(path): \(reason). Without it nobody can tell whether the journal is the newest; an "
                + "older one would give back money and privacy that were spent. Say `dividend doctor "
                + "--not-behind FILE` with the newest public copy or checkpoint that anybody has; "
                + "where nobody has any, `dividend doctor --accept-journal`"
        case .backup(let path):
            "\(path) is a backup; bring it back with `dividend restore`, so that nothing that was "
                + "spent since comes back with it"
        case .inside(let path, let home):
            "\(path): it lies among an exchange's own files, in \(home); name a place outside"
        case .unknown(let what, let name, let hint): "there is no \(what) '\(name)'; \(hint)"
        case .replay(let line, let reason):
            "the journal cannot be replayed at entry \(line): \(reason); restore a backup"
        case .tooMuch(let bytes):
            "the file's rows take more than \(bytes >> 20) MB of memory; send it in parts, or import it "
                + "with `dividend import`"
        case .refused(let reason): reason
        }
    }
}
