import EventLog
import Foundation

/// Appends the lines of a trace as they come from standard input, each as a producer of its own, and
/// tells what became of each as soon as it is durable.
///
/// Three threads: one reads lines and submits them, the writer's commits what has gathered, and the
/// one that called ``run(_:)`` delivers the answers. Events are appended, and lines answered, in the
/// order of the lines. A line with an `eventId` that the ledger remembers adds nothing and gets the
/// position of the first, so a feeder may send again whatever was not answered.
///
/// `Sendable` because what is shared is behind locks of its own.
public final class LiveFeed: @unchecked Sendable {
  /// The most lines that may be under way: as many as the writer's queue holds.
  public static let maxInFlight = LogWriter.Options().maxQueuedEvents

  private let ledger: Ledger
  private let writer: LogWriter
  private let options: ImportOptions
  private let pending: PendingLines

  /// - Parameters:
  ///   - options: what the lines do not say themselves.
  ///   - inFlight: how many lines may be read and not yet answered, 1 to ``maxInFlight``. Reading
  ///     waits while there are so many, and so does whoever feeds the pipe.
  /// - Throws: what ``EventLog/LogWriter/init(_:options:)`` throws.
  public init(_ ledger: Ledger, options: ImportOptions = ImportOptions(), inFlight: Int) throws {
    precondition((1...Self.maxInFlight).contains(inFlight))
    self.ledger = ledger
    self.writer = try LogWriter(ledger)
    self.options = options
    self.pending = PendingLines(limit: inFlight)
  }

  /// Reads until the input ends or ``stop()`` is called, and returns when every line that was taken
  /// is answered. To be called once.
  ///
  /// - Parameter deliver: called with answers, in the order of the lines; what it throws ends the
  ///   feed.
  /// - Throws: ``LiveFeedError``, or what `deliver` throws.
  public func run(_ deliver: ([LineAnswer]) throws -> Void) throws {
    defer {
      pending.close()
      writer.stop(.refuse)
    }
    // Never joined: it may wait for a line that does not come.
    Thread.detachNewThread { [self] in read() }
    while true {
      let answers = try pending.takeAnswers()
      guard !answers.isEmpty else { return }
      try deliver(answers)
    }
  }

  /// Takes no more lines. ``run(_:)`` returns when those that were taken are answered.
  public func stop() { pending.close() }

  private func read() {
    var options = options
    options.readsEventIDs = true
    let stations = LiveStations(ledger)
    do throws(InputError) {
      let source = TraceReader(try ByteInput(path: "-"), options: options)
      while let item = try source.next() {
        switch item {
        case .rejected(let rejected):
          guard let ticket = pending.begin(line: rejected.lineNumber) else { return }
          pending.settle(ticket, .settled(.rejected(reason: rejected.reason.description)))
        case .record(let record):
          guard let ticket = pending.begin(line: record.lineNumber) else { return }
          submit(record, ticket, stations)
        }
      }
      pending.close()
    } catch {
      pending.close(error)
    }
  }

  private func submit(_ record: ImportRecord, _ ticket: UInt64, _ stations: LiveStations) {
    let numbers: (station: UInt32, source: UInt32)
    do {
      numbers = try stations.numbers(of: record.station)
    } catch {
      return pending.settle(ticket, .failed(error))
    }
    let event = NewEvent(
      kind: record.kind, station: numbers.station, direction: record.direction,
      receivedAt: record.receivedAt, source: numbers.source, flags: record.flags)
    writer.submit(event, body: record.body, id: record.eventID) { [pending] result in
      switch result {
      case .success(let position):
        pending.settle(ticket, .settled(.appended(position: position)))
      case .failure(.refused(let reason)):
        pending.settle(ticket, .settled(.rejected(reason: reason.description)))
      case .failure(let error):
        pending.settle(ticket, .failed(error))
      }
    }
  }
}

/// The ledger's numbers of the stations of a feed, and of the feed as a source. Used by one thread.
private final class LiveStations {
  private static let sourceName = "append"

  private let ledger: Ledger
  private var names = StationNames()
  /// By the number of the name; 0 is not known yet.
  private var stations: [UInt32] = []
  private var source: UInt32 = 0

  init(_ ledger: Ledger) { self.ledger = ledger }

  /// The numbers that an event needs. A station that is new to the ledger costs a commit of its own.
  func numbers(
    of name: UnsafeRawBufferPointer
  ) throws -> (station: UInt32, source: UInt32) {
    let index = names.number(of: name)
    if index == stations.count { stations.append(0) }
    if stations[index] == 0 { (stations[index], source) = try register(names.names[index]) }
    return (stations[index], source)
  }

  private func register(_ name: String) throws -> (station: UInt32, source: UInt32) {
    let known = try ledger.read { snapshot -> (station: UInt32, source: UInt32)? in
      guard let station = try snapshot.stationID(named: name),
        let source = try snapshot.sourceID(named: Self.sourceName)
      else { return nil }
      return (station, source)
    }
    if let known { return known }
    return try ledger.append { batch in
      (try batch.stationID(named: name), try batch.sourceID(named: Self.sourceName))
    }
  }
}
