// SPDX-License-Identifier: Apache-2.0
public import Canon
public import Identity

/// A contributor's copy of a consent, signed by the node: a file that anyone can check offline.
///
/// It carries the fields of ISO/IEC TS 27560:2023 in the DPV profile `dpv-27560#receipt`, the grant
/// with the contributor's own signature, and the node's proof (eddsa-jcs-2022) over all of it. The
/// standard itself is not freely published: what is claimed is the DPV profile.
public struct ConsentReceipt: Hashable, Sendable {
    /// The consent.
    public let signed: SignedGrant
    /// Who answers for the node, as the node states it.
    public let controller: Controller
    /// When the receipt was made, in whole seconds.
    public let issued: Timestamp
    /// The document with its proof.
    public let document: JSON

    /// The canonical bytes of ``document``: the file that the contributor keeps.
    public var bytes: [UInt8] { Consent.bytes(of: document) }

    /// Makes a receipt.
    ///
    /// - Parameters:
    ///   - signed: the consent; its signature must hold.
    ///   - controller: who runs the node.
    ///   - issued: now; cut to whole seconds.
    ///   - key: the node's key, that of ``Controller/node``.
    /// - Throws: ``ReceiptError/grantNotSigned(_:)``, ``ReceiptError/otherNode(expected:got:)``, and
    ///   ``ReceiptError/malformed(_:)`` for a moment outside 1970…9999.
    /// - Cost: two signatures made or checked, under a millisecond.
    public init(
        for signed: SignedGrant, from controller: Controller, issued: Timestamp, by key: SigningKey
    ) throws(ReceiptError) {
        guard key.id == controller.node else {
            throw .otherNode(expected: controller.node, got: key.id)
        }
        guard signed.verify() else { throw .grantNotSigned(signed.grant.party) }
        guard Grant.moments.contains(issued) else {
            throw .malformed(MemberError("dct:created", "a moment from 1970 to 9999 wanted"))
        }
        let second = Timestamp(milliseconds: issued.milliseconds / 1000 * 1000)
        let unsigned = ReceiptDocument.make(for: signed, from: controller, issued: second)
        do throws(DataIntegrityError) {
            document = try DataIntegrity.sign(unsigned, by: key, created: second)
        } catch {
            throw .proof(error)
        }
        self.signed = signed
        self.controller = controller
        self.issued = second
    }

    /// Reads a receipt and checks all that can be checked without asking anyone: the node's proof,
    /// the contributor's signature on the grant inside, and that every member says what the grant
    /// says. It cannot say whether the grant was withdrawn since, nor whether the node's name and
    /// address are true.
    ///
    /// - Parameters:
    ///   - bytes: the file; white space and the order of members are free.
    ///   - node: the node it has to be from; nil for any, which is then ``Controller/node``.
    /// - Throws: ``ReceiptError`` that names what is wrong.
    /// - Cost: two signature checks and the document made anew, about 2 ms.
    public static func check(
        _ bytes: [UInt8], expecting node: PartyID? = nil
    ) throws(ReceiptError) -> ConsentReceipt {
        let document = try wellFormed { () throws(MemberError) in try parse(bytes) }
        let statement: DataIntegrity.Statement
        do throws(DataIntegrityError) {
            statement = try DataIntegrity.verify(document)
        } catch {
            throw .proof(error)
        }
        if let node, statement.party != node {
            throw .otherNode(expected: node, got: statement.party)
        }
        let receipt = try wellFormed { () throws(MemberError) in
            try ConsentReceipt(reading: document)
        }
        guard receipt.controller.node == statement.party else {
            throw .otherNode(expected: receipt.controller.node, got: statement.party)
        }
        guard receipt.signed.verify() else {
            throw .grantNotSigned(receipt.signed.grant.party)
        }
        let wanted = ReceiptDocument.make(
            for: receipt.signed, from: receipt.controller, issued: receipt.issued)
        var members = document.object ?? [:]
        members["proof"] = nil
        if let member = ReceiptDocument.difference(.object(members), wanted) {
            throw .disagrees(member: member)
        }
        guard statement.created == receipt.issued, statement.expires == nil else {
            throw .disagrees(member: "proof")
        }
        return receipt
    }

    /// Takes out of a document what the rest of it follows from.
    private init(reading document: JSON) throws(MemberError) {
        let fields = ReceiptFields(document)
        self.document = document
        issued = try fields.time("dct:created")
        signed = try SignedGrant(
            json: try fields.value("dpv:hasRecordOfActivity", "dividend:signedGrant"),
            at: "dpv:hasRecordOfActivity.dividend:signedGrant")
        controller = try fields.controller()
    }

    private static func wellFormed<Value>(
        _ read: () throws(MemberError) -> Value
    ) throws(ReceiptError) -> Value {
        do throws(MemberError) {
            return try read()
        } catch {
            throw .malformed(error)
        }
    }
}
