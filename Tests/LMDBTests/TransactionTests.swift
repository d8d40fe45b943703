import LMDB
import Testing

private struct Refusal: Error {}

@Suite struct TransactionTests {
  @Test("What a write puts, replaces and deletes is what a later read finds")
  func roundTrip() throws {
    try withDatabase { environment, rows in
      try environment.write { transaction in
        try transaction.put("a", "1", in: rows)
        try transaction.put("b", "2", in: rows)
        try transaction.put("b", "3", in: rows)
        try #expect(transaction.remove("a", in: rows))
        try #expect(!transaction.remove("a", in: rows))
      }
      try environment.read { transaction in
        try #expect(transaction.text(of: "a", in: rows) == nil)
        try #expect(transaction.text(of: "b", in: rows) == "3")
        try #expect(transaction.statistics(of: rows).entries == 1)
      }
    }
  }

  @Test("A write that throws changes nothing, and the next one goes on")
  func abort() throws {
    try withDatabase { environment, rows in
      #expect(throws: Refusal.self) {
        try environment.write { transaction in
          try transaction.put("a", "1", in: rows)
          throw Refusal()
        }
      }
      try environment.write { try #expect($0.text(of: "a", in: rows) == nil) }
    }
  }

  @Test("A read keeps its snapshot while a writer commits")
  func snapshot() throws {
    try withDatabase { environment, rows in
      try environment.read { before in
        try environment.write { try $0.put("a", "1", in: rows) }
        try #expect(before.text(of: "a", in: rows) == nil)
      }
      try environment.read { try #expect($0.text(of: "a", in: rows) == "1") }
    }
  }

  @Test("A value filled in place is read in place")
  func reserve() throws {
    try withDatabase { environment, rows in
      try environment.write { transaction in
        try withUnsafeBytes(of: UInt64(7).bigEndian) { key in
          try transaction.put(key, byteCount: 3, in: rows, rule: .append) { bytes in
            bytes.copyBytes(from: [1, 2, 3])
          }
        }
      }
      try environment.read { transaction in
        let value = try #require(try transaction.value(of: 7, in: rows))
        #expect(value.elementsEqual([1, 2, 3]))
      }
    }
  }

  @Test("Append refuses a key that is not above the last, and the transaction stays usable")
  func appendGuard() throws {
    try withDatabase { environment, rows in
      try environment.write { transaction in
        try transaction.put("b", "1", in: rows, rule: .append)
        for key in ["a", "b"] {
          #expect(
            throws: LMDBError(code: .keyExists, operation: "put a value", path: environment.path)
          ) { try transaction.put(key, "2", in: rows, rule: .append) }
        }
        try transaction.put("c", "3", in: rows, rule: .append)
      }
      try environment.read { try #expect($0.keys(in: rows) == ["b", "c"]) }
    }
  }

  @Test("Insert refuses a key that is there")
  func insert() throws {
    try withDatabase { environment, rows in
      try environment.write { transaction in
        try transaction.put("a", "1", in: rows, rule: .insert)
        #expect(throws: LMDBError.self) {
          try transaction.put("a", "2", in: rows, rule: .insert)
        }
        try #expect(transaction.text(of: "a", in: rows) == "1")
      }
    }
  }

  @Test("Keys of 1 to 511 bytes are accepted, others are named as the reason", arguments: [0, 512])
  func keySizes(count: Int) throws {
    try withDatabase { environment, rows in
      try environment.write { transaction in
        try transaction.put(String(repeating: "k", count: 511), "1", in: rows)
        let refused = String(repeating: "k", count: count)
        #expect(code { try transaction.put(refused, "1", in: rows) } == .badSize)
      }
    }
  }

  @Test("A write inside a write stops the program instead of waiting for itself")
  func nestedWrite() async {
    await #expect(processExitsWith: .failure) {
      try withDatabase { environment, rows in
        try environment.write { _ in
          try environment.write { try $0.put("a", "1", in: rows) }
        }
      }
    }
  }
}

@Suite struct CursorTests {
  /// Keys `b`, `d`, `f`.
  private func withRows(_ body: (borrowing ReadTransaction, Database) throws -> Void) throws {
    try withDatabase { environment, rows in
      try environment.write { transaction in
        for key in ["d", "b", "f"] { try transaction.put(key, key, in: rows) }
      }
      try environment.read { try body($0, rows) }
    }
  }

  @Test("Entries come in the order of their keys, from any bound, either way")
  func order() throws {
    try withRows { transaction, rows in
      try #expect(transaction.keys(in: rows) == ["b", "d", "f"])
      try #expect(transaction.keys(in: rows, from: "c") == ["d", "f"])
      try #expect(transaction.keys(in: rows, from: "d") == ["d", "f"])
      try #expect(transaction.keys(in: rows, from: "g") == [])
      try #expect(transaction.keys(in: rows, backwards: true) == ["f", "d", "b"])
      try #expect(transaction.keys(in: rows, from: "e", backwards: true) == ["d", "b"])
      try #expect(transaction.keys(in: rows, from: "d", backwards: true) == ["d", "b"])
      try #expect(transaction.keys(in: rows, from: "g", backwards: true) == ["f", "d", "b"])
      try #expect(transaction.keys(in: rows, from: "a", backwards: true) == [])
    }
  }

  @Test("A visit ends when the visitor says so")
  func stop() throws {
    try withRows { transaction, rows in
      var visits = 0
      try transaction.forEach(in: rows) { _ in
        visits += 1
        return visits < 2
      }
      #expect(visits == 2)
    }
  }

  @Test("An empty database has no first and no last entry")
  func empty() throws {
    try withDatabase { environment, rows in
      try environment.read { transaction in
        try transaction.withCursor(in: rows) { cursor in
          try #expect(cursor.first() == nil)
          try #expect(cursor.last() == nil)
          try #expect(cursor.next() == nil)
          try #expect(cursor.seek(1) == nil)
        }
      }
    }
  }
}
