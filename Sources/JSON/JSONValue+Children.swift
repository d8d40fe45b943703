import CSimdJSON

extension JSONValue {
  /// The value of the first member named `key`; nil if there is none or this is no object.
  ///
  /// Linear in the number of members, which is right for the small objects of protocols.
  @inlinable
  public subscript(key: StaticString) -> JSONValue? {
    for member in members where equal(member.name, key) { return member.value }
    return nil
  }

  /// The value of the first member named `key`, for keys that are only known at run time.
  public subscript(name key: String) -> JSONValue? {
    var key = key
    return key.withUTF8 { wanted in
      for member in members where member.name.elementsEqual(wanted) { return member.value }
      return nil
    }
  }

  /// The members of an object in the order of the text, repeated keys included; empty for other
  /// kinds.
  @inlinable
  public var members: Members {
    Members(upcoming: following, remaining: kind == .object ? Int(node.pointee.count) : 0)
  }

  /// The elements of an array in order; empty for other kinds.
  @inlinable
  public var elements: Elements {
    Elements(upcoming: following, remaining: kind == .array ? Int(node.pointee.count) : 0)
  }

  /// One member of an object.
  public struct Member {
    /// The key as UTF-8, escapes resolved: a view of the parser's buffer.
    public let name: UnsafeRawBufferPointer
    public let value: JSONValue

    @inlinable
    init(name: UnsafeRawBufferPointer, value: JSONValue) {
      self.name = name
      self.value = value
    }

    /// Whether the key is `text`, without copying.
    @inlinable
    public func isNamed(_ text: StaticString) -> Bool { equal(name, text) }
  }

  /// The members of an object.
  public struct Members: Sequence, IteratorProtocol {
    @usableFromInline var upcoming: JSONValue
    @usableFromInline var remaining: Int

    @inlinable
    init(upcoming: JSONValue, remaining: Int) {
      self.upcoming = upcoming
      self.remaining = remaining
    }

    @inlinable
    public mutating func next() -> Member? {
      guard remaining > 0 else { return nil }
      remaining -= 1
      let value = upcoming.following
      defer { upcoming = value.sibling }
      return Member(name: upcoming.stringBytes, value: value)
    }
  }

  /// The elements of an array.
  public struct Elements: Sequence, IteratorProtocol {
    @usableFromInline var upcoming: JSONValue
    @usableFromInline var remaining: Int

    @inlinable
    init(upcoming: JSONValue, remaining: Int) {
      self.upcoming = upcoming
      self.remaining = remaining
    }

    @inlinable
    public mutating func next() -> JSONValue? {
      guard remaining > 0 else { return nil }
      remaining -= 1
      defer { upcoming = upcoming.sibling }
      return upcoming
    }
  }
}
