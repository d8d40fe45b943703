import Foundation
import TestSupport
import Testing

/// Ledgers that older programs left, from `Tests/Fixtures/ledgers`.
@Suite("Ledgers of older programs")
struct OlderLedgerTests {
  private struct Expected: Decodable {
    struct Model: Decodable, Equatable {
      let name: String
      let version: Int
      let rows: Int
      let digest: String
    }
    let events: Int
    let readModels: [Model]
  }

  private static let decoder: JSONDecoder = {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }()

  private struct Verified: Decodable {
    let ok: Bool
    let events: Int
    let readModels: [Expected.Model]
  }

  @Test(
    "They open, are upgraded, and give the digests that they gave",
    arguments: ["format-1", "format-2-sealed"])
  func digests(format: String) throws {
    let workspace = try Workspace()
    let fixture = LedgerFixture(format)
    let expected = try Self.decoder.decode(Expected.self, from: fixture.expected)
    try fixture.unpack(to: workspace.ledger)

    #expect(try workspace.run("log", "upgrade").text.hasSuffix("has ledger format 2.\n"))
    #expect(try workspace.run("rebuild").code == 0)
    let end = try workspace.run("verify", "--format", "json")

    let verified = try Self.decoder.decode(Verified.self, from: Data(end.text.utf8))
    #expect(verified.ok && verified.events == expected.events)
    // This program may have more read models, behind those.
    #expect(verified.readModels.map(\.name).starts(with: expected.readModels.map(\.name)))
    for (model, old) in zip(verified.readModels, expected.readModels) {
      #expect(model.rows == old.rows, "\(model.name)")
      #expect(model.version == old.version, "\(model.name)")
      #expect(model.digest == old.digest, "\(model.name)")
    }
  }

  @Test("A ledger of a newer program is refused with its format, and is not touched")
  func newer() throws {
    let workspace = try Workspace()
    try LedgerFixture("format-1").unpack(to: workspace.ledger)
    let file = workspace.ledger + "/ledger.json"
    let newer = try String(contentsOfFile: file, encoding: .utf8).replacing(": 1,", with: ": 3,")
    try newer.write(toFile: file, atomically: false, encoding: .utf8)

    for verb in [["log", "stats"], ["rebuild"], ["verify"], ["sessions"]] {
      let end = try workspace.start(verb).wait()
      #expect(end.code == 3, "\(verb): \(end.errors)")
      #expect(end.errors.contains("has ledger format 3, and this program reads up to 2"))
    }
    try #expect(String(contentsOfFile: file, encoding: .utf8) == newer)
  }
}
