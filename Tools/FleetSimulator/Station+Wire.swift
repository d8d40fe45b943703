extension Station {
  /// How long a station waits for an answer before it sends a message again.
  private static let retryMilliseconds: Int64 = 30_000

  /// Writes the line that is due at ``nextLineAt`` and works on to the next one.
  mutating func writeNextLine(into line: inout LineBuffer) {
    if let awaited {
      line.writeAnswer(
        to: awaited.message, id: awaited.id, from: identity, at: awaited.answerAt)
      self.awaited = nil
      wireFreeAt = awaited.answerAt + random.within(5...60)
      if case .end = awaited.message.body { told.append(ending.removeFirst()) }
    } else {
      send(into: &line)
    }
    settle()
  }

  private mutating func send(into line: inout LineBuffer) {
    let at = nextLineAt
    var message = outbox.removeFirst()
    let id = makeMessageID(for: message)
    line.writeCall(message, id: id, from: identity, at: at)
    if message.losesAnswer {
      message.losesAnswer = false
      outbox.insert(message, at: 0)
      wireFreeAt = at + Self.retryMilliseconds
    } else {
      awaited = Awaited(message: message, id: id, answerAt: at + random.within(15...250))
    }
  }

  /// Old stations count their messages, newer ones and the management system draw UUIDs.
  private mutating func makeMessageID(for message: Message) -> MessageID {
    if identity.isOCPP201 || message.isFromSystem {
      let uuid = random.uuid()
      return .uuid(high: uuid.high, low: uuid.low)
    }
    requestsSent += 1
    return .number(requestsSent)
  }
}
