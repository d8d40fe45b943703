import Foundation
import JSON
public import Quantities

/// Who builds a generation.
public struct BuildOwner: Sendable, Hashable {
  /// Why somebody builds.
  public enum Purpose: String, Sendable {
    /// Somebody has asked for it. Another who asks meanwhile is refused.
    case rebuild
    /// A command needs read models, and there are none that it can use. Others wait for them.
    case firstUse = "first_use"
  }

  /// The number of the process.
  public var process: Int32
  /// Its command line.
  public var command: String
  public var since: Instant
  public var purpose: Purpose

  /// This process.
  init(_ purpose: Purpose, since: Instant) {
    process = ProcessInfo.processInfo.processIdentifier
    var words = ProcessInfo.processInfo.arguments
    words[0] = (words[0] as NSString).lastPathComponent
    command = String(words.joined(separator: " ").prefix(Self.longestCommand))
    self.since = since
    self.purpose = purpose
  }

  private static let longestCommand = 200
}

extension BuildOwner: CustomStringConvertible {
  public var description: String { "process \(process) (\(command)) since \(since.rfc3339)" }

  fileprivate init?(_ json: JSONValue) {
    guard let process = json["process"]?.int64.flatMap({ Int32(exactly: $0) }),
      let command = json["command"]?.string, let text = json["since"]?.string,
      let since = Instant(rfc3339: text),
      let purpose = json["purpose"]?.string.flatMap({ Purpose(rawValue: $0) })
    else { return nil }
    self.process = process
    self.command = command
    self.since = since
    self.purpose = purpose
  }

  fileprivate var json: [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.member("process", Int(process))
      json.member("command", command)
      json.member("since", since.rfc3339)
      json.member("purpose", purpose.rawValue)
    }
    json.endLine()
    return json.bytes
  }
}

/// The right to build generations of one projection. It goes with its value, or with the process,
/// however that ends; the file says who has it.
struct BuildLock: ~Copyable {
  private let lock: FileLock

  private init(_ lock: consuming FileLock, _ owner: BuildOwner) throws {
    try lock.write(owner.json)
    self.lock = lock
  }

  deinit { try? lock.write([]) }

  /// Takes the lock.
  ///
  /// - Parameter waiting: called with the one who has it before waiting for the end of a build that
  ///   was not asked for.
  /// - Throws: ``ProjectionError/buildUnderWay(projection:owner:)`` for a rebuild while another runs.
  static func take(
    of projection: String, at path: String, as owner: BuildOwner, waiting: (BuildOwner) -> Void
  ) throws -> BuildLock {
    for _ in 0..<attempts {
      if let lock = try FileLock.takeIfFree(path) { return try BuildLock(lock, owner) }
      guard let other = self.owner(at: path) else {
        // It has just been taken, or given up.
        usleep(1000)
        continue
      }
      if owner.purpose == .rebuild && other.purpose == .rebuild {
        throw ProjectionError.buildUnderWay(projection: projection, owner: other)
      }
      waiting(other)
      break
    }
    return try BuildLock(FileLock.take(path), owner)
  }

  private static let attempts = 100

  /// Who builds; nil if nobody does.
  static func holder(at path: String) throws -> BuildOwner? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return try FileLock.takeIfFree(path) == nil ? owner(at: path) : nil
  }

  private static func owner(at path: String) -> BuildOwner? {
    guard let data = FileManager.default.contents(atPath: path), !data.isEmpty else { return nil }
    let owner = try? data.withUnsafeBytes { bytes in
      try JSONParser().withParsed(bytes) { BuildOwner($0) }
    }
    return owner ?? nil
  }
}

extension FileLock {
  /// Replaces what the locked file says. For people, and for those who find it locked.
  borrowing func write(_ bytes: [UInt8]) throws {
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes, bytes.count, 0) == bytes.count
    else { throw ProjectionError.system("write \(path)", errno) }
  }
}
