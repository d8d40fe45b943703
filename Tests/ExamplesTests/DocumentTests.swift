import Foundation
import Testing

/// That what the documents point at is there.
@Suite("The documents")
struct DocumentTests {
  private static let repository = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let documents = [
    "README.md", "CONTRIBUTING.md", "Schemas/README.md", "Schemas/log-record.md", "docs/pricing.md",
    "docs/README.md", "docs/ocpp-actions.md", "docs/findings.md", "Tests/Fixtures/README.md",
  ]

  @Test("every link between files leads to a file", arguments: documents)
  func links(document: String) throws {
    let folder = URL(filePath: document, relativeTo: Self.repository).deletingLastPathComponent()
    for match in try text(document).matches(of: /\]\(([^)#:]+)\)/) {
      let target = folder.appending(path: String(match.1))
      #expect(FileManager.default.fileExists(atPath: target.path), "\(document): \(match.1)")
    }
  }

  @Test("every path that is named in full exists", arguments: documents)
  func paths(document: String) throws {
    for match in try text(document).matches(
      of: /`((?:Sources|Tests|Tools|docs)\/[A-Za-z0-9+\/.-]+)`/)
    {
      let target = Self.repository.appending(path: String(match.1))
      #expect(FileManager.default.fileExists(atPath: target.path), "\(document): \(match.1)")
    }
  }

  @Test("README names every module, and every verb of the command")
  func modulesAndVerbs() throws {
    let readme = try text("README.md")
    let sources = Self.repository.appending(path: "Sources").path
    for module in try FileManager.default.contentsOfDirectory(atPath: sources) {
      #expect(readme.contains("`\(module)`"), "\(module)")
    }
    let command = try text("Tools/wattledger/Wattledger.swift")
    for match in command.matches(of: /([A-Z][a-z]+)Command\.self/) {
      #expect(readme.contains("`\(match.1.lowercased())"), "\(match.1)")
    }
  }

  @Test("docs/README lists each decision")
  func decisions() throws {
    let list = try text("docs/README.md")
    let folder = Self.repository.appending(path: "docs/decisions").path
    for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
      #expect(list.contains("(decisions/\(file))"), "\(file)")
    }
  }

  @Test("docs/semantics.md has every rule that is cited")
  func semantics() throws {
    let rules = try text("docs/semantics.md")
    for folder in ["Sources", "docs", "Tools"] {
      let names = FileManager.default.enumerator(
        atPath: Self.repository.appending(path: folder).path)
      for case let name as String in names ?? .init() {
        guard name.hasSuffix(".swift") || name.hasSuffix(".md") else { continue }
        for match in try text("\(folder)/\(name)").matches(of: /SEMANTICS ([0-9]+)/) {
          #expect(rules.contains("\n\(match.1). "), "\(folder)/\(name): \(match.0)")
        }
      }
    }
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.repository.appending(path: path), encoding: .utf8)
  }
}
