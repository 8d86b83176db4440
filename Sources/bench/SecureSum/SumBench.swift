// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Identity
internal import Privacy
internal import SecureSum

/// Ten rounds of twenty parties with everybody's work, and the server's part of a round of a thousand.
///
///     bench sums [CLIENTS [LENGTH]]
enum SumBench {
    static func measure(_ words: [String]) throws {
        let small = try rounds(count: 10, clients: 20, length: 650)
        print("{\"rounds_10_clients_20_length_650\": \(small),")
        let arguments = words.compactMap { Int($0) }
        let clients = arguments.first ?? 1000
        try large(clients: clients, length: arguments.dropFirst().first ?? 10_000)
    }

    /// Every message by way of its bytes, every list checked by every client.
    static func rounds(count: Int, clients: Int, length: Int) throws -> String {
        var random = SystemRandomNumberGenerator()
        let keys = (0..<clients).map { _ in SigningKey(using: &random) }
        let noise = try SumNoise(
            sensitivity: 1 << 16, spending: Rho(units: 1 << 37), counting: 10)
        var watch = Stopwatch()
        for round in 0..<count {
            try watch.measure {
                let session = try SumSession(
                    id: Digest(of: Array("round \(round)".utf8)), parties: keys.map(\.id),
                    threshold: 14, corrupt: 4, length: length, bound: 1 << 16, noise: noise)
                let devices = keys.map { Device($0, &random) }
                var adverting = SumServer.Adverting(session)
                for device in devices {
                    let bytes = try device.advertise(session).bytes(in: session)
                    try adverting.accept(Advert(parsing: bytes, in: session), from: device.key.id)
                }
                var sharing = try adverting.close()
                let list = sharing.roster.bytes
                var rosters: [Roster] = []
                for device in devices {
                    let roster = try Roster(parsing: list, in: session)
                    let bytes = try device.share(roster).bytes
                    try sharing.accept(
                        ShareBundle(parsing: bytes, for: roster), from: device.key.id)
                    rosters.append(roster)
                }
                var masking = try sharing.close()
                let numbers = [Int64](repeating: 100, count: length)
                for (device, roster) in zip(devices, rosters).dropFirst() {
                    guard let delivery = masking.delivery(to: device.key.id) else { throw Gone() }
                    let read = try ShareDelivery(parsing: delivery.bytes, for: roster)
                    let bytes = try device.mask(numbers, read).bytes
                    try masking.accept(
                        MaskedInput(parsing: bytes, for: roster), from: device.key.id)
                }
                var checking = try masking.close()
                let survivors = checking.list.bytes
                for (device, roster) in zip(devices, rosters).dropFirst() {
                    let read = try SurvivorList(parsing: survivors, for: roster)
                    let bytes = try device.check(read).bytes
                    try checking.accept(
                        SurvivorCheck(parsing: bytes, for: roster), from: device.key.id)
                }
                var unmasking = try checking.close()
                let attested = unmasking.attestation.bytes
                for (device, roster) in zip(devices, rosters).dropFirst() {
                    let read = try SumAttestation(
                        parsing: attested, in: session, roster: roster.digest)
                    let bytes = try device.unmask(read).bytes
                    try unmasking.accept(
                        Unmasking(parsing: bytes, for: roster), from: device.key.id)
                }
                let result = try unmasking.sum(threads: 2)
                precondition(result.parts == clients - 1)
            }
        }
        return watch.json
    }

    /// A tenth of the devices send shares and then no numbers.
    static func large(clients: Int, length: Int) throws {
        var random = SystemRandomNumberGenerator()
        let keys = (0..<clients).map { _ in SigningKey(using: &random) }
        guard
            let degree = SumDegree(
                parties: clients, corrupt: clients / 20, dropOuts: clients / 10)
        else { throw Gone() }
        let session = try SumSession(
            id: Digest(of: Array("large".utf8)), parties: keys.map(\.id),
            threshold: clients * 7 / 10, corrupt: clients / 20, degree: degree, length: length,
            bound: 1 << 20)
        let devices = keys.map { Device($0, &random) }
        var (server, all) = (Stopwatch(), Stopwatch())
        var parts: [(String, Stopwatch)] = []
        func record(_ name: String, since before: Stopwatch) {
            parts.append((name, server.since(before)))
        }
        all.start()
        var adverting = SumServer.Adverting(session)
        var before = server
        for device in devices {
            let bytes = try device.advertise(session).bytes(in: session)
            server.start()
            try adverting.accept(Advert(parsing: bytes, in: session), from: device.key.id)
            server.stop()
        }
        server.start()
        var sharing = try adverting.close()
        let roster = sharing.roster
        _ = roster.bytes
        server.stop()
        record("adverts", since: before)
        before = server
        for device in devices {
            let bytes = try device.share(roster).bytes
            server.start()
            try sharing.accept(ShareBundle(parsing: bytes, for: roster), from: device.key.id)
            server.stop()
        }
        server.start()
        var masking = try sharing.close()
        server.stop()
        record("shares", since: before)
        before = server
        let numbers = (0..<length).map { Int64($0 % 17) }
        var stayed: [Device] = []
        for (place, device) in devices.enumerated() {
            server.start()
            let delivery = masking.delivery(to: device.key.id)
            let bytes = delivery?.bytes ?? []
            server.stop()
            if place % 10 == 9 { continue }
            stayed.append(device)
            let read = try ShareDelivery(parsing: bytes, for: roster)
            let masked = try device.mask(numbers, read).bytes
            server.start()
            try masking.accept(MaskedInput(parsing: masked, for: roster), from: device.key.id)
            server.stop()
        }
        server.start()
        var checking = try masking.close()
        let list = checking.list
        server.stop()
        record("masked", since: before)
        before = server
        for device in stayed {
            let bytes = try device.check(list).bytes
            server.start()
            try checking.accept(SurvivorCheck(parsing: bytes, for: roster), from: device.key.id)
            server.stop()
        }
        server.start()
        var unmasking = try checking.close()
        let attestation = unmasking.attestation
        _ = attestation.bytes
        server.stop()
        record("checks", since: before)
        before = server
        for device in stayed {
            let bytes = try device.unmask(attestation).bytes
            server.start()
            try unmasking.accept(Unmasking(parsing: bytes, for: roster), from: device.key.id)
            server.stop()
        }
        record("unmaskings", since: before)
        before = server
        server.start()
        let result = try unmasking.sum(threads: 2)
        server.stop()
        record("sum", since: before)
        all.stop()
        precondition(result.sums == numbers.map { $0 * Int64(result.parts) })
        var device = Stopwatch()
        try device.measure {
            _ = try SumAttestation(
                parsing: attestation.bytes, in: session, roster: roster.digest)
            _ = try Roster(parsing: roster.bytes, in: session)
        }
        let lines = parts.map { "\"\($0.0)\": \($0.1.json)" }.joined(separator: ", ")
        print(
            "\"clients\": \(clients), \"length\": \(length), \"neighbours\": \(degree.neighbours),")
        print("\"share_threshold\": \(degree.shareThreshold), \"survivors\": \(result.parts),")
        print("\"server\": \(server.json), \"server_parts\": {\(lines)},")
        print("\"one_device_checks_lists\": \(device.json), \"whole_simulation\": \(all.json)}")
    }
}
