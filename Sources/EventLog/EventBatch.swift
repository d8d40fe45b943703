import Bytes
import Quantities

/// Events made ready to be appended together: their bytes are copied, their salts drawn and their
/// commitments hashed before anyone holds the log's write lock.
///
///     var events = EventBatch()
///     for frame in frames { try events.add(frame.event, body: frame.bytes, id: frame.id) }
///     let positions = try ledger.append(events)
///
/// More than half of what the tree asks of an event is done in ``add(_:body:id:)``. Who fills one batch
/// while another thread appends the last one hides that behind the sync.
///
/// Stations and sources are numbers that the ledger has given: see ``AppendBatch/stationID(named:)``.
///
/// `Sendable` because nothing in it is shared: it may be filled here and appended there.
public struct EventBatch: ~Copyable, @unchecked Sendable {
  /// An event without its body.
  struct Entry {
    let event: NewEvent
    let id: EventID?
    let salt: Salt
    /// SHA-256 of salt and body, which the leaf of the tree is made from.
    let commitment: SHA256Digest
    /// Where salt and body lie in the bytes of the batch.
    let secret: Range<Int>
  }

  private(set) var entries: [Entry] = []
  /// Salt and body of each event, one behind the other.
  private var secrets: UnsafeMutableRawBufferPointer
  private var usedBytes = 0
  private var salts = SaltStock()
  private let hasher = SHA256Hasher()

  /// An empty batch. Its memory grows with what is added, and stays for what comes next.
  public init() { secrets = .allocate(byteCount: 64 << 10, alignment: 16) }

  deinit { secrets.deallocate() }

  /// The number of events.
  public var count: Int { entries.count }

  /// The bytes of all bodies.
  public var bodyBytes: Int { usedBytes - count * Salt.byteCount }

  /// Adds an event behind the others.
  ///
  /// - Parameters:
  ///   - body: The bytes as received, at most 16 MiB. Copied.
  ///   - id: Makes appending again harmless: see ``AppendBatch/append(_:body:id:)``.
  /// - Throws: ``LedgerError/bodyTooLarge(bytes:)``; nothing is added then.
  /// - Complexity: O(body). Allocates nothing once the batch was filled before.
  public mutating func add(
    _ event: NewEvent, body: UnsafeRawBufferPointer, id: EventID? = nil
  ) throws(LedgerError) {
    guard body.count <= Record.maxBodyBytes else { throw .bodyTooLarge(bytes: body.count) }
    let range = usedBytes..<usedBytes + Salt.byteCount + body.count
    if range.upperBound > secrets.count { grow(to: range.upperBound) }
    let secret = UnsafeMutableRawBufferPointer(rebasing: secrets[range])
    let salt = salts.next()
    salt.write(into: secret)
    UnsafeMutableRawBufferPointer(rebasing: secret[Salt.byteCount...]).copyMemory(from: body)
    hasher.update(UnsafeRawBufferPointer(secret))
    entries.append(
      Entry(event: event, id: id, salt: salt, commitment: hasher.finalize(), secret: range))
    usedBytes = range.upperBound
  }

  /// Makes it empty.
  public mutating func removeAll() {
    entries.removeAll(keepingCapacity: true)
    usedBytes = 0
  }

  /// The body of one of its entries, as long as the batch is not changed.
  func body(of entry: Entry) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: secrets[entry.secret].dropFirst(Salt.byteCount))
  }

  private mutating func grow(to byteCount: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(byteCount, 2 * secrets.count), alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: secrets[..<usedBytes]))
    secrets.deallocate()
    secrets = larger
  }
}

extension Ledger {
  /// Appends the events of a batch in one durable commit, those whose id is remembered excepted.
  ///
  /// - Returns: The position of each event in the order of the batch: a new one, or that of the event
  ///   that was appended with the same id.
  /// - Throws: What ``append(_:)-((AppendBatch)->R)`` throws; none of the events is in the log then.
  @discardableResult
  public func append(_ events: borrowing EventBatch) throws -> [UInt64] {
    guard events.count > 0 else { return [] }
    return try append { batch in try batch.append(events) }
  }
}
