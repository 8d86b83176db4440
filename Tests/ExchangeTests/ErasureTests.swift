// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Identity
import Market
import Query
import Synchronization
import Testing
import Vault

@testable import Exchange
@testable import Storage

/// Erasures while studies run.
@Suite struct ErasureTests {
    /// What was seen in the middle of a study.
    private struct Seen {
        var erased: [Digest] = []
        var isInVault = false
    }

    @Test func `an erasure in the middle of a study ends neither the study nor the sales`()
        async throws
    {
        let world = World()
        let (exchange, buyer) = try await world.market(people: 7)
        let alice = world.keys(of: 0..<1, at: exchange)[0]
        let note = try exchange.store.segments(owner: alice.id)[0]
        let sealed = try exchange.vault.read(note.location, id: note.id).bytes.suffix(64)
        let home = world.home.path
        let seen = Mutex(Seen())
        world.meanwhile.withLock {
            $0 = {
                guard let erased = try? await exchange.erase(alice) else { return }
                seen.withLock {
                    $0.erased = erased
                    $0.isInVault = !world.files(below: home, holding: Array(sealed)).isEmpty
                }
                // Her keys are gone at once.
                #expect(world.files(below: home, holding: note.key.bytes).isEmpty)
            }
        }
        let answer = try await exchange.order(exchange.quote(1).quote.id, by: buyer)
        #expect(!answer.table.rows.isEmpty)
        #expect(seen.withLock { $0.erased } == [note.id])
        #expect(seen.withLock { $0.isInVault }, "the study had it mapped")
        #expect(world.files(below: home, holding: Array(sealed)).isEmpty, "it ended")
        #expect(try exchange.store.mark(Exchange.unreadableMark) == nil)
        #expect(try exchange.store.mark(Exchange.erasingMark) == [])
        world.meanwhile.withLock { $0 = nil }
        let before = await exchange.spent(alice)
        #expect(before > 0, "she was in the frozen cohort")
        let next = try await exchange.order(exchange.quote(2).quote.id, by: buyer)
        let cohort = await exchange.state.orders[next.order.id]?.cohort.places.count
        #expect(cohort == 6, "the next study is without her")
        #expect(await exchange.spent(alice) == before)
        #expect(try await exchange.examine().allSatisfy(\.isWell))
        #expect(await exchange.isSettled)
    }

    @Test func `an erasure waits for the studies that had begun, and for no others`() {
        let place = { SegmentLocation(pack: 1, offset: $0, length: 8) }
        var erasures = PendingErasures()
        let first = erasures.studyBegan()
        erasures.add([place(32)])
        let second = erasures.studyBegan()
        #expect(erasures.due.isEmpty)
        erasures.add([place(64)])
        erasures.studyEnded(first)
        #expect(erasures.due == [place(32)] && erasures.all == [place(32), place(64)])
        erasures.forgetDue()
        #expect(erasures.due.isEmpty && erasures.all == [place(64)])
        erasures.studyEnded(second)
        #expect(erasures.due == [place(64)])
        erasures.forgetDue()
        erasures.add([place(96)])
        #expect(erasures.due == [place(96)], "nothing runs")
    }

    @Test func `two erasures in one study are both finished, or by the next opening`() async throws
    {
        let world = World()
        let copy = HomeFolder(path: world.folder + "/copy")
        let (exchange, buyer) = try await world.market(people: 8)
        let people = world.keys(of: 0..<2, at: exchange)
        let sealed = try people.map { key in
            let note = try exchange.store.segments(owner: key.id)[0]
            return Array(try exchange.vault.read(note.location, id: note.id).bytes.suffix(64))
        }
        world.meanwhile.withLock {
            $0 = {
                for key in people { _ = try? await exchange.erase(key) }
                // The disk as a crash would leave it.
                try? FileManager.default.copyItem(atPath: world.home.path, toPath: copy.path)
            }
        }
        _ = try await exchange.order(exchange.quote(1).quote.id, by: buyer)
        world.meanwhile.withLock { $0 = nil }
        for bytes in sealed {
            #expect(world.files(below: world.home.path, holding: bytes).isEmpty)
            #expect(!world.files(below: copy.path, holding: bytes).isEmpty)
        }
        let opened = try await Exchange.open(copy, surroundings: world.surroundings)
        for bytes in sealed { #expect(world.files(below: copy.path, holding: bytes).isEmpty) }
        #expect(try await opened.examine().allSatisfy(\.isWell))
        #expect(await opened.isSettled)
    }

    @Test func `a new vault key, payouts and imports in the middle of a study leave it readable`()
        async throws
    {
        let world = World()
        let (exchange, buyer) = try await world.market(people: 7)
        _ = try await exchange.order(exchange.quote(1).quote.id, by: buyer)
        let more = try world.file(people: 0..<7, named: "more.csv", from: 4)
        let options = try world.options
        let done = Mutex(0)
        world.meanwhile.withLock {
            $0 = {
                do {
                    _ = try await exchange.rotateVaultKey()
                    _ = try await exchange.payOut(World.pool)
                    _ = try await exchange.importFile(
                        more, owner: .custody(prefix: "club"), options: options)
                    done.withLock { $0 += 1 }
                } catch { Issue.record(error) }
            }
        }
        _ = try await exchange.order(exchange.quote(2).quote.id, by: buyer)
        #expect(done.withLock { $0 } == 1)
        #expect(try exchange.store.mark(Exchange.unreadableMark) == nil)
        #expect(await exchange.isSettled)
    }
}
