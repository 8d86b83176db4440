// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// A file that pages load from here: nothing comes from elsewhere.
package struct Asset: Sendable {
    /// Its bytes.
    package let bytes: [UInt8]
    /// Its media type.
    package let type: String
    /// The entity tag of these bytes.
    package let tag: String

    private init(_ bytes: [UInt8], _ type: String) {
        self.bytes = bytes
        self.type = type
        tag = "\"\(Digest(of: bytes).hex.prefix(32))\""
    }

    /// The icon.
    package static let icon = Asset(PackageResources.icon_svg, "image/svg+xml")

    /// All of them by name.
    package static let all: [(name: String, asset: Asset)] = [
        ("dividend.css", Asset(PackageResources.dividend_css, "text/css; charset=utf-8")),
        ("sql.js", Asset(PackageResources.sql_js, "text/javascript; charset=utf-8")),
        ("log.js", Asset(PackageResources.log_js, "text/javascript; charset=utf-8")),
        ("entry.js", Asset(PackageResources.entry_js, "text/javascript; charset=utf-8")),
        ("live.js", Asset(PackageResources.live_js, "text/javascript; charset=utf-8")),
        ("upload.js", Asset(PackageResources.upload_js, "text/javascript; charset=utf-8")),
        (
            "stark-field.js",
            Asset(PackageResources.stark_field_js, "text/javascript; charset=utf-8")
        ),
        ("settlement.js", Asset(PackageResources.settlement_js, "text/javascript; charset=utf-8")),
        ("stark.js", Asset(PackageResources.stark_js, "text/javascript; charset=utf-8")),
        ("proof.js", Asset(PackageResources.proof_js, "text/javascript; charset=utf-8")),
        ("passkey.js", Asset(PackageResources.passkey_js, "text/javascript; charset=utf-8")),
    ]
}
