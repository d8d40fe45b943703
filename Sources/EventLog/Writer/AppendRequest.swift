typealias AppendResult = Result<UInt64, AppendError>

/// What a producer wants appended.
///
/// `Sendable` because nobody changes the body: until the request is taken it lies in memory that the
/// producer keeps until it has its answer, afterwards in the arena of an ``EventBuffer``.
struct AppendRequest: @unchecked Sendable {
  let event: NewEvent
  let id: EventID?
  let expectedLastPosition: UInt64?
  let producer: Producer
  var body: UnsafeRawBufferPointer
}

/// Who waits for the answer.
enum Producer: Sendable {
  case thread(BlockedThread)
  /// The ticket finds the request again when the task is cancelled.
  case task(UnsafeContinuation<AppendResult, Never>, ticket: UInt64)
  /// Nobody waits; the submission is called.
  case submission(Submission)

  func answer(_ result: AppendResult) {
    switch self {
    case .thread(let thread): thread.answer(result)
    case .task(let continuation, _): continuation.resume(returning: result)
    case .submission(let submission): submission.answer(result)
    }
  }

  func has(ticket: UInt64) -> Bool {
    if case .task(_, ticket) = self { true } else { false }
  }
}

/// A thread that waits for its answer.
///
/// `Sendable` because the answer is written once before the wake, and read after it.
final class BlockedThread: @unchecked Sendable {
  private let parker = Parker()
  private var result = AppendResult.failure(.stopped)

  func answer(_ result: AppendResult) {
    self.result = result
    parker.unpark()
  }

  func waitForAnswer() -> AppendResult {
    parker.park()
    return result
  }
}

/// An event whose producer goes its way: a copy of its body, and whom to tell.
///
/// `Sendable` because the copy is never changed.
final class Submission: @unchecked Sendable {
  let body: UnsafeRawBufferPointer
  let answer: @Sendable (AppendResult) -> Void

  init(_ body: UnsafeRawBufferPointer, _ answer: @escaping @Sendable (AppendResult) -> Void) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: body.count, alignment: 1)
    copy.copyMemory(from: body)
    self.body = UnsafeRawBufferPointer(copy)
    self.answer = answer
  }

  deinit { body.deallocate() }
}

/// Requests that wait together, in the order in which they were taken.
///
/// Bodies are copied one behind the other into an arena that is used again. Its size is fixed, and
/// the operating system gives memory only to the part that was ever filled.
struct EventBuffer: ~Copyable, @unchecked Sendable {
  private let arena: UnsafeMutableRawBufferPointer
  private(set) var requests: [AppendRequest] = []
  /// The bytes of all bodies.
  private(set) var usedBytes = 0

  init(maxEvents: Int, maxBytes: Int) {
    arena = .allocate(byteCount: maxBytes, alignment: 16)
    requests.reserveCapacity(min(maxEvents, 1024))
  }

  deinit { arena.deallocate() }

  /// The caller has made sure that there is room.
  mutating func add(_ request: AppendRequest) {
    let place = UnsafeMutableRawBufferPointer(
      rebasing: arena[usedBytes..<usedBytes + request.body.count])
    place.copyMemory(from: request.body)
    usedBytes += place.count
    var taken = request
    taken.body = UnsafeRawBufferPointer(place)
    requests.append(taken)
  }

  mutating func removeAll() {
    requests.removeAll(keepingCapacity: true)
    usedBytes = 0
  }
}
