// SPDX-License-Identifier: Apache-2.0

/// The site of a web page: its registrable domain, and nothing more of its address.
///
/// Without the Public Suffix List: the last two labels of the host, or three below the usual
/// second-level domains of countries (co.uk, com.au). So a personal page on a shared host
/// (someone.github.io) becomes the shared host, which says less. Hosts without a dot become
/// "local", internet addresses "ip".
struct Site: Hashable {
    let domain: String

    /// Takes an http or https address; nil for any other.
    init?(url: String) {
        let lower = url.lowercased()
        let rest: Substring
        if lower.hasPrefix("https://") {
            rest = lower.dropFirst(8)
        } else if lower.hasPrefix("http://") {
            rest = lower.dropFirst(7)
        } else {
            return nil
        }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != "\\" }
        var host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        guard !host.isEmpty, host.utf8.count <= 253 + 6 else { return nil }
        if host.hasPrefix("[") {
            domain = "ip"
            return
        }
        if let colon = host.firstIndex(of: ":") { host = host[..<colon] }
        let labels = host.split(separator: ".")
        guard !labels.isEmpty, labels.allSatisfy(Site.isLabel) else { return nil }
        guard labels.count > 1, let top = labels.last else {
            domain = "local"
            return
        }
        if top.utf8.allSatisfy({ (0x30...0x39).contains($0) }) || top.hasPrefix("0x") {
            domain = "ip"
            return
        }
        let second = String(labels[labels.count - 2])
        let isCountry = top.utf8.count == 2
        let keep = isCountry && labels.count > 2 && Site.seconds.contains(second) ? 3 : 2
        domain = labels.suffix(keep).joined(separator: ".")
    }

    private static func isLabel(_ label: Substring) -> Bool {
        label.utf8.count <= 63
            && label.unicodeScalars.allSatisfy {
                !$0.properties.isWhitespace && $0.value > 0x20 && $0 != "%" && $0 != "\""
            }
    }

    private static let seconds: Set<String> = [
        "ac", "co", "com", "edu", "gob", "go", "gov", "govt", "gv", "ltd", "me", "mil", "ne", "net",
        "nhs", "nom", "or", "org", "plc", "sch",
    ]
}
