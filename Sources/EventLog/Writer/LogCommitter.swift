import LMDB

/// The work of a writer's thread: one batch after the other into the ledger, and the answers.
///
/// `Sendable` because after its making only that thread uses it.
final class LogCommitter: @unchecked Sendable {
  private let ledger: Ledger
  private let queue: AppendQueue
  private let options: LogWriter.Options
  /// The answers of the batch that is being committed.
  private var results: [AppendResult] = []

  init(_ ledger: Ledger, _ queue: AppendQueue, _ options: LogWriter.Options) throws {
    self.ledger = ledger
    self.queue = queue
    self.options = options
    // Before the first append: it would have to wait, and a damaged table is better known now.
    try ledger.loadEventIDs()
  }

  /// Runs until the queue is closed and empty, or the ledger fails.
  func run() {
    var buffer = AppendQueue.makeBuffer(options)
    while queue.next(&buffer) {
      var next = 0
      while next < buffer.requests.count {
        let batch = batch(in: buffer.requests, from: next)
        do {
          try commit(batch, isLast: batch.endIndex == buffer.requests.count)
        } catch {
          fail(buffer.requests[next...], .failed(AppendError.Failure(error)))
          return
        }
        for (request, result) in zip(batch, results) { request.producer.answer(result) }
        next = batch.endIndex
      }
    }
  }

  /// The requests from `first` on that fit in one commit: at least one.
  private func batch(in requests: [AppendRequest], from first: Int) -> ArraySlice<AppendRequest> {
    var end = first
    var bytes = 0
    while end < requests.count, end - first < options.maxBatchEvents {
      bytes += requests[end].body.count
      if bytes > options.maxBatchBytes && end > first { break }
      end += 1
    }
    return requests[first..<end]
  }

  private func commit(_ requests: ArraySlice<AppendRequest>, isLast: Bool) throws {
    results.removeAll(keepingCapacity: true)
    let appended = try ledger.append { batch in
      let before = batch.head
      for request in requests { results.append(try append(request, to: &batch)) }
      return batch.head - before
    }
    queue.count(batchOf: requests.count, appended: Int(appended), isLast: isLast)
  }

  /// The answer to one request, to be given once the batch is durable.
  ///
  /// - Throws: What concerns the whole batch.
  private func append(
    _ request: AppendRequest, to batch: inout AppendBatch
  ) throws -> AppendResult {
    // An id comes first: who appends again after a lost answer expects what is no longer the last.
    if let id = request.id, let position = try batch.position(of: id) { return .success(position) }
    let station = request.event.station
    if let expected = request.expectedLastPosition {
      let actual = try batch.streamHead(of: station)?.lastPosition ?? 0
      guard actual == expected else {
        return .failure(.conflict(station: station, expected: expected, actual: actual))
      }
    }
    let position: UInt64
    do {
      position = try batch.append(request.event, body: request.body)
    } catch let error as LedgerError where error.concernsOneEvent {
      return .failure(.refused(error))
    }
    if let id = request.id { try batch.remember(id, at: position) }
    return .success(position)
  }

  /// Answers everything that is on its way, and latches.
  private func fail(_ requests: ArraySlice<AppendRequest>, _ error: AppendError) {
    queue.close(error, isAbandoned: true)
    for request in requests { request.producer.answer(.failure(error)) }
  }
}

extension LedgerError {
  /// Whether the batch can go on without the event.
  fileprivate var concernsOneEvent: Bool {
    switch self {
    case .bodyTooLarge, .unknownStation, .unknownSource: true
    default: false
    }
  }
}
