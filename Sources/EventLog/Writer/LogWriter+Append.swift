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

  /// The bytes of a body that fits in the log. What a span shows stays in its place as long as the
  /// span lives: until the append returns.
  private func checked(_ body: RawSpan) throws(AppendError) -> UnsafeRawBufferPointer {
    guard body.byteCount <= Record.maxBodyBytes else {
      throw .refused(.bodyTooLarge(bytes: body.byteCount))
    }
    return body.withUnsafeBytes { $0 }
  }
}
