import Synchronization

/// Where producers and the thread of a ``LogWriter`` meet.
///
/// Requests gather in one buffer while the thread works on another; then the two change places.
/// Producers that find no room wait in a line of their own, with the body still in their memory, and
/// are taken in order when the buffers change.
final class AppendQueue: Sendable {
  private let options: LogWriter.Options
  private let state: Mutex<State>
  private let thread = Parker()

  private struct State: ~Copyable {
    var buffer: EventBuffer
    /// Who waits for room. Not empty only while the buffer is full.
    var line: [AppendRequest] = []
    /// Why nothing more is taken.
    var closure: AppendError?
    var isThreadParked = false
    var isCommitting = false
    var counters = LogWriter.Counters()

    mutating func take(_ request: AppendRequest) {
      buffer.add(request)
      counters.greatestQueuedEvents = max(
        counters.greatestQueuedEvents, buffer.requests.count)
      counters.greatestQueuedBytes = max(counters.greatestQueuedBytes, buffer.usedBytes)
    }

    /// True once, if the thread sleeps.
    mutating func mustWake() -> Bool {
      defer { isThreadParked = false }
      return isThreadParked
    }
  }

  init(_ options: LogWriter.Options) {
    self.options = options
    self.state = Mutex(State(buffer: Self.makeBuffer(options)))
  }

  static func makeBuffer(_ options: LogWriter.Options) -> EventBuffer {
    EventBuffer(maxEvents: options.maxQueuedEvents, maxBytes: options.maxQueuedBytes)
  }

  /// Takes the request, puts it in line, or answers it with a refusal.
  ///
  /// `isCancelled` is asked only if the request would have to wait for room.
  func submit(_ request: AppendRequest, isCancelled: () -> Bool) {
    let (refusal, mustWake) = state.withLock { state -> (AppendError?, Bool) in
      if let closure = state.closure { return (closure, false) }
      if state.line.isEmpty && hasRoom(state.buffer, for: request) {
        state.take(request)
        return (nil, state.mustWake())
      }
      if isCancelled() { return (.cancelled, false) }
      state.line.append(request)
      return (nil, false)
    }
    if let refusal { request.producer.answer(.failure(refusal)) }
    if mustWake { thread.unpark() }
  }

  private func hasRoom(_ buffer: borrowing EventBuffer, for request: AppendRequest) -> Bool {
    buffer.requests.count < options.maxQueuedEvents
      && buffer.usedBytes + request.body.count <= options.maxQueuedBytes
  }

  /// Gives up a request that still waits for room. One that was taken goes its way.
  func cancel(ticket: UInt64) {
    let request = state.withLock { state -> AppendRequest? in
      guard let index = state.line.firstIndex(where: { $0.producer.has(ticket: ticket) }) else {
        return nil
      }
      return state.line.remove(at: index)
    }
    request?.producer.answer(.failure(.cancelled))
  }

  /// Takes nothing more. What was taken, and who is in line, is still committed unless `isAbandoned`:
  /// then it is answered with `reason`.
  func close(_ reason: AppendError, isAbandoned: Bool) {
    let (abandoned, mustWake) = state.withLock { state -> ([AppendRequest], Bool) in
      // A failure stays the reason, whatever comes later.
      if case .failed = state.closure {} else { state.closure = reason }
      guard isAbandoned else { return ([], state.mustWake()) }
      let abandoned = state.buffer.requests + state.line
      state.buffer.removeAll()
      state.line = []
      return (abandoned, state.mustWake())
    }
    for request in abandoned { request.producer.answer(.failure(reason)) }
    if mustWake { thread.unpark() }
  }
}

/// The side of the thread.
extension AppendQueue {
  private enum Next { case batch, end, sleep }

  /// Changes `batch` for what has gathered, sleeping until something has. False after the last one.
  func next(_ batch: inout EventBuffer) -> Bool {
    batch.removeAll()
    while true {
      switch state.withLock({ state in next(&batch, &state) }) {
      case .batch: return true
      case .end: return false
      case .sleep: thread.park()
      }
    }
  }

  private func next(_ batch: inout EventBuffer, _ state: inout State) -> Next {
    state.isCommitting = !state.buffer.requests.isEmpty
    guard state.isCommitting else {
      if state.closure != nil { return .end }
      state.isThreadParked = true
      return .sleep
    }
    swap(&batch, &state.buffer)
    var taken = 0
    while taken < state.line.count, hasRoom(state.buffer, for: state.line[taken]) {
      state.take(state.line[taken])
      taken += 1
    }
    state.line.removeFirst(taken)
    return .batch
  }

  /// Counts a commit that is about to be acknowledged. Behind the last one of a buffer nothing is
  /// being committed any more: who has an answer does not see the thread busy with it.
  func count(batchOf requests: Int, appended: Int, isLast: Bool) {
    state.withLock { state in
      state.isCommitting = !isLast
      state.counters.batches += 1
      state.counters.answeredRequests += UInt64(requests)
      state.counters.appendedEvents += UInt64(appended)
      state.counters.greatestBatch = max(state.counters.greatestBatch, requests)
    }
  }

  var status: LogWriter.Status {
    state.withLock { state in
      let now: LogWriter.State =
        switch state.closure {
        case .failed(let failure): .failed(failure)
        case .some: .stopped
        case nil where state.isCommitting: .committing
        case nil: state.buffer.requests.isEmpty ? .idle : .gathering
        }
      return LogWriter.Status(
        state: now, queuedEvents: state.buffer.requests.count,
        queuedBytes: state.buffer.usedBytes, waitingForRoom: state.line.count,
        counters: state.counters)
    }
  }
}
