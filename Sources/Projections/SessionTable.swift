import Bytes
import Sessions

/// A table of the sessions projection, with at most one row a session: what to keep of each session,
/// for whom.
///
/// Write a type that conforms, and add it to ``SessionTables/readModels``; storage, rebuilding, digests
/// and verification come with it. A row is a pure function of the session and the facts: a table has no
/// way to reach a clock, a file or a network, so a rebuild gives the same bytes for ever. What does not
/// follow from sessions is a ``Projection`` of its own.
public protocol SessionTable: Sendable {
  /// The name of the read model, as `rebuild` and `verify` print it. Lower case, no spaces.
  var name: String { get }

  /// Raise it whenever the same history gives other rows: the model is then built anew.
  var version: Int { get }

  /// Whether rows depend on published facts (sites, tariffs, tokens) and so must be written again
  /// when a fact is added.
  var dependsOnFacts: Bool { get }

  /// Appends the row of one session; appending nothing means that it has no row.
  ///
  /// Rows are canonical: equal sessions and facts give equal bytes, because digests compare them.
  func writeRow(for session: Session, in context: RowContext, into row: inout ByteWriter)
}

/// What a table may look at besides the session itself.
///
/// One worker owns a context and reuses it, so its scratch space and caches need no locks.
public final class RowContext {
  /// The facts of the log up to the checkpoint that is being reached.
  public let facts: Facts
  /// Prices sessions under the facts' tariffs.
  public let pricer: Pricer
  /// The name of the session's station.
  public package(set) var stationName = ""
  /// Scratch space for a session's intervals and usage.
  var intervals: [SessionInterval] = []
  var usage = UsageRow()
  /// The cost of the session whose rows are being written: two tables ask for it.
  private var rowCost: SessionCost?

  /// Forgets what is known of the session before.
  func beginRows() { rowCost = nil }

  /// What the session costs whose rows are being written.
  func rowCost(of session: Session) -> SessionCost {
    if let rowCost { return rowCost }
    let cost = cost(of: session)
    rowCost = cost
    return cost
  }

  package init(facts: Facts) {
    self.facts = facts
    self.pricer = Pricer(facts: facts)
  }
}

/// The tables of the sessions projection, in the order of their rows in storage.
public enum SessionTables {
  public static let readModels: [any SessionTable] = [
    SessionRows(), UsageRows(), CostRows(),
  ]

  /// All that have a database: after the read models the summaries, which are an index of them and
  /// not named as a read model.
  static let stored = readModels + [SummaryRows()]

  /// The place of a table in ``stored``.
  static func place(of name: String) -> Int {
    guard let place = stored.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("no table is called \(name)")
    }
    return place
  }
}
