import ArgumentParser
import EventLog
import Formats
import JSON
import Projections
import Quantities
import Sites
import Tariffs

struct SiteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "site", abstract: "Sites: stations, connectors, time zone, capacity.",
    subcommands: [Publish.self])

  struct Publish: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Append a site to the ledger, as a fact that holds from its effective_from on.",
      discussion: "The file is YAML; Schemas/site.schema.json describes it.")

    @Argument(help: "The site's YAML file.")
    var file: String

    @OptionGroup var ledger: LedgerOption

    func run() throws {
      let fact = try SiteFile.read(path: file)
      let outcome = try FactPublisher(ledger.openOrCreate()).publish(fact)
      Terminal.print(outcome.sentence(about: "site \(fact.site.id)", fact.site.contents))
    }
  }
}

struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Groups of tokens.", subcommands: [Publish.self])

  struct Publish: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Append a group of tokens to the ledger.",
      discussion: "The file is YAML; Schemas/tokens.schema.json describes it.")

    @Argument(help: "The group's YAML file.")
    var file: String

    @OptionGroup var ledger: LedgerOption

    func run() throws {
      let fact = try TokenFile.read(path: file)
      let outcome = try FactPublisher(ledger.openOrCreate()).publish(fact)
      Terminal.print(outcome.sentence(about: "token group \(fact.group)", fact.contents))
    }
  }
}

struct TariffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tariff", abstract: "OCPI 2.2.1 tariffs.",
    subcommands: [Publish.self, Check.self])

  struct Publish: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Append a tariff to the ledger, for some sites, stations, connectors or tokens.",
      discussion: """
        A session is priced with the tariff that was the last one published at or before its start; \
        if there is none, with the first one published afterwards, which is then marked backdated. \
        Token groups come before connectors, then EVSEs, stations and sites.
        """)

    @Argument(help: "An OCPI tariff as JSON, or an object with tariff and assignments.")
    var file: String

    @Option(help: "A site it is for. May be repeated.")
    var site: [String] = []

    @Option(help: "A station it is for. May be repeated.")
    var station: [String] = []

    @Option(
      help: ArgumentHelp(
        "A connector it is for, STATION:CONNECTOR or STATION:EVSE:CONNECTOR. May be repeated.",
        valueName: "connector"))
    var connector: [String] = []

    @Option(help: "A group of tokens it is for. May be repeated.")
    var tokenGroup: [String] = []

    @Option(help: "The first start of a session it is for, RFC 3339.")
    var validFrom: String?

    @Option(help: "The first start of a session it is no longer for, RFC 3339.")
    var validTo: String?

    @OptionGroup var ledger: LedgerOption

    func run() throws {
      let publication = try publication(of: TariffFile.read(path: file))
      let outcome = try FactPublisher(ledger.openOrCreate()).publish(publication)
      Terminal.print(
        outcome.sentence(about: "tariff \(publication.tariff.id)", publication.terms))
    }

    /// The publication that the file is, with what the options add to it.
    private func publication(of file: TariffFile) throws -> TariffPublication {
      for note in file.notes { Terminal.note("note: \(note.message)") }
      var publication =
        file.publication
        ?? TariffPublication(tariff: file.tariff, tariffJSON: file.tariffJSON, assignments: [])
      publication.assignments += try assignments()
      publication.validFrom = try Instant.read(validFrom, "--valid-from") ?? publication.validFrom
      publication.validTo = try Instant.read(validTo, "--valid-to") ?? publication.validTo
      guard !publication.assignments.isEmpty else {
        throw Failure.input(
          "say what the tariff is for: --site, --station, --connector or --token-group")
      }
      guard publication.validity != nil else {
        throw Failure.input("the tariff would never be valid: its start is not before its end")
      }
      return publication
    }

    private func assignments() throws -> [TariffTarget] {
      site.map { .site($0) } + station.map { .station($0) }
        + tokenGroup.map { .tokenGroup($0) } + (try connector.map { try Self.connector($0) })
    }

    private static func connector(_ text: String) throws -> TariffTarget {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      let numbers = parts.dropFirst().suffix(2).compactMap { Int($0) }
      guard let station = parts.first, !station.isEmpty, numbers.count == parts.count - 1,
        let number = numbers.last
      else {
        throw Failure.input(
          "--connector \(text): write STATION:CONNECTOR or STATION:EVSE:CONNECTOR")
      }
      return .connector(
        station: String(station), evse: numbers.count == 2 ? numbers[0] : nil, connector: number)
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read a tariff and say what is odd in it, without a ledger.")

    @Argument(help: "An OCPI tariff as JSON.")
    var file: String

    func run() throws {
      let read = try TariffFile.read(path: file)
      for note in read.notes { Terminal.print("note: \(note.message)") }
      Terminal.print("\(file): tariff \(read.tariff.id) can be published")
    }
  }
}

extension FactPublisher.Outcome {
  /// - Parameter contents: what the fact says, in short.
  func sentence(about what: String, _ contents: String) -> String {
    switch self {
    case .published(let position): "Published \(what) at position \(position): \(contents)."
    case .alreadyPublished(let position):
      "Nothing added: \(what) was published like this at position \(position): \(contents)."
    }
  }
}

extension TokenFact {
  /// `3 tokens`.
  fileprivate var contents: String { "\(tokens.count) token\(tokens.count == 1 ? "" : "s")" }
}

extension Site {
  /// `2 stations, 4 connectors`.
  fileprivate var contents: String {
    let connectors = stations.reduce(0) { $0 + $1.connectors.count }
    return "\(stations.count) station\(stations.count == 1 ? "" : "s"), "
      + "\(connectors) connector\(connectors == 1 ? "" : "s")"
  }
}

extension TariffPublication {
  /// `for site depot, station CP-1; valid from 2026-01-01T00:00:00.000Z`.
  fileprivate var terms: String {
    let targets = assignments.map(\.description).joined(separator: ", ")
    guard let validity else { return "for \(targets); never valid" }
    let from =
      validity.lowerBound == .distantPast ? "from the start" : "from \(validity.lowerBound.rfc3339)"
    let to =
      validity.upperBound == .distantFuture ? "" : " until \(validity.upperBound.rfc3339)"
    return "for \(targets); valid \(from)\(to)"
  }
}
