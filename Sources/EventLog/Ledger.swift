import LMDB
import Quantities
import Synchronization

/// A ledger: every event in the order it was recorded, for ever.
///
///     let ledger = try Ledger.open(at: "ledger")
///     try ledger.append { batch in
///       let station = try batch.stationID(named: "CP-1")
///       try batch.append(
///         NewEvent(
///           kind: .ocpp16, station: station, direction: .fromStation, receivedAt: now),
///         body: frame)
///     }
///     try ledger.scan { envelope, body in
///       print(envelope.position, body.count)
///       return true
///     }
///
/// Any number of threads and processes may read and append at once; LMDB's one writer puts appends
/// in order. What an append returns is durable. A process opens a ledger once.
///
/// It is `Sendable` because everything mutable is behind a lock; `scratch` is behind `turn`.
public final class Ledger: @unchecked Sendable {
  /// What may be done with the ledger.
  public enum Access: Sendable, Hashable { case readWrite, readOnly }

  /// How a ledger is opened.
  public struct Options: Sendable {
    /// The most bytes the log can hold. Only address space is reserved.
    public var mapBytes: Int
    /// The most simultaneous snapshots of all processes.
    public var maxReaders: UInt32
    /// Where recorded-at comes from. A clock that goes back is held still.
    public var clock: @Sendable () -> Instant
    /// How many event ids the ledger remembers, 1 to 1,048,576. What was in force when the first one
    /// was remembered stays so for all time.
    public var eventIDWindow: Int
    /// The positions that a block of the position index covers: a multiple of 64, at most 2^32. An
    /// index of another size is built anew.
    package var indexBlockPositions: UInt64 = 1 << 18

    /// Values as the properties say.
    public init(
      mapBytes: Int = 1 << 40, maxReaders: UInt32 = 510, eventIDWindow: Int = 65_536,
      clock: @escaping @Sendable () -> Instant = SystemClock.now
    ) {
      self.mapBytes = mapBytes
      self.maxReaders = maxReaders
      self.eventIDWindow = eventIDWindow
      self.clock = clock
    }
  }

  /// The directory.
  public let path: String
  /// As it was opened.
  public let access: Access
  /// What `ledger.json` says.
  public let file: LedgerFile
  let options: Options
  let environment: Environment
  let tables: LogTables
  let segments: SegmentStore
  let headSignal = HeadSignal()
  let positionIndex: PositionIndex
  /// The failed commit after which this ledger refuses to write.
  let failure = Mutex<LMDBError?>(nil)
  /// Whose turn it is to append in this process. LMDB's own lock would do for the log, but ends with
  /// the commit, and what the commit has made of ``scratch`` is known only after it.
  private let turn = Parker()
  /// Memory that appends use again. Only whose turn it is may touch it.
  let scratch: AppendScratch

  /// Opens the ledger in the directory `path`. Takes the same time at any size.
  ///
  /// One of an older format is brought to the newest first, unless it is only read. That takes a
  /// second for a million events, once.
  ///
  /// - Throws: ``LedgerError`` if it is no ledger or of a newer format; ``LMDB/LMDBError`` if the
  ///   log cannot be opened.
  public static func open(
    at path: String, access: Access = .readWrite, options: Options = Options()
  ) throws -> Ledger {
    try Ledger(path: path, access: access, options: options)
  }

  private init(path: String, access: Access, options: Options) throws {
    let filePath = path + "/" + LedgerFile.name
    guard FileSystem.exists(filePath) else {
      throw LedgerError.notALedger(path: path, reason: "there is no \(LedgerFile.name) in it")
    }
    precondition(
      (1...EventIDRing.maxWindow).contains(options.eventIDWindow),
      "a window has 1 to \(EventIDRing.maxWindow) ids")
    var file = try LedgerFile(json: try FileSystem.contents(of: filePath), path: path)
    self.environment = try Self.openLog(of: path, access, options)
    if access == .readWrite && file.formatVersion < LedgerFile.formatVersion {
      file = try LedgerUpgrade.run(at: path, environment)
    }
    self.tables = try LogTables(environment, format: file.formatVersion)
    self.file = file
    self.positionIndex = PositionIndex(
      ledger: path, uuid: file.uuid, blockPositions: options.indexBlockPositions)
    self.segments = SegmentStore(SegmentDirectory(ledger: path), ledger: file.uuid)
    self.path = path
    self.access = access
    self.options = options
    self.scratch = AppendScratch(eventIDWindow: options.eventIDWindow)
    turn.unpark()
  }

  private static func openLog(
    of path: String, _ access: Access, _ options: Options
  ) throws -> Environment {
    var log = Environment.Options(
      access: access == .readOnly ? .readOnly : .readWrite, mapBytes: options.mapBytes,
      maxReaders: options.maxReaders)
    log.mostBytesAhead = bytesAhead
    return try Environment(path: path + "/" + logDirectory, options: log)
  }

  /// The disk space that the log asks for ahead (decision 36).
  private static let bytesAhead = 16 << 20

  /// Runs `body` while nobody else of this process appends.
  func inTurn<R>(_ body: () throws -> R) rethrows -> R {
    turn.park()
    defer { turn.unpark() }
    return try body()
  }

  /// The LMDB environment inside the ledger's directory.
  static let logDirectory = "log"
  /// Where read models live, inside the ledger's directory.
  public static let modelsDirectory = "models"
  /// Where sealed events are, inside the ledger's directory.
  public static let segmentsDirectory = SegmentDirectory.name
}
