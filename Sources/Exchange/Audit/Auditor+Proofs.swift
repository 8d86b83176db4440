// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Market
internal import Settlement

extension Auditor {
    /// More bytes than any proof has.
    private static let longestProof = 4 << 20

    /// Checks the proof of every batch that the journal says is settled: that it is the file the entry names,
    /// that it states what the entries give, and that it holds; and that the circuit which others check it with is ours.
    func checkProofs(of state: MarketState) throws(AuditFinding) {
        var circuits: Set<String> = []
        for (_, batch) in state.batches.all.prefix(state.settledBatches) {
            guard let settled = batch.settled else { continue }
            let path = Exchange.proofFile(batch.number)
            guard let bytes = PublicFolder.read(folder + "/" + path, most: Auditor.longestProof)
            else {
                throw AuditFinding("the proof is missing, or longer than any proof", at: path)
            }
            guard Digest(of: bytes) == settled.proof else {
                throw AuditFinding(
                    "it is not the proof that entry \(settled.index) names", at: path)
            }
            do {
                let file = try SettlementFile(bytes)
                guard
                    file.statement == batch.statement(from: settled.oldRoot, to: settled.newRoot),
                    file.hash == HiddenAccounts.hash, !file.isSmall,
                    file.most == SettlementCircuit.capacity(depth: batch.depth, most: batch.most)
                else {
                    throw AuditFinding(
                        "it proves something else than what the entries say of batch "
                            + "\(batch.number)", at: path)
                }
                try file.verify()
                let circuit = try file.circuit
                if circuits.insert(circuit.name).inserted { try checkCircuit(circuit) }
                let data = Exchange.commitmentFile(batch.number)
                guard let commitment = PublicFolder.read(folder + "/" + data, most: 4096),
                    Digest(of: commitment) == settled.data
                else {
                    throw AuditFinding(
                        "the commitment to what is sealed to those it pays is missing, or not the one that "
                            + "entry \(settled.index) names", at: data)
                }
            } catch let finding as AuditFinding {
                throw finding
            } catch {
                throw AuditFinding("\(error)", at: path)
            }
        }
    }

    private func checkCircuit(_ circuit: (name: String, bytes: [UInt8])) throws(AuditFinding) {
        let path = Exchange.circuitFile(circuit.name)
        guard PublicFolder.read(folder + "/" + path, most: Auditor.longestProof) == circuit.bytes
        else {
            throw AuditFinding(
                "the circuit that others check the proofs with is missing, or another one", at: path
            )
        }
    }
}
