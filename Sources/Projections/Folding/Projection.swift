public import Quantities

/// A fold of the log into rows: a read model of its own, beside those of sessions.
///
/// A conforming type says what to remember of a station and what to show of it. Everything else
/// comes with it: reading and decoding the log on all cores, late records, checkpoints, rebuilding
/// beside the one that serves, digests, verification. `CONTRIBUTING.md` shows a complete one.
///
/// A fold is pure (law 3). It gets a record, its state and nothing else: there is no ledger, store,
/// clock or error among its arguments, and a projection is a value without state of its own. So the
/// same log gives the same rows, on any number of cores, in chunks of any size, live or rebuilt.
/// What the types cannot rule out (a global clock, a file), a test of the sources does.
public protocol Projection: Sendable {
  /// What is remembered of a station between its records.
  associatedtype State: FoldState

  /// The name of the read model, as `rebuild` and `verify` print it: lower-case letters, digits and
  /// underscores. It names a directory too.
  var name: String { get }

  /// Raise it whenever the same history gives other rows or states: the read model is then built
  /// anew, beside the old one.
  var version: Int { get }

  /// What the rows are about: a station, a site, or the whole log.
  var partition: Partition<State> { get }

  /// Takes in the next record. A station's records come in order of (received-at, position), those
  /// of different stations in any order and to different states.
  func fold(_ event: borrowing FoldEvent, into state: inout State)

  /// When something is due although no record says so; nil if nothing is. By default nothing is.
  func nextTimer(of state: State) -> Instant?

  /// Takes in that the time ``nextTimer(of:)`` has come.
  ///
  /// It comes before the station's next record, or when the log's time is there (SEMANTICS 5). The
  /// times of a state must grow: one that is not later than the last that was fired is not fired.
  func fire(at due: Instant, into state: inout State)

  /// Writes all rows of one station, site, or the whole log. They replace those written before.
  func writeRows(of state: State, into rows: inout RowWriter)
}

extension Projection {
  public func nextTimer(of state: State) -> Instant? { nil }

  public func fire(at due: Instant, into state: inout State) {}
}
