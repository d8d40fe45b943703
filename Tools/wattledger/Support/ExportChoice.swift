import ArgumentParser
import Projections
import Sessions

/// Which sessions are exported.
struct ExportChoice: ParsableArguments {
  @Option(help: "The first start, RFC 3339, or a date: midnight at the site.")
  var from: String?

  @Option(help: "The first start that is left out.")
  var until: String?

  @Option(help: "Only this site. May be repeated.")
  var site: [String] = []

  @Option(help: "Only this station. May be repeated.")
  var station: [String] = []

  @Option(help: "Only this token.")
  var token: String?

  @Option(help: "Only sessions that are open, or closed.")
  var state: Session.State?

  func filter() throws -> SessionFilter {
    var filter = SessionFilter()
    filter.from = try SessionFilter.Bound.read(from, "--from")
    filter.to = try SessionFilter.Bound.read(until, "--until")
    filter.sites = Set(site)
    filter.stations = Set(station)
    filter.token = token
    filter.state = state
    return filter
  }

  /// The same choice in words, always in the same order; nil for all sessions.
  var words: String? {
    let words =
      [from.map { "--from \($0)" }, until.map { "--until \($0)" }].compactMap { $0 }
      + Set(site).sorted().map { "--site \($0)" } + Set(station).sorted().map { "--station \($0)" }
      + [token.map { "--token \($0)" }, state.map { "--state \($0.name)" }].compactMap { $0 }
    return words.isEmpty ? nil : words.joined(separator: " ")
  }
}
