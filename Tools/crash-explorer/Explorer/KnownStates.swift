import Glibc

/// The states of a recording that were checked: eight bytes for each, so that states can be counted
/// as different over all ranges of seeds.
///
/// They are kept beside the recording, for they are states of no other one. A range that was cut
/// short is not in here, and is checked again.
struct KnownStates {
  private(set) var states: Set<UInt64> = []
  /// nil: in memory only.
  private let path: String?

  init(path: String?) throws {
    self.path = path
    if let path, access(path, F_OK) == 0 { states = Set(try Self.read(path)) }
  }

  func contains(_ state: UInt64) -> Bool { states.contains(state) }

  /// Takes the states that a worker left in `file`, and returns how many of them are new.
  mutating func take(from file: String) throws -> Int {
    let new = try Self.read(file).filter { states.insert($0).inserted }
    if let path { try Self.append(new, to: path) }
    return new.count
  }

  /// Adds states to a file.
  static func append(_ states: [UInt64], to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    guard descriptor >= 0 else { throw Problem("cannot open \(path): \(systemError())") }
    defer { close(descriptor) }
    try states.withUnsafeBytes { bytes in
      guard write(descriptor, bytes.baseAddress, bytes.count) == bytes.count else {
        throw Problem("cannot write \(path): \(systemError())")
      }
    }
  }

  private static func read(_ path: String) throws -> [UInt64] {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw Problem("cannot open \(path): \(systemError())") }
    defer { close(descriptor) }
    // What a killed run has left of a number does not count.
    let count = Int(lseek(descriptor, 0, SEEK_END)) / 8
    let states = [UInt64](unsafeUninitializedCapacity: count) { buffer, initialized in
      let bytes = pread(descriptor, buffer.baseAddress, count * 8, 0)
      initialized = max(0, bytes) / 8
    }
    guard states.count == count else { throw Problem("cannot read \(path): \(systemError())") }
    return states
  }
}
