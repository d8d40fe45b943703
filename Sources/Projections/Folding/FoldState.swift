public import Bytes

/// What a fold remembers between records.
///
/// States are stored with each checkpoint. Their bytes are canonical, equal states have equal bytes,
/// and a state that was read back goes on as if nothing had happened. They are `Sendable`, and the
/// texts of an event are not: what a state keeps of a frame it copies.
public protocol FoldState: Sendable {
  /// Before the first record.
  init()

  func encode(into writer: inout ByteWriter)

  /// Reads what ``encode(into:)`` wrote.
  init(decoding reader: inout ByteReader) throws(ByteReaderError)
}

/// A state that can be told of several stations together.
///
/// Merging is associative, and a state without any record changes nothing. It need not be
/// commutative: states are merged in the order of their stations' names.
public protocol MergeableState: FoldState {
  /// Takes in what `other` remembers of other stations.
  mutating func merge(_ other: Self)
}

/// What the rows of a projection are about (SEMANTICS 11).
///
/// A station's records are folded in one place for ever. What is told of a site or of the whole log
/// is the merge of the states of stations, so those two exist only for states that can be merged.
public struct Partition<State: FoldState>: Sendable {
  enum Kind: Sendable { case station, site, wholeLog }

  let kind: Kind
  let merge: @Sendable (inout State, State) -> Void

  /// Rows of each station.
  public static var station: Self { Self(kind: .station, merge: { _, _ in }) }
}

extension Partition where State: MergeableState {
  /// Rows of each site, out of the records that its stations sent while they belonged to it. Records
  /// of a station without a site are in none.
  public static var site: Self { Self(kind: .site, merge: { $0.merge($1) }) }

  /// Rows of the whole log.
  public static var wholeLog: Self { Self(kind: .wholeLog, merge: { $0.merge($1) }) }
}
