import ArgumentParser
import Projections
import Reports
import Sessions

struct FindingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "findings",
    abstract: "Count what was odd, by station and code: in sessions and apart from them.")

  @Option(help: "Only this code; docs/findings.md lists all. May be repeated.")
  var code: [FindingCode] = []

  @Option(help: "The least severity: info, warning or error.")
  var severity = Finding.Severity.info

  @Option(help: "Only this station. May be repeated.")
  var station: [String] = []

  @Option(help: "How to print it.")
  var format = OutputFormat.table

  @OptionGroup var models: ModelsOption

  @OptionGroup var ledger: LedgerOption

  func run() throws {
    let (codes, stations) = (Set(code), Set(station))
    let counts = try models.open(ledger).findingCounts { name, code in
      code.severity >= severity && (codes.isEmpty || codes.contains(code))
        && (stations.isEmpty || stations.contains(name))
    }
    if counts.isEmpty { Terminal.note("no finding matches") }
    format.print(FindingsReport(counts))
  }
}

extension FindingCode: ExpressibleByArgument {
  /// Reads the name that output and `docs/findings.md` have.
  public init?(argument: String) {
    guard let code = Self.allCases.first(where: { $0.name == argument }) else { return nil }
    self = code
  }

  /// Too many to name in a help text, and their numbers are nobody's business.
  public static var allValueStrings: [String] { [] }

  public static var defaultCompletionKind: CompletionKind { .list(allCases.map(\.name)) }
}

extension Finding.Severity: ExpressibleByArgument {
  public init?(argument: String) {
    switch argument {
    case "info": self = .info
    case "warning": self = .warning
    case "error": self = .error
    default: return nil
    }
  }

  public static var allValueStrings: [String] { ["info", "warning", "error"] }

  public var defaultValueDescription: String { name }
}
