import Synchronization

extension LogWriter {
  /// Appends an event and returns its position once it is durable. Blocks the thread: the variant
  /// for tasks has the same name, and the compiler takes it in asynchronous code.
  ///
  /// - Parameters:
  ///   - body: The bytes as received, at most 16 MiB. Copied once.
  ///   - id: Makes appending again harmless: see ``LogWriter``.
  ///   - expectedLastPosition: The position that the last event of the station's stream must have, 0
  ///     for an empty stream. Judged at the event's place in the order, after the events before it in
  ///     the same batch. Not judged for an `id` that is remembered.
  /// - Throws: ``AppendError``. Errors of this event alone do not concern other producers.
  @discardableResult
  public func append(
    _ event: NewEvent, body: RawSpan, id: EventID? = nil, expectedLastPosition: UInt64? = nil
  ) throws(AppendError) -> UInt64 {
    let bytes = try checked(body)
    let thread = BlockedThread()
    queue.submit(
      AppendRequest(
        event: event, id: id, expectedLastPosition: expectedLastPosition,
        producer: .thread(thread), body: bytes),
      isCancelled: { false })
    let result = thread.waitForAnswer()
    extendLifetime(body)
    return try result.get()
  }

  /// Appends an event and returns its position once it is durable. The task is suspended meanwhile.
  ///
  /// Parameters and errors are those of the variant that blocks. What cancellation does is said at
  /// ``LogWriter``.
  @discardableResult
  public func append(
    _ event: NewEvent, body: RawSpan, id: EventID? = nil, expectedLastPosition: UInt64? = nil
  ) async throws(AppendError) -> UInt64 {
    guard !Task.isCancelled else { throw .cancelled }
    let bytes = try checked(body)
    let ticket = tickets.wrappingAdd(1, ordering: .relaxed).newValue
    let result = await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        // A cancellation before this is seen by the question, a later one finds the ticket in line.
        queue.submit(
          AppendRequest(
            event: event, id: id, expectedLastPosition: expectedLastPosition,
            producer: .task(continuation, ticket: ticket), body: bytes),
          isCancelled: { Task.isCancelled })
      }
    } onCancel: {
      queue.cancel(ticket: ticket)
    }
    extendLifetime(body)
    return try result.get()
  }

  /// Appends an event without waiting for it: for a thread that reads the events of many producers.
  ///
  /// The events of one thread are appended in the order of its calls. The limits of the queue do not
  /// hold it back, as nothing here waits: bound what is under way yourself.
  ///
  /// - Parameters:
  ///   - body: The bytes as received, at most 16 MiB. Copied before this returns.
  ///   - id: Makes appending again harmless: see ``LogWriter``.
  ///   - answer: Called once, when the event is durable or refused, on the writer's thread or on
  ///     this one. The next commit waits for it: it must be quick and must not append.
  public func submit(
    _ event: NewEvent, body: UnsafeRawBufferPointer, id: EventID? = nil,
    answer: @escaping @Sendable (Result<UInt64, AppendError>) -> Void
  ) {
    guard body.count <= Record.maxBodyBytes else {
      return answer(.failure(.refused(.bodyTooLarge(bytes: body.count))))
    }
    let submission = Submission(body, answer)
    queue.submit(
      AppendRequest(
        event: event, id: id, expectedLastPosition: nil, producer: .submission(submission),
        body: submission.body),
      isCancelled: { false })
  }

  /// The bytes of a body that fits in the log. What a span shows stays in its place as long as the
  /// span lives: until the append returns.
  private func checked(_ body: RawSpan) throws(AppendError) -> UnsafeRawBufferPointer {
    guard body.byteCount <= Record.maxBodyBytes else {
      throw .refused(.bodyTooLarge(bytes: body.byteCount))
    }
    return body.withUnsafeBytes { $0 }
  }
}
